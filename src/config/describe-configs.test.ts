import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BrokerLayers, KafkaConfigs } from './broker-layers.ts'
import {
  describeBrokerConfigs,
  describeClusterBrokerConfigs,
  describeTopicConfigs,
  type ConfigDescription,
} from './describe-configs.ts'
import { configSource } from './kafka-type.ts'
import { loadConfig } from './load.ts'

const { DYNAMIC_TOPIC_CONFIG, DYNAMIC_BROKER_CONFIG, DYNAMIC_DEFAULT_BROKER_CONFIG } = configSource
const { STATIC_BROKER_CONFIG, DEFAULT_CONFIG } = configSource

function layers(
  environment: KafkaConfigs = {},
  cluster: KafkaConfigs = {},
  broker: KafkaConfigs = {},
): BrokerLayers {
  return { config: loadConfig({ machine: { memoryBytes: 2 ** 33 }, environment }), cluster, broker }
}

function find(descriptions: readonly ConfigDescription[], name: string): ConfigDescription {
  const found = descriptions.find((description) => description.name === name)
  assert.ok(found !== undefined, name)
  return found
}

test('a topic shows every public config of Kafka 4.4, sorted, and no internal one', () => {
  const described = describeTopicConfigs({}, layers())
  const names = described.map((description) => description.name)
  const ours = described.filter(({ documentation }) => documentation?.endsWith('Chronik’s own.'))
  assert.equal(names.length - ours.length, 37)
  assert.deepEqual(names, [...names].sort())
  assert.ok(!names.includes('internal.segment.bytes'))
})

test('a topic config that the topic sets', () => {
  const { documentation, ...rest } = find(
    describeTopicConfigs({ 'segment.bytes': '2097152' }, layers({ CHRONIK_LOG_SEGMENT_BYTES: '4MiB' })),
    'segment.bytes',
  )
  assert.notEqual(documentation, '')
  assert.deepEqual(rest, {
    name: 'segment.bytes',
    value: '2097152',
    default: '1073741824',
    source: DYNAMIC_TOPIC_CONFIG,
    sensitive: false,
    readOnly: false,
    type: 3,
    synonyms: [
      { name: 'segment.bytes', value: '2097152', source: DYNAMIC_TOPIC_CONFIG },
      { name: 'log.segment.bytes', value: '4194304', source: STATIC_BROKER_CONFIG },
      { name: 'log.segment.bytes', value: '1073741824', source: DEFAULT_CONFIG },
    ],
  })
})

test('like Kafka, a default from a synonym of another unit shows no synonyms', () => {
  const retention = find(describeTopicConfigs({}, layers({ KAFKA_LOG_RETENTION_HOURS: '2' })), 'retention.ms')
  assert.deepEqual([retention.value, retention.source, retention.synonyms], ['7200000', DEFAULT_CONFIG, []])
})

test('dynamic broker configs show in the topics that they reach', () => {
  const described = describeTopicConfigs(
    {},
    layers(
      {},
      { 'log.roll.ms': '60000', 'log.cleaner.min.cleanable.ratio': '0.1' },
      { 'log.roll.ms': '70000' },
    ),
  )
  const roll = find(described, 'segment.ms')
  assert.deepEqual([roll.value, roll.source], ['70000', DYNAMIC_BROKER_CONFIG])
  assert.deepEqual(roll.synonyms, [
    { name: 'log.roll.ms', value: '70000', source: DYNAMIC_BROKER_CONFIG },
    { name: 'log.roll.ms', value: '60000', source: DYNAMIC_DEFAULT_BROKER_CONFIG },
    { name: 'log.roll.hours', value: '168', source: DEFAULT_CONFIG },
  ])
  assert.equal(find(described, 'min.cleanable.dirty.ratio').source, DYNAMIC_DEFAULT_BROKER_CONFIG)
})

test('a broker lists Kafka’s configs with our values where they act', () => {
  const described = describeBrokerConfigs(
    layers({ CHRONIK_DATA_DIR: '/d', CHRONIK_NODE_ID: '7', CHRONIK_KAFKA_LISTEN: '0.0.0.0:9095' }),
  )
  assert.equal(described.length, 350)
  const dirs = find(described, 'log.dirs')
  assert.deepEqual([dirs.value, dirs.source, dirs.readOnly, dirs.type], ['/d', STATIC_BROKER_CONFIG, true, 7])
  assert.equal(find(described, 'node.id').value, '7')
  assert.deepEqual(find(described, 'listeners').synonyms, [
    { name: 'listeners', value: 'PLAINTEXT://0.0.0.0:9095', source: STATIC_BROKER_CONFIG },
  ])
  assert.equal(find(described, 'advertised.listeners').value, 'PLAINTEXT://0.0.0.0:9095')
  const threads = find(described, 'num.io.threads')
  assert.deepEqual([threads.value, threads.source, threads.readOnly], ['8', DEFAULT_CONFIG, false])
  assert.match(threads.documentation, /no effect/)
  const retention = find(described, 'log.retention.ms')
  assert.deepEqual([retention.value, retention.synonyms], [null, []])
  assert.equal(find(described, 'log.retention.hours').value, '168')
})

test('secrets are never shown', () => {
  const described = describeBrokerConfigs(layers({}, {}, { 'ssl.key.password': 'hunter2' }))
  const password = find(described, 'ssl.key.password')
  assert.deepEqual([password.value, password.sensitive, password.type], [null, true, 9])
  assert.equal(password.synonyms[0]?.value, null)
  assert.ok(!JSON.stringify(described).includes('hunter2'))
})

test('the resource of all brokers lists what was set there', () => {
  const cluster = { 'message.max.bytes': '2000000' }
  const described = describeClusterBrokerConfigs(cluster, layers({}, cluster, { 'log.roll.ms': '5' }))
  assert.deepEqual(
    described.map(({ name, value, source, synonyms }) => ({ name, value, source, synonyms })),
    [
      {
        name: 'message.max.bytes',
        value: '2000000',
        source: DYNAMIC_DEFAULT_BROKER_CONFIG,
        synonyms: [{ name: 'message.max.bytes', value: '2000000', source: DYNAMIC_DEFAULT_BROKER_CONFIG }],
      },
    ],
  )
})
