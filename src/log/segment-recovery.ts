import type { Env } from '../env/env.ts'
import * as header from '../records/record-batch.ts'
import type { CheckpointPartition } from './checkpoint.ts'
import { LeaderEpochs } from './leader-epochs.ts'
import type { LogLogger } from './log-logger.ts'
import type { PartitionLogState } from './partition-log.ts'
import { ProducerState } from './producer-state.ts'
import { indexPath, Segment, segmentBaseOffset, segmentFileName } from './segment.ts'
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
  const segments = kept.map(
    ({ baseOffset, size, maxTimestamp }) =>
      new Segment(baseOffset, `${directory}/${segmentFileName(baseOffset)}`, size, maxTimestamp),
  )
  for (const segment of segments.slice(0, -1)) segment.sealed = true
  return {
    logStartOffset: entry.logStartOffset,
    logEndOffset: entry.recoveryOffset,
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
  const bases = await segmentBases(env, directory)
  const state =
    entry === null ? emptyState(0) : stateFromCheckpoint(entry, directory, lastBaseOf(entry, bases))
  const lost = lostSegment(state, bases, logger)
  if (lost !== null) return lost
  const named = new Set(state.segments.map((segment) => segment.baseOffset))
  const last = state.segments.at(-1)
  const lastBase = last?.baseOffset ?? state.logEndOffset
  for (const base of bases) if (!named.has(base) && base < lastBase) await removeFiles(env, directory, base)
  const leftovers = bases.filter((base) => base >= lastBase && !named.has(base))
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
    const segment = segments.find(({ baseOffset }) => baseOffset === base)
    if (segment === undefined) {
      await removeFiles(env, directory, base)
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
  const bases = await segmentBases(env, directory)
  const state =
    entry === null ? emptyState(0) : stateFromCheckpoint(entry, directory, lastBaseOf(entry, bases))
  const lost = lostSegment(state, bases, logger)
  if (lost !== null) return lost
  if (bases.length === 0) return entry === null ? null : state
  const first = state.segments[0]?.baseOffset ?? state.logEndOffset
  for (const base of bases) if (base < first) await removeFiles(env, directory, base)
  const known = state.segments.at(-1)
  const found = new FoundSegments(env, directory, state)
  for (const base of bases.filter((base) => base >= (known?.baseOffset ?? state.logEndOffset))) {
    const path = `${directory}/${segmentFileName(base)}`
    if (found.ended || !found.continues(base)) {
      logger.warn('segment file does not continue the log and is set aside', { path })
      await env.files.rename(path, `${path}.stale`)
      continue
    }
    const rest = await found.add(base)
    if (rest < 0 && known !== undefined) return shortSegment(found.state(), known, known.size + rest, logger)
    if (rest > 0) await cut(env, path, found.size, rest, logger)
  }
  return found.state()
}

/** The last segment that the checkpoint names, when its file is there: it may go on. Else -1. */
function lastBaseOf(entry: CheckpointPartition, bases: readonly number[]): number {
  const last = entry.segments.at(-1)?.baseOffset ?? -1
  return bases.includes(last) ? last : -1
}

function lostSegment(
  state: RecoveredState,
  bases: readonly number[],
  logger: LogLogger,
): RecoveredState | null {
  const missing = state.segments.find((segment) => !bases.includes(segment.baseOffset))
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
  const bases = await segmentBases(env, directory)
  if (bases.length === 0) return null
  const found = new FoundSegments(env, directory, emptyState(bases[0] as number))
  for (const [index, base] of bases.entries()) {
    const path = `${directory}/${segmentFileName(base)}`
    if (!found.continues(base))
      return { ...found.state(), damage: { from: found.nextOffset, to: base - 1, path } }
    const rest = await found.add(base)
    if (rest === 0) continue
    const next = bases[index + 1]
    const follows =
      next === undefined ? await followedByBatch(env, path, found.size, found.nextOffset) : next - 1
    if (follows >= found.nextOffset)
      return { ...found.state(), damage: { from: found.nextOffset, to: follows, path } }
    await cut(env, path, found.size, rest, logger)
  }
  return found.state()
}

function emptyState(offset: number): RecoveredState {
  return {
    logStartOffset: offset,
    logEndOffset: offset,
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
  readonly #directory: string
  readonly #start: RecoveredState
  readonly #segments: Segment[]
  nextOffset: number
  /** A file ended before its end: no file behind it belongs to the log. */
  ended = false
  /** End of the good batches of the last file. */
  size = 0

  constructor(env: Env, directory: string, start: RecoveredState) {
    this.#env = env
    this.#directory = directory
    this.#start = start
    this.#segments = [...start.segments]
    this.nextOffset = start.logEndOffset
  }

  continues(base: number): boolean {
    return base === this.#segments.at(-1)?.baseOffset || base === this.nextOffset
  }

  /** Takes the good batches of the file; returns how many bytes are behind them, a negative number when known ones are missing. */
  async add(base: number): Promise<number> {
    const last = this.#segments.at(-1)
    const known = last?.baseOffset === base ? last : undefined
    const path = `${this.#directory}/${segmentFileName(base)}`
    const from = known?.size ?? 0
    const { epochs, producers } = this.#start
    const scan = await scanSegment(this.#env, path, from, this.nextOffset, epochs.latest, (buffer, at) => {
      const baseOffset = header.baseOffset(buffer, at)
      epochs.assign(header.partitionLeaderEpoch(buffer, at), baseOffset)
      producers.observe(buffer, at, baseOffset, baseOffset)
    })
    if (scan.fileBytes < from) return scan.fileBytes - from
    if (known !== undefined) this.#segments.pop()
    const segment = new Segment(base, path, scan.end, Math.max(scan.maxTimestamp, known?.maxTimestamp ?? -1))
    // What lies beyond the checkpoint may be in the page cache only: the next checkpoint syncs it before it counts on it.
    segment.synced = from
    segment.entrySynced = from > 0
    segment.verified.add(from, scan.end)
    this.#segments.push(segment)
    this.nextOffset = scan.nextOffset
    this.size = scan.end
    this.ended = scan.end < scan.fileBytes
    return scan.fileBytes - scan.end
  }

  state(): RecoveredState {
    for (const segment of this.#segments.slice(0, -1)) segment.sealed = true
    return { ...this.#start, logEndOffset: this.nextOffset, segments: this.#segments }
  }
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

/** A segment below the log start whose removal a crash interrupted. */
async function removeFiles(env: Env, directory: string, base: number): Promise<void> {
  const segment = new Segment(base, `${directory}/${segmentFileName(base)}`, 0, -1)
  await env.files.remove(segment.path)
  await env.files.remove(indexPath(segment))
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
