import type { Env } from '../env/env.ts'
import * as header from '../records/record-batch.ts'
import type { CheckpointPartition } from './checkpoint.ts'
import { LeaderEpochs } from './leader-epochs.ts'
import type { LogLogger } from './log-logger.ts'
import type { PartitionLogState } from './partition-log.ts'
import { ProducerState } from './producer-state.ts'
import { listSegmentFiles, newestSegments, type SegmentFile } from './segment-files.ts'
import { indexPath, Segment, segmentFileName } from './segment.ts'
import { followedByBatch, scanSegment } from './segment-scan.ts'

/** What recovery found of a partition on disk. */
export interface RecoveredState extends PartitionLogState {
  /** Acknowledged records that are damaged or missing: these offsets, in this file. */
  readonly damage: { readonly from: number; readonly to: number; readonly path: string } | null
  /** Base offsets of the files that may hold more than the state says; empty when none does. */
  readonly leftovers: readonly number[]
}

/**
 * The state that a checkpoint states for a partition, with nothing looked at on disk. Segments that lie wholly below the log start
 * are left out: their files were removed, or will be. Unless the last one is said to go on (`lastBase`) beyond the checkpoint.
 */
export function stateFromCheckpoint(
  entry: CheckpointPartition,
  directory: string,
  lastBase = -1,
): RecoveredState {
  const kept = entry.segments.filter(({ baseOffset }, index) => {
    const end = entry.segments[index + 1]?.baseOffset ?? entry.recoveryOffset
    return end > entry.logStartOffset || baseOffset === lastBase
  })
  const segments = kept.map(({ baseOffset, size, maxTimestamp, cleaned }) => {
    const path = `${directory}/${segmentFileName(baseOffset, cleaned)}`
    return new Segment(baseOffset, path, size, maxTimestamp, cleaned)
  })
  for (const segment of segments.slice(0, -1)) segment.sealed = true
  return {
    logStartOffset: entry.logStartOffset,
    logEndOffset: entry.recoveryOffset,
    cleanedOffset: entry.cleanedOffset,
    segments,
    epochs: entry.epochs,
    producers: ProducerState.decode(entry.producers, 0).state,
    damage: null,
    leftovers: [],
  }
}

/**
 * The checkpoint's state; the WAL brings the rest. Of what segment files hold beyond the checkpoint only that was synced for certain to
 * which the WAL refers. All else is not believed: after a failed sync the page cache shows bytes that the device does not have and will never
 * get. It is written anew from the WAL, or cut off by {@link dropLeftovers}.
 */
export async function stateBeforeReplay(
  env: Env,
  directory: string,
  entry: CheckpointPartition | null,
  logger: LogLogger,
): Promise<RecoveredState | null> {
  const files = await listSegmentFiles(env, directory)
  const state =
    entry === null
      ? emptyState(0)
      : stateFromCheckpoint(entry, directory, lastBaseOf(entry, directory, files))
  const lost = lostSegment(state, files, logger)
  if (lost !== null) return lost
  const last = state.segments.at(-1)
  const lastBase = last?.baseOffset ?? state.logEndOffset
  const leftovers: number[] = []
  for (const file of unnamedFiles(state, files)) {
    if (file.cleaned === null && file.baseOffset >= lastBase) leftovers.push(file.baseOffset)
    else await removeFiles(env, file)
  }
  if (last !== undefined) {
    const size = (await env.files.stat(last.path))?.size ?? 0
    if (size < last.size) return shortSegment(state, last, size, logger)
    if (size > last.size) leftovers.push(last.baseOffset)
  }
  if (entry === null && leftovers.length === 0) return null
  return { ...state, leftovers }
}

/** Cuts files to what the log has taken of them, and removes those of which it has nothing. */
export async function dropLeftovers(
  env: Env,
  directory: string,
  segments: readonly Segment[],
  leftovers: readonly number[],
): Promise<void> {
  for (const base of leftovers) {
    const segment = segments.find(({ baseOffset, cleaned }) => baseOffset === base && cleaned === null)
    if (segment === undefined) {
      await removeFiles(env, {
        path: `${directory}/${segmentFileName(base)}`,
        baseOffset: base,
        cleaned: null,
      })
      continue
    }
    const size = (await env.files.stat(segment.path))?.size ?? 0
    if (size > segment.written) await truncate(env, segment.path, segment.written)
  }
}

