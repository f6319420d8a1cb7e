import type {
  CoordinatorLog,
  CoordinatorRecord,
  LoadedRecord,
} from '../coordinator/runtime/coordinator-log.ts'
import type { Env } from '../env/env.ts'
import type { LogManager } from '../log/log-manager.ts'
import type { PartitionLog } from '../log/partition-log.ts'
import { KafkaError } from '../protocol/errors.ts'
import { batchPositions } from '../records/batch-iterator.ts'
import { buildBatch } from '../records/build-batch.ts'
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

  append(partition: number, records: readonly CoordinatorRecord[]): Promise<number> {
    const entry = this.#topics.named(this.#topic)
    const log = entry?.logs[partition]
    if (entry === undefined || log === undefined) {
      throw new KafkaError('NOT_COORDINATOR', `${this.#topic}-${partition} is not here`)
    }
    const now = this.#env.clock.now()
    const batch = buildBatch(
      {},
      records.map(({ key, value }) => ({ timestamp: now, key, value, headers: [] })),
    )
    const { lastOffset } = log.append(batch, 0, batch.length, entry.leaderEpochs[partition] ?? 0, now)
    return new Promise((resolve) => this.#logs.committer.afterCommit(() => resolve(lastOffset)))
  }

  async load(partition: number, replay: (records: readonly LoadedRecord[]) => void): Promise<void> {
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

  #replay(
    log: PartitionLog,
    bytes: Buffer,
    from: number,
    replay: (records: readonly LoadedRecord[]) => void,
  ): number {
    let next = from
    for (const at of batchPositions(bytes)) {
      const records: LoadedRecord[] = []
      for (const { offset, key, value } of readRecords(bytes, at, decompressedBytesMax)) {
        if (offset >= from && key !== null) records.push({ offset, key, value })
      }
      replay(records)
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
