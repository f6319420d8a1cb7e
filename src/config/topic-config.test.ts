import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BrokerLayers, KafkaConfigs } from './broker-layers.ts'
import { analyzerNames } from './analyzer-names.ts'
import { loadConfig } from './load.ts'
import { resolveTopicConfig, validateTopicConfigs } from './topic-config.ts'

function layers(
  environment: KafkaConfigs = {},
  cluster: KafkaConfigs = {},
  broker: KafkaConfigs = {},
): BrokerLayers {
  return { config: loadConfig({ machine: { memoryBytes: 2 ** 33 }, environment }), cluster, broker }
}

test('without any setting a topic has Kafka’s defaults, typed', () => {
  const config = resolveTopicConfig({}, layers())
  const policy: readonly ('compact' | 'delete')[] = config.cleanupPolicy
  const stamp: 'CreateTime' | 'LogAppendTime' = config.messageTimestampType
  const internal: number | null = config.internalSegmentBytes
  assert.deepEqual([policy, stamp, internal], [['delete'], 'CreateTime', null])
  assert.equal(config.retentionMs, 604_800_000)
  assert.equal(config.segmentBytes, 2 ** 30)
  assert.equal(config.maxMessageBytes, 1_048_588)
  assert.equal(config.minCleanableDirtyRatio, 0.5)
  assert.equal(config.uncleanLeaderElectionEnable, false)
  assert.equal(config.flushMessages, Number.MAX_SAFE_INTEGER)
})

test('the topic’s own value wins over the broker’s layers, which win by strength', () => {
  const environment = { CHRONIK_LOG_RETENTION_MS: '1d' }
  const steps: [KafkaConfigs, BrokerLayers, number][] = [
    [{}, layers(environment), 86_400_000],
    [{}, layers(environment, { 'log.retention.ms': '3' }), 3],
    [{}, layers(environment, { 'log.retention.ms': '3' }, { 'log.retention.ms': '4' }), 4],
    [{ 'retention.ms': '-1' }, layers(environment, {}, { 'log.retention.ms': '4' }), -1],
  ]
  for (const [overrides, broker, expected] of steps) {
    assert.equal(resolveTopicConfig(overrides, broker).retentionMs, expected)
  }
})

test('synonyms count by rank, each in its own unit', () => {
  const hours = {
    KAFKA_LOG_RETENTION_HOURS: '2',
    KAFKA_LOG_ROLL_HOURS: '3',
    KAFKA_LOG_ROLL_JITTER_HOURS: '1',
  }
  const config = resolveTopicConfig({}, layers(hours))
  assert.deepEqual(
    [config.retentionMs, config.segmentMs, config.segmentJitterMs],
    [7_200_000, 10_800_000, 3_600_000],
  )
  const minutes = { ...hours, KAFKA_LOG_RETENTION_MINUTES: '5' }
  assert.equal(resolveTopicConfig({}, layers(minutes)).retentionMs, 300_000)
  assert.equal(resolveTopicConfig({}, layers({ ...minutes, KAFKA_LOG_RETENTION_MS: '7' })).retentionMs, 7)
  assert.equal(resolveTopicConfig({}, layers({ KAFKA_LOG_RETENTION_HOURS: '-1' })).retentionMs, -1)
})

test('lists and booleans from the broker reach the topic', () => {
  const config = resolveTopicConfig(
    {},
    layers({ CHRONIK_LOG_CLEANUP_POLICY: 'compact,delete', CHRONIK_LOG_PREALLOCATE: 'true' }),
  )
  assert.deepEqual(config.cleanupPolicy, ['compact', 'delete'])
  assert.equal(config.preallocate, true)
})

test('wrong configs get Kafka’s words', () => {
  const cases: [KafkaConfigs, string][] = [
    [{ 'retention.ms': '-5' }, 'Invalid value -5 for configuration retention.ms: Value must be at least -1'],
    [
      { 'segment.bytes': '14' },
      'Invalid value 14 for configuration segment.bytes: Value must be at least 1048576',
    ],
    [{ 'retention.ms': '7d' }, 'Invalid value 7d for configuration retention.ms: Not a number of type LONG'],
    [
      { 'cleanup.policy': 'foo' },
      'Invalid value foo for configuration cleanup.policy: String must be one of: compact, delete',
    ],
    [
      { 'compression.type': 'brotli' },
      'Invalid value brotli for configuration compression.type: String must be one of: uncompressed, zstd, lz4, snappy, gzip, producer',
    ],
    [
      { 'search.analyzers': 'a:b:english,title:germn' },
      `Invalid value title:germn for configuration search.analyzers: There is no analyzer 'germn'; did you mean "german"? Known are: ${analyzerNames.join(', ')}`,
    ],
    [
      { 'search.analyzers': 'english' },
      'Invalid value english for configuration search.analyzers: It must be a field and an analyzer, as in message:english',
    ],
    [{ 'retention.sm': '1' }, 'Unknown topic config name: retention.sm; did you mean "retention.ms"?'],
    [
      { 'min.compaction.lag.ms': '5', 'max.compaction.lag.ms': '4' },
      'conflict topic config setting min.compaction.lag.ms (5) > max.compaction.lag.ms (4)',
    ],
    [
      { 'remote.storage.enable': 'true' },
      'Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.',
    ],
    [
      { 'leader.replication.throttled.replicas': '1:x' },
      "Invalid value 1:x for configuration leader.replication.throttled.replicas: leader.replication.throttled.replicas must be the literal '*' or a list of replicas in the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],...",
    ],
  ]
  for (const [overrides, expected] of cases) assert.equal(validateTopicConfigs(overrides, layers()), expected)
})

test('right configs pass, also the unusual ones', () => {
  const configs = {
    'cleanup.policy': '',
    'compression.gzip.level': '-1',
    'retention.bytes': '-1',
    'internal.segment.bytes': '100',
    'follower.replication.throttled.replicas': '0:1,1:2',
    'leader.replication.throttled.replicas': '*',
    'flush.ms': '9223372036854775807',
  }
  assert.equal(validateTopicConfigs(configs, layers()), null)
  assert.equal(resolveTopicConfig(configs, layers()).internalSegmentBytes, 100)
})

test('a conflict with the broker’s default is found too', () => {
  const broker = layers({ CHRONIK_LOG_CLEANER_MIN_COMPACTION_LAG_MS: '1h' })
  assert.match(
    validateTopicConfigs({ 'max.compaction.lag.ms': '1000' }, broker) ?? '',
    /\(3600000\) > .* \(1000\)/,
  )
})