/**
 * What the segment files of a partition hold beyond the checkpoint when there was no WAL. The first batch that is not whole, good
 * and next ends it; what comes behind is cut off.
 */
export async function stateFromFiles(
  env: Env,
  directory: string,
  entry: CheckpointPartition | null,
  logger: LogLogger,
): Promise<RecoveredState | null> {
  const files = await listSegmentFiles(env, directory)
  const state =
    entry === null
      ? emptyState(0)
      : stateFromCheckpoint(entry, directory, lastBaseOf(entry, directory, files))
  const lost = lostSegment(state, files, logger)
  if (lost !== null) return lost
  if (files.length === 0) return entry === null ? null : state
  const known = state.segments.at(-1)
  const found = new FoundSegments(env, state)
  const unnamed: SegmentFile[] = []
  for (const file of unnamedFiles(state, files)) {
    // Below the checkpoint: removed, or exchanged by compaction. Compaction that no checkpoint knows of never was.
    if (file.baseOffset < state.logEndOffset || file.cleaned !== null) await removeFiles(env, file)
    else unnamed.push(file)
  }
  const ending = known === undefined ? [] : files.filter((file) => file.path === known.path)
  for (const file of [...ending, ...unnamed]) {
    const { path } = file
    if (found.ended || !found.continues(file)) {
      logger.warn('segment file does not continue the log and is set aside', { path })
      await env.files.rename(path, `${path}.stale`)
      continue
    }
    const rest = await found.add(file)
    if (rest < 0 && known !== undefined) return shortSegment(found.state(), known, known.size + rest, logger)
    if (rest > 0) await cut(env, path, found.size, rest, logger)
  }
  return found.state()
}

/** The last segment that the checkpoint names, when its file is there: it may go on. Else -1. */
function lastBaseOf(entry: CheckpointPartition, directory: string, files: readonly SegmentFile[]): number {
  const last = entry.segments.at(-1)
  if (last === undefined) return -1
  const path = `${directory}/${segmentFileName(last.baseOffset, last.cleaned)}`
  return files.some((file) => file.path === path) ? last.baseOffset : -1
}

/** Files that the state has no use for, in the order of their offsets. */
function unnamedFiles(state: RecoveredState, files: readonly SegmentFile[]): SegmentFile[] {
  const named = new Set(state.segments.map((segment) => segment.path))
  return files.filter((file) => !named.has(file.path))
}

function lostSegment(
  state: RecoveredState,
  files: readonly SegmentFile[],
  logger: LogLogger,
): RecoveredState | null {
  const paths = new Set(files.map((file) => file.path))
  const missing = state.segments.find((segment) => !paths.has(segment.path))
  if (missing === undefined) return null
  logger.error('a segment file that the checkpoint names is missing', { path: missing.path })
  return { ...state, damage: { from: missing.baseOffset, to: state.logEndOffset - 1, path: missing.path } }
}

function shortSegment(
  state: RecoveredState,
  segment: Segment,
  bytes: number,
  logger: LogLogger,
): RecoveredState {
  const { baseOffset, path, size } = segment
  logger.error('a segment file is shorter than the checkpoint says', { path, bytes, expected: size })
  return { ...state, damage: { from: baseOffset, to: state.logEndOffset - 1, path } }
}

/**
 * All that the segment files of a partition hold, for when no checkpoint tells what was durable. Nothing is changed on disk where
 * good batches follow a bad one: then it is damage, and the offsets in between can not be given away again.
 */
