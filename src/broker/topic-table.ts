import type { BrokerLayers } from '../config/broker-layers.ts'
import { resolveTopicConfig, type TopicConfig } from '../config/topic-config.ts'
import { type AppendRules, UNLIMITED_MS } from '../records/append-rules.ts'
import { KafkaError } from '../protocol/errors.ts'
import type { CompactionConfig, LogConfig } from '../log/log-config.ts'
import type { LogManager } from '../log/log-manager.ts'
import type { PartitionLog } from '../log/partition-log.ts'
import type { TopicImage } from '../metadata/image.ts'
import type { Metadata } from '../metadata/metadata.ts'

const filesGoneMax = 10_000
/** So few that they fit into the transaction that deletes another topic. */
const filesGoneAtOnce = 16

/** A topic as the request path sees it: one look-up gives its logs and its configuration. */
export interface TopicEntry {
  readonly name: string
  readonly topicId: string
  readonly internal: boolean
  /** By partition; always as many as the image has. */
  readonly logs: PartitionLog[]
  /** Leader epochs by partition. */
  leaderEpochs: number[]
  config: TopicConfig
  /** What Produce checks, derived from `config`. */
  appendRules: AppendRules
}

/** The topics of this broker by name and id, kept in step with the metadata image. */
export class TopicTable {
  readonly #logs: LogManager
  readonly #layers: () => BrokerLayers
  readonly #byName = new Map<string, TopicEntry>()
  readonly #byId = new Map<string, TopicEntry>()
  /** Deleted topics of which no file is left. */
  readonly #filesGone: string[] = []
  readonly #onDeleted = new Set<(topic: TopicEntry) => void>()
  readonly #onCreated = new Set<(topic: TopicEntry) => void>()
  readonly #onChanged = new Set<(topic: TopicEntry) => void>()

