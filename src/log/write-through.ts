import { FileError } from '../env/files.ts'
import type { LogState } from './log-shared.ts'
import type { Segment } from './segment.ts'
import { syncPartitionDirectories, syncSegment } from './segment-sync.ts'

/**
 * Brings a partition's appends to durable segment files without the WAL. Everything below them in these files becomes durable with
 * them. False when the files can not take them; then nothing has changed that a write-out later would not do as well.
 *
 * A full disk is told by the write. A failed sync is never tried again, whatever its reason: it rejects.
 */
export async function writeThrough(
  log: LogState & { writeOut(): Promise<void> },
  segments: readonly Segment[],
  endPosition: number,
): Promise<boolean> {
  const last = segments.at(-1)
  if (last === undefined) return true
  log.writingThrough = { segment: last, position: endPosition }
  try {
    await log.writeOut()
  } catch (error) {
    log.writingThrough = null
    if (log.deleted || (error instanceof FileError && error.code === 'NO_SPACE')) return false
    throw error
  }
  for (const segment of segments) segment.direct = true
  if (last.written < endPosition) return false
  try {
    for (const segment of segments) await syncSegment(log, segment)
    await syncPartitionDirectories([log])
  } catch (error) {
    if (log.deleted) return false
    throw error
  }
  return true
}