export async function stateFromAllFiles(
  env: Env,
  directory: string,
  logger: LogLogger,
): Promise<RecoveredState | null> {
  const { newest, exchanged } = newestSegments(await listSegmentFiles(env, directory))
  if (newest.length === 0) return null
  const found = new FoundSegments(env, emptyState((newest[0] as SegmentFile).baseOffset))
  for (const [index, file] of newest.entries()) {
    const { path, baseOffset } = file
    if (!found.continues(file))
      return { ...found.state(), damage: { from: found.nextOffset, to: baseOffset - 1, path } }
    const rest = await found.add(file)
    if (rest === 0) continue
    const next = newest[index + 1]?.baseOffset ?? file.cleaned?.endOffset
    const follows =
      next === undefined ? await followedByBatch(env, path, found.size, found.nextOffset) : next - 1
    if (follows >= found.nextOffset)
      return { ...found.state(), damage: { from: found.nextOffset, to: follows, path } }
    await cut(env, path, found.size, rest, logger)
  }
  // Only now that their successors are known to be good.
  for (const file of exchanged) await removeFiles(env, file)
  return found.state()
}

/** Of a log of which only this is known: that it goes on at the offset. */
export function emptyState(offset: number): RecoveredState {
  return {
    logStartOffset: offset,
    logEndOffset: offset,
    cleanedOffset: 0,
    segments: [],
    epochs: new LeaderEpochs(),
    producers: new ProducerState(),
    damage: null,
    leftovers: [],
  }
}

/** Adds one segment file after the other to a state. */
class FoundSegments {
  readonly #env: Env
  readonly #start: RecoveredState
  readonly #segments: Segment[]
  nextOffset: number
  /** A file ended before its end: no file behind it belongs to the log. */
  ended = false
  /** End of the good batches of the last file. */
  size = 0

  constructor(env: Env, start: RecoveredState) {
    this.#env = env
    this.#start = start
    this.#segments = [...start.segments]
    this.nextOffset = start.logEndOffset
  }

  continues(file: SegmentFile): boolean {
    return file.path === this.#segments.at(-1)?.path || file.baseOffset === this.nextOffset
  }

  /** Takes the good batches of the file; returns how many bytes are behind them, a negative number when known ones are missing. */
  async add({ path, baseOffset, cleaned }: SegmentFile): Promise<number> {
    const last = this.#segments.at(-1)
    const known = last?.path === path ? last : undefined
    const from = known?.size ?? 0
    const { epochs, producers } = this.#start
    const visit = (buffer: Buffer, at: number): void => {
      const offset = header.baseOffset(buffer, at)
      epochs.assign(header.partitionLeaderEpoch(buffer, at), offset)
      producers.observe(buffer, at, offset, offset)
    }
    const scan = await scanSegment(this.#env, path, from, this.nextOffset, epochs.latest, cleaned, visit)
    if (scan.fileBytes < from) return scan.fileBytes - from
    if (known !== undefined) this.#segments.pop()
    const maxTimestamp = Math.max(scan.maxTimestamp, known?.maxTimestamp ?? -1)
    const segment = new Segment(baseOffset, path, scan.end, maxTimestamp, cleaned)
    // What lies beyond the checkpoint may be in the page cache only: the next checkpoint syncs it before it counts on it.
    segment.synced = from
    segment.entrySynced = from > 0
    segment.verified.add(from, scan.end)
    this.#segments.push(segment)
    this.ended = scan.end < scan.fileBytes
    this.nextOffset = cleaned === null || this.ended ? scan.nextOffset : cleaned.endOffset
    this.size = scan.end
    return scan.fileBytes - scan.end
  }

  state(): RecoveredState {
    for (const segment of this.#segments.slice(0, -1)) segment.sealed = true
    return { ...this.#start, logEndOffset: this.nextOffset, segments: this.#segments }
  }
}

/** What a crash kept from being removed. */
async function removeFiles(env: Env, file: SegmentFile): Promise<void> {
  await env.files.remove(file.path)
  await env.files.remove(indexPath(file))
}

async function cut(env: Env, path: string, from: number, bytes: number, logger: LogLogger): Promise<void> {
  logger.warn('segment file is cut behind its last good batch', { path, from, bytes })
  await truncate(env, path, from)
}

/** The index goes, too: it could fit the size that other batches fill the segment to. */
async function truncate(env: Env, path: string, length: number): Promise<void> {
  await env.files.remove(path.replace(/\.log$/, '.index'))
  await using handle = await env.files.open(path, 'update')
  await handle.truncate(length)
  await handle.sync()
}
