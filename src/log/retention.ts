import { KafkaError } from '../protocol/errors.ts'
import { loadIndex } from './index-loader.ts'
import { committedEnd } from './log-reader.ts'
import type { PartitionLog } from './partition-log.ts'
import { indexPath, type Segment } from './segment.ts'

/**
 * Moves the log start past whole segments that retention no longer keeps, oldest first. Follows Kafka's UnifiedLog: by time a segment
 * goes when its newest record is too old (the active one, too), by size as long as what remains is not below the limit. Nothing
 * above the high watermark is touched. The files go with `removeBelowLogStart`, once the new start is durable.
 */
export async function expireSegments(log: PartitionLog, now: number): Promise<void> {
  const { retentionMs, retentionBytes, deleteOldSegments } = log.config
  if (!deleteOldSegments) return
  let excess = retentionBytes < 0 ? -1 : log.size - retentionBytes
  for (const segment of [...log.segments]) {
    const newest = retentionMs < 0 ? 0 : await newestTimestamp(log, segment)
    if (log.deleted) return
    if (segment.removed) continue
    // From here on without waiting: what is true of the segment must still be when the log start moves.
    if (segment.size === 0 || !wholeSegmentCommitted(log, segment)) return
    const next = log.segments[log.segments.indexOf(segment) + 1]
    const tooOld = retentionMs >= 0 && now - newest > retentionMs
    const tooMuch = next !== undefined && excess >= segment.size
    if (!tooOld && !tooMuch) return
    excess -= segment.size
    log.advanceLogStart(next?.baseOffset ?? log.highWatermark)
  }
}

/** Records without timestamps age from the last change of their file, as in Kafka's LogSegment.largestTimestamp. */
async function newestTimestamp(log: PartitionLog, segment: Segment): Promise<number> {
  if (segment.indexedFrom > 0) await loadIndex(log, segment)
  if (segment.maxTimestamp >= 0) return segment.maxTimestamp
  const stat = await log.shared.env.files.stat(segment.path)
  return stat?.modifiedMs ?? Infinity
}

function wholeSegmentCommitted(log: PartitionLog, segment: Segment): boolean {
  return committedEnd(log, segment) === segment.size
}

/** Removes the files of segments that lie wholly below the durable log start; returns how many went. */
export async function removeBelowLogStart(log: PartitionLog): Promise<number> {
  let removed = 0
  for (;;) {
    const [first, second] = log.segments
    if (first === undefined || log.deleted) break
    const end = second?.baseOffset ?? log.highWatermark
    if (end > log.durableLogStart || first.size === 0 || !wholeSegmentCommitted(log, first)) break
    // Recovery reads in the file what the WAL only refers to: the producers of deleted records are known from them.
    if (first.direct && end > log.durableRecoveryOffset) break
    if (second === undefined) {
      if (log.logEndOffset > log.highWatermark) break
      first.sealed = true
    }
    await removeSegment(log, first)
    removed += 1
  }
  return removed
}

async function removeSegment(log: PartitionLog, segment: Segment): Promise<void> {
  segment.removed = true
  log.segments.shift()
  log.dropChunksOf(segment)
  // A write-out under way may be about to make the file.
  await log.writingDone()
  await log.shared.handles.forget(segment.path)
  await log.shared.env.files.remove(segment.path)
  await log.shared.env.files.remove(indexPath(segment))
}

/**
 * DeleteRecords: moves the log start to `offset` (-1 means the high watermark). The caller makes the new start durable before it
 * answers.
 * @throws KafkaError OFFSET_OUT_OF_RANGE
 */
export function deleteRecordsBefore(log: PartitionLog, offset: number): number {
  const target = offset === -1 ? log.highWatermark : offset
  if (target < 0 || target > log.highWatermark) {
    throw new KafkaError(
      'OFFSET_OUT_OF_RANGE',
      `records of ${log.topic}-${log.partition} can be deleted up to offset ${log.highWatermark}, not ${offset}`,
    )
  }
  log.advanceLogStart(target)
  return log.logStartOffset
}
