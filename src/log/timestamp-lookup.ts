import * as header from '../records/record-batch.ts'
import { readRecords } from '../records/read-records.ts'
import { loadIndex } from './index-loader.ts'
import { segmentIndexFor, committedEnd } from './log-reader.ts'
import type { PartitionLog } from './partition-log.ts'
import type { Segment } from './segment.ts'

export interface TimestampOffset {
  readonly offset: number
  readonly timestamp: number
  readonly leaderEpoch: number
}

const blockBytes = 256 << 10
/** Records of one batch are decompressed to at most so many bytes when their timestamps must be read. */
const decompressedBytesMax = 256 << 20

/**
 * The first record at or after `timestamp`, by offset, below the high watermark; null when there is none. What is in memory is
 * written out first, so that one way of reading serves. Source: KIP-33, KIP-79.
 */
export async function offsetForTimestamp(log: PartitionLog, timestamp: number): Promise<TimestampOffset | null> {
  await log.writeOut()
  const from = segmentIndexFor(log, log.logStartOffset)
  for (const segment of log.segments.slice(from)) {
    if (segment.indexedFrom > 0) await loadIndex(log, segment)
    if (segment.maxTimestamp < timestamp) continue
    const position = segment.index.positionForTimestamp(timestamp)
    const found = await findBatch(log, segment, position, (batch, at) => header.maxTimestamp(batch, at) >= timestamp)
    if (found === null) continue
    const record = firstRecord(found, (time, offset) => time >= timestamp && offset >= log.logStartOffset)
    if (record !== null) return record
  }
  return null
}

/** The first record with the largest timestamp of the log (ListOffsets -3, KIP-734), or null for an empty log. */
export async function offsetOfMaxTimestamp(log: PartitionLog): Promise<TimestampOffset | null> {
  await log.writeOut()
  let newest: Segment | null = null
  for (const segment of log.segments) {
    if (segment.indexedFrom > 0) await loadIndex(log, segment)
    if (newest === null || segment.maxTimestamp > newest.maxTimestamp) newest = segment
  }
  if (newest === null) return null
  const largest = newest.maxTimestamp
  const position = newest.index.positionForTimestamp(largest)
  const found = await findBatch(log, newest, position, (batch, at) => header.maxTimestamp(batch, at) >= largest)
  return found === null ? null : firstRecord(found, (time) => time >= largest)
}

/** A copy of the first batch from `position` on that `matches`, or null. */
async function findBatch(
  log: PartitionLog,
  segment: Segment,
  position: number,
  matches: (buffer: Buffer, at: number) => boolean,
): Promise<Buffer | null> {
  const end = Math.min(segment.written, committedEnd(log, segment))
  const handle = await log.shared.handles.acquire(segment.path, false)
  try {
    const block = Buffer.allocUnsafe(blockBytes)
    while (position + header.HEADER_SIZE <= end) {
      const size = await handle.read(block, position)
      let at = 0
      while (at + header.HEADER_SIZE <= size && position + at < end) {
        const bytes = header.batchSize(block, at)
        if (bytes < header.HEADER_SIZE) return null
        if (header.lastOffset(block, at) >= log.logStartOffset && matches(block, at)) {
          const batch = Buffer.allocUnsafe(bytes)
          await handle.read(batch, position + at)
          return batch
        }
        at += bytes
      }
      if (at === 0) return null
      position += at
    }
    return null
  } finally {
    log.shared.handles.release(segment.path)
  }
}

function firstRecord(batch: Buffer, wanted: (timestamp: number, offset: number) => boolean): TimestampOffset | null {
  const leaderEpoch = header.partitionLeaderEpoch(batch, 0)
  for (const record of readRecords(batch, 0, decompressedBytesMax)) {
    if (wanted(record.timestamp, record.offset)) {
      return { offset: record.offset, timestamp: record.timestamp, leaderEpoch }
    }
  }
  return null
}
