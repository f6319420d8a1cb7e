import type { Env } from '../env/env.ts'
import * as header from '../records/record-batch.ts'
import type { CheckpointPartition } from './checkpoint.ts'
import { LeaderEpochs } from './leader-epochs.ts'
import type { LogLogger } from './log-logger.ts'
import type { PartitionLogState } from './partition-log.ts'
import { ProducerState } from './producer-state.ts'
import { Segment, segmentBaseOffset, segmentFileName } from './segment.ts'
import { scanSegment } from './segment-scan.ts'

/** The state that a checkpoint states for a partition, with nothing looked at on disk. */
export function stateFromCheckpoint(entry: CheckpointPartition, directory: string): PartitionLogState {
  const segments = entry.segments.map(
    (segment) =>
      new Segment(
        segment.baseOffset,
        `${directory}/${segmentFileName(segment.baseOffset)}`,
        segment.size,
        segment.maxTimestamp,
      ),
  )
  for (const segment of segments.slice(0, -1)) segment.sealed = true
  return {
    logStartOffset: entry.logStartOffset,
    logEndOffset: entry.recoveryOffset,
    segments,
    epochs: entry.epochs,
    producers: entry.producers,
  }
}

/**
 * Finds what the segment files of a partition hold beyond the checkpoint and cuts off what is no whole, good, next batch. The rest
 * of what was committed comes from the WAL. Without an entry everything is read.
 */
export async function stateFromFiles(
  env: Env,
  directory: string,
  entry: CheckpointPartition | null,
  logger: LogLogger,
): Promise<PartitionLogState | null> {
  const bases = await segmentBases(env, directory)
  if (bases.length === 0) return entry === null ? null : stateFromCheckpoint(entry, directory)
  const state = entry === null ? null : stateFromCheckpoint(entry, directory)
  const known = state?.segments.at(-1)
  const producers = state?.producers ?? new ProducerState()
  const epochs = state?.epochs ?? new LeaderEpochs()
  const segments = [...(state?.segments ?? [])]
  const scratch = { producers, epochs }
  let nextOffset = state?.logEndOffset ?? (bases[0] as number)
  let cut = false
  for (const base of bases.filter((base) => base >= (known?.baseOffset ?? nextOffset))) {
    const path = `${directory}/${segmentFileName(base)}`
    if (cut || (base !== known?.baseOffset && base !== nextOffset)) {
      logger.warn('segment file does not continue the log and is set aside', { path })
      await env.files.rename(path, `${path}.stale`)
      continue
    }
    const from = base === known?.baseOffset ? known.size : 0
    const scan = await scanSegment(env, path, from, nextOffset, (buffer, at) => observe(scratch, buffer, at))
    if (scan.end < scan.fileBytes) {
      logger.warn('segment file is cut behind its last good batch', { path, from: scan.end, bytes: scan.fileBytes - scan.end })
      await truncate(env, path, scan.end)
      cut = true
    }
    nextOffset = scan.nextOffset
    if (base === known?.baseOffset) segments.pop()
    const timestamp = Math.max(scan.maxTimestamp, base === known?.baseOffset ? known.maxTimestamp : -1)
    const segment = new Segment(base, path, scan.end, timestamp)
    // What lies beyond the checkpoint may be in the page cache only: the next checkpoint syncs it before it counts on it.
    segment.synced = from
    segment.entrySynced = from > 0
    segment.verified.add(from, scan.end)
    segments.push(segment)
  }
  for (const segment of segments.slice(0, -1)) segment.sealed = true
  return { logStartOffset: state?.logStartOffset ?? (bases[0] as number), logEndOffset: nextOffset, segments, epochs, producers }
}

async function segmentBases(env: Env, directory: string): Promise<number[]> {
  if ((await env.files.stat(directory)) === null) return []
  const bases: number[] = []
  for (const name of await env.files.list(directory)) {
    const base = segmentBaseOffset(name)
    if (base !== null) bases.push(base)
  }
  return bases.toSorted((a, b) => a - b)
}

async function truncate(env: Env, path: string, length: number): Promise<void> {
  await using handle = await env.files.open(path, 'update')
  await handle.truncate(length)
  await handle.sync()
}

function observe(state: { producers: ProducerState; epochs: LeaderEpochs }, buffer: Buffer, at: number): void {
  const baseOffset = header.baseOffset(buffer, at)
  state.epochs.assign(header.partitionLeaderEpoch(buffer, at), baseOffset)
  state.producers.observe(buffer, at, baseOffset)
}
