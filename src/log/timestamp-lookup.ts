import { FileError } from '../env/files.ts'
import * as header from '../records/record-batch.ts'
import { readRecords } from '../records/read-records.ts'
import { loadIndex } from './index-loader.ts'
import { committedEnd, damaged, isGood, segmentIndexFor } from './log-reader.ts'
import type { PartitionLog } from './partition-log.ts'
import { isNextOffset, type Segment } from './segment.ts'
import { type IndexedBatch, segmentStart } from './sparse-index.ts'

export interface TimestampOffset {
  readonly offset: number
  readonly timestamp: number
  readonly leaderEpoch: number
}

const blockBytes = 256 << 10
/** A look-up that met a file of an exchanged segment is done again, this often at most. */
const exchangesMax = 5
/** Records of one batch are decompressed to at most so many bytes when their timestamps must be read. */
const decompressedBytesMax = 256 << 20

/**
 * The first record at or after `timestamp`, by offset, below the high watermark; null when there is none. What is in memory is
 * written out first, so that one way of reading serves. Source: KIP-33, KIP-79.
 * @throws KafkaError CORRUPT_MESSAGE, KAFKA_STORAGE_ERROR
 */
export function offsetForTimestamp(log: PartitionLog, timestamp: number): Promise<TimestampOffset | null> {
  return lookUp(log, async () => {
    for (const segment of log.segments.slice(segmentIndexFor(log, log.logStartOffset))) {
      if (segment.indexedFrom > 0) await loadIndex(log, segment)
      if (segment.maxTimestamp < timestamp) continue
      const start = segment.index.floorForTimestamp(timestamp)
      for await (const batch of batches(log, segment, start, (at) => at >= timestamp)) {
        const record = firstRecord(batch, (time, offset) => time >= timestamp && offset >= log.logStartOffset)
        if (record !== null) return record
      }
    }
    return null
  })
}

/** The first record with the largest timestamp of the log (ListOffsets -3, KIP-734), or null for an empty log. */
export function offsetOfMaxTimestamp(log: PartitionLog): Promise<TimestampOffset | null> {
  return lookUp(log, async () => {
    let best: TimestampOffset | null = null
    for (const segment of log.segments.slice(segmentIndexFor(log, log.logStartOffset))) {
      if (segment.indexedFrom > 0) await loadIndex(log, segment)
      // What the segment is said to have may be above the high watermark or below the log start, so it only says where not to look.
      const least: number = best?.timestamp ?? -Infinity
      if (segment.maxTimestamp <= least) continue
      const start = segment.index.floorForTimestamp(segment.maxTimestamp)
      best =
        (await newestRecord(log, segment, start, least)) ??
        (await newestRecord(log, segment, segmentStart, least)) ??
        best
    }
    return best
  })
}

async function lookUp(
  log: PartitionLog,
  work: () => Promise<TimestampOffset | null>,
): Promise<TimestampOffset | null> {
  try {
    await log.writeOut()
    for (let attempt = 1; ; attempt++) {
      const { segments } = log
      try {
        return await work()
      } catch (error) {
        // Compaction exchanged segments meanwhile, and the file of one is gone; its successor has what is wanted.
        const exchanged = segments.some((segment) => segment.replaced)
        if (!exchanged || attempt === exchangesMax || !(error instanceof FileError)) throw error
      }
    }
  } catch (error) {
    throw log.readFailure(log.logStartOffset, error)
  }
}

async function newestRecord(
  log: PartitionLog,
  segment: Segment,
  start: IndexedBatch,
  least: number,
): Promise<TimestampOffset | null> {
  let best: TimestampOffset | null = null
  const bestTime = (): number => best?.timestamp ?? least
  for await (const batch of batches(log, segment, start, (at) => at > bestTime())) {
    const whole = header.baseOffset(batch, 0) >= log.logStartOffset
    const largest = whole ? header.maxTimestamp(batch, 0) : largestTimestamp(batch, log.logStartOffset)
    if (largest <= bestTime()) continue
    best = firstRecord(batch, (time, offset) => time >= largest && offset >= log.logStartOffset) ?? best
  }
  return best
}

function largestTimestamp(batch: Buffer, fromOffset: number): number {
  let largest = -Infinity
  for (const record of readRecords(batch, 0, decompressedBytesMax)) {
    if (record.offset >= fromOffset) largest = Math.max(largest, record.timestamp)
  }
  return largest
}

/**
 * Copies of the committed batches from `position` on whose largest timestamp is wanted, each checked as a read checks it. The walk
 * starts where the index says that a batch stands.
 */
async function* batches(
  log: PartitionLog,
  segment: Segment,
  start: IndexedBatch,
  wanted: (maxTimestamp: number) => boolean,
): AsyncGenerator<Buffer, void> {
  const end = Math.min(segment.written, committedEnd(log, segment))
  let { position } = start
  if (position >= end) return
  let offset = segment.baseOffset + start.relativeOffset
  const handle = await log.shared.handles.acquire(segment.path, false)
  try {
    const block = Buffer.allocUnsafe(blockBytes)
    while (position < end) {
      const size = await handle.read(block, position)
      let at = 0
      while (at + header.HEADER_SIZE <= size && position + at < end) {
        const bytes = header.batchSize(block, at)
        const base = header.baseOffset(block, at)
        const isNext = bytes >= header.HEADER_SIZE && isNextOffset(segment.cleaned, base, offset)
        if (!isNext || position + at + bytes > end) throw damaged(log, segment, position + at)
        if (header.lastOffset(block, at) >= log.logStartOffset && wanted(header.maxTimestamp(block, at))) {
          const batch = Buffer.allocUnsafe(bytes)
          const read = await handle.read(batch, position + at)
          if (read < bytes || !isGood(log, batch, 0, bytes, base)) throw damaged(log, segment, position + at)
          yield batch
        }
        offset = header.lastOffset(block, at) + 1
        at += bytes
      }
      if (at === 0) throw damaged(log, segment, position)
      position += at
    }
  } finally {
    log.shared.handles.release(segment.path)
  }
}

function firstRecord(
  batch: Buffer,
  wanted: (timestamp: number, offset: number) => boolean,
): TimestampOffset | null {
  const leaderEpoch = header.partitionLeaderEpoch(batch, 0)
  for (const record of readRecords(batch, 0, decompressedBytesMax)) {
    if (wanted(record.timestamp, record.offset)) {
      return { offset: record.offset, timestamp: record.timestamp, leaderEpoch }
    }
  }
  return null
}