  constructor(
    metadata: Metadata,
    logs: LogManager,
    layers: () => BrokerLayers,
    onFailure: (error: unknown) => void,
  ) {
    this.#logs = logs
    this.#layers = layers
    for (const [, topic] of metadata.image.topicsById) this.#add(topic)
    metadata.subscribe((delta) => {
      for (const topic of delta.topicsDeleted) this.#remove(topic, onFailure)
      for (const topic of delta.topicsCreated) this.#add(topic)
      for (const change of delta.topicsChanged) this.#change(change.after)
      if (delta.brokerConfigs.size > 0)
        for (const entry of this.#byId.values()) this.#reconfigure(entry, metadata)
    })
  }

  get all(): IterableIterator<TopicEntry> {
    return this.#byId.values()
  }

  named(name: string): TopicEntry | undefined {
    return this.#byName.get(name)
  }

  withId(topicId: string): TopicEntry | undefined {
    return this.#byId.get(topicId)
  }

  /** @throws KafkaError UNKNOWN_TOPIC_OR_PARTITION */
  partition(name: string, partition: number): PartitionLog {
    const log = this.#byName.get(name)?.logs[partition]
    if (log === undefined) {
      throw new KafkaError(
        'UNKNOWN_TOPIC_OR_PARTITION',
        `there is no partition ${partition} of a topic "${name}" here`,
      )
    }
    return log
  }

  /** Tells of topics that are gone. Called while the metadata change is applied; it must not throw. */
  onDeleted(listener: (topic: TopicEntry) => void): void {
    this.#onDeleted.add(listener)
  }

  /** Tells of topics that were created. Called while the metadata change is applied; it must not throw. */
  onCreated(listener: (topic: TopicEntry) => void): void {
    this.#onCreated.add(listener)
  }

  /** Tells of topics that have other configs, or more partitions. Called while the metadata change is applied; it must not throw. */
  onChanged(listener: (topic: TopicEntry) => void): void {
    this.#onChanged.add(listener)
  }

  #add(topic: TopicImage): void {
    const config = resolveTopicConfig(Object.fromEntries(topic.configs), this.#layers())
    const entry: TopicEntry = {
      name: topic.name,
      topicId: topic.topicId,
      internal: topic.internal,
      logs: [],
      leaderEpochs: [],
      config,
      appendRules: appendRulesOf(config),
    }
    this.#fill(entry, topic)
    this.#byName.set(topic.name, entry)
    this.#byId.set(topic.topicId, entry)
    for (const listener of this.#onCreated) listener(entry)
  }

  #change(topic: TopicImage): void {
    const entry = this.#byId.get(topic.topicId)
    if (entry === undefined) return
    entry.config = resolveTopicConfig(Object.fromEntries(topic.configs), this.#layers())
    entry.appendRules = appendRulesOf(entry.config)
    this.#logs.setConfig(topic.topicId, logConfigOf(entry.config))
    this.#fill(entry, topic)
    for (const listener of this.#onChanged) listener(entry)
  }

  #reconfigure(entry: TopicEntry, metadata: Metadata): void {
    const image = metadata.image.topicsById.get(entry.topicId)
    if (image !== undefined) this.#change(image)
  }

  #fill(entry: TopicEntry, topic: TopicImage): void {
    const config = logConfigOf(entry.config)
    entry.leaderEpochs = topic.partitions.map((partition) => partition.leaderEpoch)
    for (let partition = entry.logs.length; partition < topic.partitions.length; partition++) {
      const spec = { topic: topic.name, topicId: topic.topicId, partition }
      entry.logs.push(this.#logs.get(topic.topicId, partition) ?? this.#logs.create(spec, config))
    }
  }

  #remove(topic: TopicImage, onFailure: (error: unknown) => void): void {
    const entry = this.#byId.get(topic.topicId)
    this.#byId.delete(topic.topicId)
    if (this.#byName.get(topic.name) === entry) this.#byName.delete(topic.name)
    if (entry !== undefined) for (const listener of this.#onDeleted) listener(entry)
    this.#logs.delete(topic.topicId).then(() => {
      // What is not told of here is found at the next start.
      if (this.#filesGone.length < filesGoneMax) this.#filesGone.push(topic.topicId)
    }, onFailure)
  }

  /** Some of the deleted topics of which no file is left: the metadata need not remember those. Tells of each once. */
  takeFilesGone(): readonly string[] {
    return this.#filesGone.splice(0, filesGoneAtOnce)
  }
}

/** The part of a topic's configuration that its logs obey. */
export function logConfigOf(config: TopicConfig): LogConfig {
  const compacted = config.cleanupPolicy.includes('compact')
  return {
    segmentBytes: config.segmentBytes,
    // As Kafka's LogConfig.maxSegmentMs: what must be compacted in time may not stay in the active segment for longer.
    segmentMs: compacted ? Math.min(config.segmentMs, config.maxCompactionLagMs) : config.segmentMs,
    retentionMs: config.retentionMs,
    retentionBytes: config.retentionBytes,
    deleteOldSegments: config.cleanupPolicy.includes('delete'),
    compaction: compacted ? compactionOf(config) : null,
    fileDeleteDelayMs: config.fileDeleteDelayMs,
  }
}

function compactionOf(config: TopicConfig): CompactionConfig {
  const kind = config.compactionStrategy
  return {
    strategy: kind === 'key' ? { kind } : { kind, maxAgeMs: config.compactionMaxAgeMs },
    minDirtyRatio: config.minCleanableDirtyRatio,
    minLagMs: config.minCompactionLagMs,
    maxLagMs: config.maxCompactionLagMs,
    deleteRetentionMs: config.deleteRetentionMs,
  }
}

/**
 * Records of one compressed batch are decompressed to at most so many bytes, when they must be, even where a topic allows more: Kafka's
 * default of 2 GiB would let one small request take the memory of the whole server.
 */
const decompressedBytesMax = 256 << 20

function appendRulesOf(config: TopicConfig): AppendRules {
  const compression = config.compressionType === 'uncompressed' ? 'none' : config.compressionType
  const levels: Readonly<Record<string, number>> = {
    gzip: config.compressionGzipLevel,
    lz4: config.compressionLz4Level,
    zstd: config.compressionZstdLevel,
  }
  const level = levels[compression]
  return {
    maxBatchBytes: config.maxMessageBytes,
    compressionType: compression,
    ...(level === undefined ? {} : { compressionLevel: level }),
    logAppendTime: config.messageTimestampType === 'LogAppendTime',
    timestampBeforeMaxMs:
      config.messageTimestampBeforeMaxMs >= Number.MAX_SAFE_INTEGER
        ? UNLIMITED_MS
        : config.messageTimestampBeforeMaxMs,
    timestampAfterMaxMs: config.messageTimestampAfterMaxMs,
    compacted: config.cleanupPolicy.includes('compact'),
    recordChecks: 'uncompressed',
    maxDecompressedBytes: Math.min(config.maxDecompressedMessageBytes, decompressedBytesMax),
  }
}
