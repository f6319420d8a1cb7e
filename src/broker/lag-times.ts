import type { GroupSnapshot } from '../coordinator/group/group-snapshot.ts'
import type { Clock } from '../env/clock.ts'
import type { PartitionLog } from '../log/partition-log.ts'
import { KafkaError } from '../protocol/errors.ts'
import { batchPositions } from '../records/batch-iterator.ts'
import { readRecords } from '../records/read-records.ts'
import {
  baseOffset,
  baseTimestamp,
  hasLogAppendTime,
  lastOffset,
  maxTimestamp,
} from '../records/record-batch.ts'
import type { TopicTable } from './topic-table.ts'

/** Partitions that are looked at in one round, and whose times are kept. */
const PARTITIONS_MAX = 10_000
const DECOMPRESSED_BYTES_MAX = 64 << 20

interface Known {
  readonly offset: number
  readonly timestamp: number | null
}

/**
 * How far groups are behind in time: the age of the first record that a group has not committed, zero when there is none. That
 * needs a look at the record, so it is read when the committed offset is another than last time.
 */
export class LagTimes {
  readonly #topics: TopicTable
  readonly #clock: Clock
  #known = new Map<string, Known>()
  #refreshing = false

  constructor(topics: TopicTable, clock: Clock) {
    this.#topics = topics
    this.#clock = clock
  }

  /** Seconds, as far as they are known from the last refresh; null otherwise. */
  lagSeconds(groupId: string, topic: string, partition: number, committed: number): number | null {
    const log = this.#topics.named(topic)?.logs[partition]
    if (log === undefined) return null
    if (committed >= log.highWatermark) return 0
    const known = this.#known.get(keyOf(groupId, topic, partition))
    if (known === undefined || known.timestamp === null) return null
    return Math.max(0, this.#clock.now() - known.timestamp) / 1_000
  }

  /** Reads what is needed for all groups, or for some of them. A round that runs is not joined: the next one will do. */
  async refresh(groups: Iterable<GroupSnapshot>, which: 'all' | 'some'): Promise<void> {
    if (this.#refreshing) return
    this.#refreshing = true
    try {
      const next = which === 'all' ? new Map<string, Known>() : new Map(this.#known)
      for (const { groupId, offsets } of groups) {
        for (const { topic, partition, offset } of offsets) {
          if (next.size >= PARTITIONS_MAX) break
          const key = keyOf(groupId, topic, partition)
          const before = this.#known.get(key)
          const log = this.#topics.named(topic)?.logs[partition]
          if (log === undefined || offset >= log.highWatermark) continue
          next.set(
            key,
            before?.offset === offset ? before : { offset, timestamp: await timestampAt(log, offset) },
          )
        }
      }
      this.#known = next
    } finally {
      this.#refreshing = false
    }
  }
}

function keyOf(groupId: string, topic: string, partition: number): string {
  return `${partition} ${topic} ${groupId}`
}

/** The timestamp of the first record from the offset on that is still there; null when it cannot be read. */
async function timestampAt(log: PartitionLog, offset: number): Promise<number | null> {
  const from = Math.max(offset, log.logStartOffset)
  try {
    const read = await log.read(from, 1, true)
    try {
      const bytes = read.buffers.length === 1 ? (read.buffers[0] ?? null) : Buffer.concat(read.buffers)
      return bytes === null ? null : firstTimestamp(bytes, from)
    } finally {
      read.release()
    }
  } catch (error) {
    // Damaged or just deleted: then the time is not known, and whoever fetches there hears why.
    if (error instanceof KafkaError) return null
    throw error
  }
}

function firstTimestamp(bytes: Buffer, from: number): number | null {
  for (const at of batchPositions(bytes)) {
    if (lastOffset(bytes, at) < from) continue
    if (hasLogAppendTime(bytes, at)) return maxTimestamp(bytes, at)
    if (baseOffset(bytes, at) >= from) return baseTimestamp(bytes, at)
    for (const record of readRecords(bytes, at, DECOMPRESSED_BYTES_MAX))
      if (record.offset >= from) return record.timestamp
  }
  return null
}
