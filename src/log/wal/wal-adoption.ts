import { FileError } from '../../env/files.ts'
import * as header from '../../records/record-batch.ts'
import type { PartitionLog } from '../partition-log.ts'
import { scanSegment } from '../segment-scan.ts'
import { decodeWalReference, type WalRecordHeader } from './wal-format.ts'
import type { ReplayOutcome } from './replay-outcome.ts'

/**
 * Takes what a REFERENCE record stands for into the log. The batches were durable in the segment file before the record was written, so
 * what the file lacks is damage, never a torn tail. Replay puts every batch before them where it stood, so the position holds.
 */
export async function adoptReference(
  log: PartitionLog,
  record: WalRecordHeader,
  payload: Buffer,
): Promise<ReplayOutcome> {
  const lastOffset = record.baseOffset + record.lastOffsetDelta
  if (lastOffset < log.logEndOffset) {
    const same =
      record.baseOffset < log.logStartOffset || log.epochs.epochAt(record.baseOffset) === record.leaderEpoch
    return same ? null : 'contradiction'
  }
  const reference = decodeWalReference(payload)
  if (reference === null) return 'damaged'
  if (record.baseOffset > log.logEndOffset) return 'gap'
  // Segments were read in place of a checkpoint, and ended within the range.
  if (record.baseOffset < log.logEndOffset) return 'unreadable'
  await intoFiles(log)
  const segment = log.segmentOf(reference.segmentBase, record.baseOffset)
  const end = reference.position + reference.bytes
  const there = segment?.size === reference.position && (await adoptBatches(log, segment, end, record))
  return there ? log : 'unreadable'
}

/** Adoption goes on in the file, so nothing of the log may be in memory only. */
async function intoFiles(log: PartitionLog): Promise<void> {
  if (log.tail.chunks.length === 0) return
  await log.writeOut()
  while (log.tail.chunks.length > 0) {
    if (!log.dropOldestChunk()) throw new Error(`${log.topic}-${log.partition}: a chunk is not in its file`)
  }
}

async function adoptBatches(
  log: PartitionLog,
  segment: PartitionLog['segments'][number],
  end: number,
  record: WalRecordHeader,
): Promise<boolean> {
  const { env } = log.shared
  let foreign = false
  try {
    await scanSegment(
      env,
      segment.path,
      segment.size,
      log.logEndOffset,
      record.leaderEpoch,
      null,
      (buffer, at) => {
        // The leader epoch of a batch is the one field that no CRC of its own covers.
        foreign ||= header.partitionLeaderEpoch(buffer, at) !== record.leaderEpoch
        if (!foreign) log.adopt(buffer, at, segment)
      },
      end,
    )
  } catch (error) {
    if (!(error instanceof FileError) || error.code !== 'NOT_FOUND') throw error
    return false
  }
  segment.created = true
  segment.direct = true
  log.commitAll()
  return segment.size === end && log.logEndOffset === record.baseOffset + record.lastOffsetDelta + 1
}
