import { dirname } from 'node:path'
import type { LogState } from './log-shared.ts'
import type { Segment } from './segment.ts'

/**
 * Makes what the segment's file has durable, and the file's entry in the partition's directory. The entry of that directory is the
 * caller's: {@link syncPartitionDirectories}. Rejects when any sync of this segment has failed before.
 *
 * Without waiting for each other: a checkpoint and a commit sync the same file; the checkpoint's sync is told of the error, the
 * commit's succeeds, and the WAL refers to batches that are not on the disk.
 */
export async function syncSegment(log: LogState, segment: Segment): Promise<void> {
  const before = segment.syncing
  const sync = before === null ? syncNow(log, segment) : before.then(() => syncNow(log, segment))
  segment.syncing = sync
  await sync
  if (segment.syncing === sync) segment.syncing = null
}

async function syncNow(log: LogState, segment: Segment): Promise<void> {
  const { env, handles, metrics } = log.shared
  const handle = await handles.acquire(segment.path, false)
  try {
    const written = segment.written
    const started = env.clock.monotonic()
    await handle.datasync()
    metrics.segmentSyncSeconds.observe(env.clock.monotonic() - started)
    if (written > segment.synced) segment.synced = written
  } finally {
    handles.release(segment.path)
  }
  if (segment.entrySynced) return
  await env.files.syncDirectory(log.directory)
  segment.entrySynced = true
}

/**
 * Makes the entries of partition directories durable; all partitions stand in one directory, so one sync does for many. A partition
 * whose directory may not be there yet when the sync starts is left for the next.
 */
export async function syncPartitionDirectories(logs: readonly LogState[]): Promise<void> {
  const made = logs.filter(
    (log) => !log.directorySynced && log.segments.some(({ entrySynced }) => entrySynced),
  )
  const [first] = made
  if (first === undefined) return
  await first.shared.env.files.syncDirectory(dirname(first.directory))
  for (const log of made) log.directorySynced = true
}
