import { KafkaError } from '../protocol/errors.ts'
import type { FileRemovals } from './file-removals.ts'
import { loadIndex } from './index-loader.ts'
import { committedEnd } from './log-reader.ts'
import type { PartitionLog } from './partition-log.ts'
import type { Segment } from './segment.ts'

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
    // Compaction may have put another one in its place, which is to be looked at before those behind it: the next time.
    if (log.deleted || segment.replaced) return
    if (segment.removed) continue
    // From here on without waiting: what is true of the segment must still be when the log start moves.
    if ((segment.size === 0 && segment.cleaned === null) || !wholeSegmentCommitted(log, segment)) return
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

/** Takes segments that lie wholly below the durable log start out of the log and hands their files over for removal; returns how many. */
export function removeBelowLogStart(log: PartitionLog, removals: FileRemovals): number {
  let removed = 0
  for (;;) {
    const [first, second] = log.segments
    if (first === undefined || log.deleted) break
    const end = second?.baseOffset ?? log.highWatermark
    if (end > log.durableLogStart || !wholeSegmentCommitted(log, first)) break
    if (first.size === 0 && first.cleaned === null) break
    // Recovery reads in the file what the WAL only refers to: the producers of deleted records are known from them.
    if (first.direct && end > log.durableRecoveryOffset) break
    if (second === undefined) {
      if (log.logEndOffset > log.highWatermark) break
      first.sealed = true
    }
    removeSegment(log, first, removals)
    removed += 1
  }
  return removed
}

function removeSegment(log: PartitionLog, segment: Segment, removals: FileRemovals): void {
  segment.removed = true
  log.segments.shift()
  log.tail.dropSegment(segment)
  removals.add(log, [segment])
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
