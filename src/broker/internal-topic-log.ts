import type {
  CoordinatorLog,
  CoordinatorRecord,
  LoadedBatch,
  LoadedRecord,
  TransactionalProducer,
} from '../coordinator/runtime/coordinator-log.ts'
import type { Env } from '../env/env.ts'
import type { LogManager } from '../log/log-manager.ts'
import type { PartitionLog } from '../log/partition-log.ts'
import type { EndMarker } from '../log/producer-state.ts'
import { KafkaError } from '../protocol/errors.ts'
import { batchPositions } from '../records/batch-iterator.ts'
import { buildBatch } from '../records/build-batch.ts'
import { readMarker } from '../records/control-record.ts'
import { readRecords } from '../records/read-records.ts'
import * as header from '../records/record-batch.ts'
import type { TopicTable } from './topic-table.ts'

const readBytes = 1 << 20
const decompressedBytesMax = 64 << 20

/** The partitions of an internal topic as its coordinator sees them, over the same logs that clients write to. */
export class InternalTopicLog implements CoordinatorLog {
  readonly #env: Env
  readonly #topic: string
  readonly #topics: TopicTable
  readonly #logs: LogManager

  constructor(env: Env, topic: string, topics: TopicTable, logs: LogManager) {
    this.#env = env
    this.#topic = topic
    this.#topics = topics
    this.#logs = logs
  }

  append(
    partition: number,
    records: readonly CoordinatorRecord[],
    producer: TransactionalProducer | null = null,
  ): Promise<number> {
    const { log, leaderEpoch } = this.#at(partition)
    const now = this.#env.clock.now()
    const identity =
      producer === null
        ? {}
        : { producerId: producer.producerId, producerEpoch: producer.producerEpoch, transactional: true }
    const batch = buildBatch(
      identity,
      records.map(({ key, value }) => ({ timestamp: now, key, value, headers: [] })),
    )
    const { lastOffset } = log.append(batch, 0, batch.length, leaderEpoch, now, producer?.guard)
    return this.#committed(lastOffset)
  }

  appendMarker(partition: number, marker: EndMarker): Promise<number> {
    const { log, leaderEpoch } = this.#at(partition)
    return this.#committed(log.appendMarker(marker, leaderEpoch, this.#env.clock.now()).lastOffset)
  }

  #at(partition: number): { log: PartitionLog; leaderEpoch: number } {
    const entry = this.#topics.named(this.#topic)
    const log = entry?.logs[partition]
    if (entry === undefined || log === undefined) {
      throw new KafkaError('NOT_COORDINATOR', `${this.#topic}-${partition} is not here`)
    }
    return { log, leaderEpoch: entry.leaderEpochs[partition] ?? 0 }
  }

  #committed(lastOffset: number): Promise<number> {
    return new Promise((resolve) => this.#logs.committer.afterCommit(() => resolve(lastOffset)))
  }

  async load(partition: number, replay: (batch: LoadedBatch) => void): Promise<void> {
    const log = this.#topics.partition(this.#topic, partition)
    let offset = log.logStartOffset
    while (offset < log.highWatermark) {
      const read = await log.read(offset, readBytes, true)
      try {
        offset = this.#replay(log, Buffer.concat(read.buffers), offset, replay)
      } finally {
        read.release()
      }
    }
  }

  #replay(log: PartitionLog, bytes: Buffer, from: number, replay: (batch: LoadedBatch) => void): number {
    let next = from
    for (const at of batchPositions(bytes)) {
      const loaded = header.isControl(bytes, at) ? loadedMarker(bytes, at) : loadedRecords(bytes, at, from)
      if (loaded !== null) replay(loaded)
      next = header.lastOffset(bytes, at) + 1
    }
    if (next === from)
      throw new KafkaError(
        'CORRUPT_MESSAGE',
        `${log.topic}-${log.partition} can not be read from offset ${from}`,
      )
    return next
  }
}

function loadedMarker(bytes: Buffer, at: number): LoadedBatch | null {
  const marker = readMarker(bytes, at)
  if (marker === null) return null
  return { kind: 'marker', producerId: header.producerId(bytes, at), outcome: marker.outcome }
}

function loadedRecords(bytes: Buffer, at: number, from: number): LoadedBatch {
  const records: LoadedRecord[] = []
  for (const { offset, key, value } of readRecords(bytes, at, decompressedBytesMax)) {
    if (offset >= from && key !== null) records.push({ offset, key, value })
  }
  const producerId = header.isTransactional(bytes, at) ? header.producerId(bytes, at) : -1
  return { kind: 'records', producerId, records }
}
