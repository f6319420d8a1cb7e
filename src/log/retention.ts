import { KafkaError } from '../protocol/errors.ts'
import { loadIndex } from './index-loader.ts'
import { committedEnd } from './log-reader.ts'
import type { PartitionLog } from './partition-log.ts'
import { indexPath, type Segment } from './segment.ts'

/**
 * Removes whole segments that retention no longer keeps, oldest first, and moves the log start. Follows Kafka's UnifiedLog: by
 * time a segment goes when its newest record is too old (the active one is sealed first, so it can go too), by size as long as
 * what remains is not below the limit. Nothing above the high watermark is touched. Returns how many segments went.
 */
export async function applyRetention(log: PartitionLog, now: number): Promise<number> {
  const expired = await expiredSegments(log, now)
  if (expired.length > 0) {
    const last = expired.at(-1) as Segment
    const next = log.segments[log.segments.indexOf(last) + 1]
    log.advanceLogStart(next?.baseOffset ?? log.highWatermark)
  }
  return await removeBelowLogStart(log)
}

async function expiredSegments(log: PartitionLog, now: number): Promise<Segment[]> {
  const { retentionMs, retentionBytes, deleteOldSegments } = log.config
  if (!deleteOldSegments) return []
  const expired: Segment[] = []
  let excess = retentionBytes < 0 ? -1 : log.size - retentionBytes
  for (const segment of log.segments) {
    if (segment.size === 0 || !wholeSegmentCommitted(log, segment)) break
    if (segment.indexedFrom > 0 && retentionMs >= 0) await loadIndex(log, segment)
    const active = segment === log.segments.at(-1)
    const tooOld = retentionMs >= 0 && now - segment.maxTimestamp > retentionMs
    const tooMuch = !active && excess >= segment.size
    if (!tooOld && !tooMuch) break
    excess -= segment.size
    expired.push(segment)
  }
  return expired
}

function wholeSegmentCommitted(log: PartitionLog, segment: Segment): boolean {
  return committedEnd(log, segment) === segment.size
}

/** Removes the files of segments that lie wholly below the log start. */
export async function removeBelowLogStart(log: PartitionLog): Promise<number> {
  let removed = 0
  for (;;) {
    const [first, second] = log.segments
    if (first === undefined) break
    const end = second?.baseOffset ?? log.highWatermark
    if (end > log.logStartOffset || first.size === 0 || !wholeSegmentCommitted(log, first)) break
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
