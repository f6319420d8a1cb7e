import { defineProperties, LONG_MAX, type Property } from './property.ts'
import type { KafkaType } from './kafka-type.ts'

/** A topic config: Kafka's name, type, default and bounds, and the broker configs that give its default. */
export interface TopicProperty extends Property {
  readonly kafkaType: KafkaType
  /**
   * Broker configs that set the default, strongest first, with the factor that brings them into this row's unit.
   * Empty when Kafka has no broker-wide default (KIP-226).
   */
  readonly brokerConfigs: readonly BrokerConfigSynonym[]
  /** Settable, for tests and experts, but not listed by DescribeConfigs. */
  readonly internal?: boolean
}

export interface BrokerConfigSynonym {
  readonly name: string
  readonly factor: number
}

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

function from(name: string): readonly BrokerConfigSynonym[] {
  return [{ name, factor: 1 }]
}

/**
 * The topic configs of Apache Kafka 4.4. Names, types, defaults and bounds are Kafka's (TopicConfig, LogConfig).
 * Rows that Chronik accepts without acting on them say so.
 */
export const topicProperties = defineProperties({
  'cleanup.policy': {
    type: 'list',
    kafkaType: 'list',
    default: 'delete',
    values: ['compact', 'delete'],
    importance: 'medium',
    brokerConfigs: from('log.cleanup.policy'),
    doc: 'What happens to old segments: "delete" drops them by retention.ms and retention.bytes, "compact" keeps the last record of each key, both together do both. An empty list keeps everything.',
  },
  'compression.gzip.level': {
    type: 'int',
    kafkaType: 'int',
    default: '-1',
    min: 1,
    max: 9,
    also: [-1],
    importance: 'medium',
    brokerConfigs: from('compression.gzip.level'),
    doc: 'Level used when the broker compresses with gzip; -1 is the codec’s own default.',
  },
  'compression.lz4.level': {
    type: 'int',
    kafkaType: 'int',
    default: '9',
    min: 1,
    max: 17,
    importance: 'medium',
    brokerConfigs: from('compression.lz4.level'),
    doc: 'Level used when the broker compresses with lz4.',
  },
  'compression.type': {
    type: 'enum',
    kafkaType: 'string',
    default: 'producer',
    values: ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'],
    importance: 'medium',
    brokerConfigs: from('compression.type'),
    doc: 'Codec in which batches are stored. "producer" keeps each batch as the client sent it, which costs nothing; any other value makes the broker compress again what arrives in another codec.',
  },
  'compression.zstd.level': {
    type: 'int',
    kafkaType: 'int',
    default: '3',
    min: -131_072,
    max: 22,
    importance: 'medium',
    brokerConfigs: from('compression.zstd.level'),
    doc: 'Level used when the broker compresses with zstd.',
  },
  'delete.retention.ms': {
    type: 'duration-ms',
    kafkaType: 'long',
    default: '86400000',
    min: 0,
    importance: 'medium',
    brokerConfigs: from('log.cleaner.delete.retention.ms'),
    doc: 'How long a tombstone (a record with a key and no value) stays in a compacted topic, so that a consumer that reads from the start within that time still sees the deletion.',
  },
  'errors.deadletterqueue.group.enable': {
    type: 'boolean',
    kafkaType: 'boolean',
    default: 'false',
    importance: 'medium',
    brokerConfigs: [],
    doc: 'Lets share groups use this topic as the dead-letter queue for records that they could not process.',
  },
  'file.delete.delay.ms': {
    type: 'duration-ms',
    kafkaType: 'long',
    default: '60000',
    min: 0,
    importance: 'medium',
    brokerConfigs: from('log.segment.delete.delay.ms'),
    doc: 'Time between a segment leaving the log and its file leaving the disk.',
  },
  'flush.messages': {
    type: 'long',
    kafkaType: 'long',
    default: LONG_MAX,
    min: 1,
    importance: 'medium',
    brokerConfigs: from('log.flush.interval.messages'),
    doc: 'Accepted for compatibility. Chronik makes records durable before it acknowledges them, through the write-ahead log (see wal.sync), so this has no effect.',
  },
  'flush.ms': {
    type: 'duration-ms',
    kafkaType: 'long',
    default: LONG_MAX,
    min: 0,
    importance: 'medium',
    brokerConfigs: [
      { name: 'log.flush.interval.ms', factor: 1 },
      { name: 'log.flush.scheduler.interval.ms', factor: 1 },
    ],
    doc: 'Accepted for compatibility. Chronik makes records durable before it acknowledges them, through the write-ahead log (see wal.sync), so this has no effect.',
  },
  'follower.replication.throttled.replicas': {
    type: 'list',
    kafkaType: 'list',
    default: '',
    importance: 'medium',
    brokerConfigs: [],
    doc: 'Replicas whose fetching is slowed to the follower throttle rate: partition:broker pairs, or "*" for all.',
  },
  'index.interval.bytes': {
    type: 'bytes',
    kafkaType: 'int',
    default: '4096',
    min: 0,
    importance: 'medium',
    brokerConfigs: from('log.index.interval.bytes'),
    doc: 'Bytes of log between two entries of the offset index. Smaller finds offsets with less reading and needs a larger index.',
  },
  'internal.segment.bytes': {
    type: 'bytes',
    kafkaType: 'int',
    default: null,
    min: 1,
    importance: 'medium',
    brokerConfigs: [],
    internal: true,
    doc: 'Segment size below the lower bound of segment.bytes. For tests.',
  },
  'leader.replication.throttled.replicas': {
    type: 'list',
    kafkaType: 'list',
    default: '',
    importance: 'medium',
    brokerConfigs: [],
    doc: 'Replicas whose leader sends to them no faster than the leader throttle rate: partition:broker pairs, or "*" for all.',
  },
  'local.retention.bytes': {
    type: 'bytes',
    kafkaType: 'long',
    default: '-2',
    min: -2,
    importance: 'medium',
    brokerConfigs: from('log.local.retention.bytes'),
    doc: 'Bytes of a partition to keep on local disk once they are in the object store; -2 means retention.bytes, -1 no limit.',
  },
  'local.retention.ms': {
    type: 'duration-ms',
    kafkaType: 'long',
    default: '-2',
    min: -2,
    importance: 'medium',
    brokerConfigs: from('log.local.retention.ms'),
    doc: 'How long a segment stays on local disk once it is in the object store; -2 means retention.ms, -1 no limit.',
  },
  'max.compaction.lag.ms': {
    type: 'duration-ms',
    kafkaType: 'long',
    default: LONG_MAX,
    min: 1,
    importance: 'medium',
    brokerConfigs: from('log.cleaner.max.compaction.lag.ms'),
    doc: 'Longest time that a record of a compacted topic may stay uncompacted.',
  },
  'max.decompressed.message.bytes': {
    type: 'bytes',
    kafkaType: 'int',
    default: '2147483639',
    min: 1,
    max: 2_147_483_639,
    importance: 'medium',
    brokerConfigs: from('max.decompressed.message.bytes'),
    doc: 'Largest size to which one record batch may decompress where the broker has to read it. Guards against compression bombs.',
  },
  'max.message.bytes': {
    type: 'bytes',
    kafkaType: 'int',
    default: '1048588',
    min: 0,
    importance: 'medium',
    brokerConfigs: from('message.max.bytes'),
    doc: 'Largest record batch (after compression) that a producer may send to the topic.',
  },
  'message.timestamp.after.max.ms': {
    type: 'duration-ms',
    kafkaType: 'long',
    default: '3600000',
    min: 0,
    importance: 'medium',
    brokerConfigs: from('log.message.timestamp.after.max.ms'),
    doc: 'How far a record’s timestamp may lie in the broker’s future. Only with message.timestamp.type CreateTime.',
  },
  'message.timestamp.before.max.ms': {
    type: 'duration-ms',
    kafkaType: 'long',
    default: LONG_MAX,
    min: 0,
    importance: 'medium',
    brokerConfigs: from('log.message.timestamp.before.max.ms'),
    doc: 'How far a record’s timestamp may lie in the broker’s past. Only with message.timestamp.type CreateTime.',
  },
  'message.timestamp.type': {
    type: 'enum',
    kafkaType: 'string',
    default: 'CreateTime',
    values: ['CreateTime', 'LogAppendTime'],
    importance: 'medium',
    brokerConfigs: from('log.message.timestamp.type'),
    doc: 'Whether a record carries the time its producer gave (CreateTime) or the time the broker appended it (LogAppendTime).',
  },
  'min.cleanable.dirty.ratio': {
    type: 'double',
    kafkaType: 'double',
    default: '0.5',
    min: 0,
    max: 1,
    importance: 'medium',
    brokerConfigs: from('log.cleaner.min.cleanable.ratio'),
    doc: 'Share of a compacted log that must be uncompacted before compaction starts. Lower saves space and costs more work.',
  },
  'min.compaction.lag.ms': {
    type: 'duration-ms',
    kafkaType: 'long',
    default: '0',
    min: 0,
    importance: 'medium',
    brokerConfigs: from('log.cleaner.min.compaction.lag.ms'),
    doc: 'Shortest time that a record of a compacted topic stays uncompacted.',
  },
  'min.insync.replicas': {
    type: 'int',
    kafkaType: 'int',
    default: '1',
    min: 1,
    importance: 'medium',
    brokerConfigs: from('min.insync.replicas'),
    doc: 'In-sync replicas that must have a record before a producer with acks=all gets its acknowledgement. With fewer in sync, such writes are refused.',
  },
  preallocate: {
    type: 'boolean',
    kafkaType: 'boolean',
    default: 'false',
    importance: 'medium',
    brokerConfigs: from('log.preallocate'),
    doc: 'Accepted for compatibility. Chronik preallocates its write-ahead log and writes segment files behind it, so this has no effect.',
  },
  'remote.copy.lag.bytes': {
    type: 'bytes',
    kafkaType: 'long',
    default: '-1',
    min: -1,
    importance: 'medium',
    brokerConfigs: from('log.remote.copy.lag.bytes'),
    doc: 'Bytes that may be rolled and not yet copied to remote storage before copying starts.',
  },
  'remote.copy.lag.ms': {
    type: 'duration-ms',
    kafkaType: 'long',
    default: '0',
    min: -1,
    importance: 'medium',
    brokerConfigs: from('log.remote.copy.lag.ms'),
    doc: 'Time that a rolled segment may wait before it is copied to remote storage.',
  },
  'remote.log.copy.disable': {
    type: 'boolean',
    kafkaType: 'boolean',
    default: 'false',
    importance: 'medium',
    brokerConfigs: [],
    doc: 'Makes the tiered data of the topic read-only: nothing more is copied.',
  },
  'remote.log.delete.on.disable': {
    type: 'boolean',
    kafkaType: 'boolean',
    default: 'false',
    importance: 'medium',
    brokerConfigs: [],
    doc: 'Deletes the topic’s tiered data when remote.storage.enable goes from true to false.',
  },
  'remote.storage.enable': {
    type: 'boolean',
    kafkaType: 'boolean',
    default: 'false',
    importance: 'medium',
    brokerConfigs: [],
    doc: 'Kafka’s switch for its pluggable tiered storage, which needs remote.log.storage.system.enable on the broker.',
  },
  'retention.bytes': {
    type: 'bytes',
    kafkaType: 'long',
    default: '-1',
    importance: 'medium',
    brokerConfigs: from('log.retention.bytes'),
    doc: 'Size to which a partition may grow before its oldest segments are deleted; -1 means no limit. It counts per partition.',
  },
  'retention.ms': {
    type: 'duration-ms',
    kafkaType: 'long',
    default: '604800000',
    min: -1,
    importance: 'medium',
    brokerConfigs: [
      { name: 'log.retention.ms', factor: 1 },
      { name: 'log.retention.minutes', factor: MINUTE_MS },
      { name: 'log.retention.hours', factor: HOUR_MS },
    ],
    doc: 'Age at which a segment is deleted, counted from its newest record; -1 means never.',
  },
  'segment.bytes': {
    type: 'bytes',
    kafkaType: 'int',
    default: '1073741824',
    min: 1_048_576,
    importance: 'medium',
    brokerConfigs: from('log.segment.bytes'),
    doc: 'Size at which a segment is rolled. Retention, compaction and tiering work on whole rolled segments.',
  },
  'segment.index.bytes': {
    type: 'bytes',
    kafkaType: 'int',
    default: '10485760',
    min: 4,
    importance: 'medium',
    brokerConfigs: from('log.index.size.max.bytes'),
    doc: 'Largest size of a segment’s offset index; a segment whose index is full is rolled.',
  },
  'segment.jitter.ms': {
    type: 'duration-ms',
    kafkaType: 'long',
    default: '0',
    min: 0,
    importance: 'medium',
    brokerConfigs: [
      { name: 'log.roll.jitter.ms', factor: 1 },
      { name: 'log.roll.jitter.hours', factor: HOUR_MS },
    ],
    doc: 'Greatest random time taken off segment.ms, so that the partitions of a topic do not all roll at once.',
  },
  'segment.ms': {
    type: 'duration-ms',
    kafkaType: 'long',
    default: '604800000',
    min: 1,
    importance: 'medium',
    brokerConfigs: [
      { name: 'log.roll.ms', factor: 1 },
      { name: 'log.roll.hours', factor: HOUR_MS },
    ],
    doc: 'Age at which a segment is rolled even if it is not full.',
  },
  'unclean.leader.election.enable': {
    type: 'boolean',
    kafkaType: 'boolean',
    default: 'false',
    importance: 'medium',
    brokerConfigs: from('unclean.leader.election.enable'),
    doc: 'Lets a replica that is not in sync become leader when no other is left, at the price of losing acknowledged records.',
  },
} as const satisfies Readonly<Record<string, TopicProperty>>)

export type TopicPropertyName = keyof typeof topicProperties
