import type { Env } from '../env/env.ts'
import {
  type Checkpoint,
  type CheckpointHead,
  type CheckpointPartition,
  readCheckpoint,
} from './checkpoint.ts'
import type { LogLogger } from './log-logger.ts'
import type { PartitionSpec } from './log-options.ts'
import { readLogStarts } from './log-starts.ts'
import type { PartitionLog, PartitionLogState } from './partition-log.ts'
import {
  dropLeftovers,
  emptyState,
  type RecoveredState,
  stateBeforeReplay,
  stateFromAllFiles,
  stateFromCheckpoint,
  stateFromFiles,
} from './segment-recovery.ts'
import type { TailCache } from './tail-cache.ts'
import { listWalFiles } from './wal/wal-files.ts'
import { replayWal } from './wal/wal-replay.ts'

const openConcurrency = 32

export interface LogRecoveryOptions {
  readonly env: Env
  /** The data directory. */
  readonly directory: string
  readonly directoryId: Buffer
  /** What is appended after this start goes to the WAL first. */
  readonly withWal: boolean
  readonly partitions: Iterable<PartitionSpec>
  readonly tailCache: TailCache
  readonly add: (spec: PartitionSpec, state: PartitionLogState | null) => PartitionLog
  readonly logs: () => Iterable<PartitionLog>
  readonly logger: LogLogger
}

export interface RecoveredLogs {
  /** The checkpoint to write once everything that is dirty has been synced; the new WAL starts at its file number. */
  readonly head: CheckpointHead
  /** WAL files that may be used again after that. */
  readonly freeFiles: readonly number[]
  readonly records: number
  readonly replayed: number
  /** Whether the last stop was an orderly one; null when there is no checkpoint to tell. */
  readonly clean: boolean | null
}

/**
 * Brings every partition to the end of what was acknowledged: the checkpoint, then the WAL, or without one the segment files.
 * Changes nothing that a crash in the middle could not do again; the caller syncs what is dirty and writes the new checkpoint.
 */
export async function recoverLogs(options: LogRecoveryOptions): Promise<RecoveredLogs> {
  const { env, directory, directoryId, logger } = options
  const walDirectory = `${directory}/wal`
  const files = await listWalFiles(env, walDirectory)
  const checkpoint = await newestCheckpoint(options, files.length > 0)
  const damaged = await openPartitions(options, checkpoint)
  const touched = new Set<PartitionLog>()
  const needed =
    checkpoint?.clean === true ? [] : files.filter((number) => number >= (checkpoint?.walFileNumber ?? 0))
  const replay = await replayWal({
    env,
    directory: walDirectory,
    directoryId,
    files: needed,
    firstSequence: checkpoint === null ? null : checkpoint.lastSequence + 1,
    find: finder(options.logs()),
    settle: (log) => {
      touched.add(log)
      return options.tailCache.overBudget ? settle(touched) : null
    },
    logger,
  })
  for (const log of touched) log.dirty = true
  for (const log of options.logs()) await finish(env, log, logger)
  const nextFile = Math.max(files.at(-1) ?? 0, checkpoint?.walFileNumber ?? 0) + 1
  // Once no partition is damaged any more (its topic was deleted), nobody needs what was kept.
  const isDamaged = [...options.logs()].some((log) => log.damagedTo >= 0)
  const kept = isDamaged
    ? keptFiles(checkpoint, replay.damaged || damaged ? needed : [])
    : { keptFrom: 0, keptTo: 0 }
  return {
    head: {
      clean: false,
      walHasRest: options.withWal,
      walFileNumber: nextFile,
      lastSequence: Math.max(replay.lastSequence, checkpoint?.lastSequence ?? 0),
      ...kept,
    },
    freeFiles: files.filter((number) => number < kept.keptFrom || number >= kept.keptTo),
    records: replay.records,
    replayed: replay.replayed,
    clean: checkpoint?.clean ?? null,
  }
}

async function newestCheckpoint(options: LogRecoveryOptions, used: boolean): Promise<Checkpoint | null> {
  const { env, directory, logger } = options
  const read = await readCheckpoint(env, directory)
  // A killed process may have renamed it and not lived to sync the directory. Before files go because of what it says, it must stay.
  await env.files.syncDirectory(directory)
  if (read !== 'damaged' && (read !== null || !used)) return read
  logger.warn(`the checkpoint is ${read ?? 'missing'}; all segments are read instead`, {
    directory,
  })
  return null
}

/** WAL files that hold what a damaged partition needs stay for a repair, whatever was kept before with them. */
function keptFiles(
  checkpoint: Checkpoint | null,
  damaged: readonly number[],
): { keptFrom: number; keptTo: number } {
  const { keptFrom, keptTo } = checkpoint ?? { keptFrom: 0, keptTo: 0 }
  const first = damaged[0]
  if (first === undefined) return { keptFrom, keptTo }
  const to = (damaged.at(-1) as number) + 1
  return keptTo === 0
    ? { keptFrom: first, keptTo: to }
    : { keptFrom: Math.min(keptFrom, first), keptTo: Math.max(keptTo, to) }
}

/** Returns whether damage was found that no earlier start knew of. */
async function openPartitions(options: LogRecoveryOptions, checkpoint: Checkpoint | null): Promise<boolean> {
  const entries = new Map<string, CheckpointPartition>()
  for (const entry of checkpoint?.partitions ?? []) entries.set(keyOf(entry.topicId, entry.partition), entry)
  const clean = checkpoint?.clean === true
  const starts = checkpoint === null ? await storedStarts(options) : new Map<string, number>()
  const existing = new Set(clean ? [] : await options.env.files.list(`${options.directory}/log`))
  let damaged = false
  const open = async (spec: PartitionSpec): Promise<void> => {
    const entry = entries.get(keyOf(Buffer.from(spec.topicId, 'base64url'), spec.partition)) ?? null
    const name = `${spec.topicId}-${spec.partition}`
    const directory = `${options.directory}/log/${name}`
    const found = await readState(options, checkpoint, entry, directory, existing.has(name))
    const state = startingAt(found, starts.get(keyOf(Buffer.from(spec.topicId, 'base64url'), spec.partition)))
    openPartition(options, spec, entry, state)
    if (state !== null && state.damage !== null && (entry?.damagedTo ?? -1) < 0) damaged = true
  }
  let batch: Promise<void>[] = []
  for (const spec of options.partitions) {
    batch.push(open(spec))
    if (batch.length === openConcurrency) {
      await Promise.all(batch)
      batch = []
    }
  }
  await Promise.all(batch)
  return damaged
}

async function storedStarts({ env, directory }: LogRecoveryOptions): Promise<Map<string, number>> {
  const starts = (await readLogStarts(env, directory)) ?? []
  return new Map(starts.map(({ topicId, partition, offset }) => [keyOf(topicId, partition), offset]))
}

/** The state without what had been deleted before the checkpoint was lost. */
function startingAt(state: RecoveredState | null, start: number | undefined): RecoveredState | null {
  if (start === undefined) return state
  if (state === null) return emptyState(start)
  return { ...state, logStartOffset: Math.max(state.logStartOffset, start) }
}

async function readState(
  options: LogRecoveryOptions,
  checkpoint: Checkpoint | null,
  entry: CheckpointPartition | null,
  directory: string,
  exists: boolean,
): Promise<RecoveredState | null> {
  const { env, logger } = options
  if (checkpoint === null) return exists ? await stateFromAllFiles(env, directory, logger) : null
  if (checkpoint.clean) return entry === null ? null : stateFromCheckpoint(entry, directory)
  if (!exists && entry === null) return null
  if (checkpoint.walHasRest) return await stateBeforeReplay(env, directory, entry, logger)
  return await stateFromFiles(env, directory, entry, logger)
}

function openPartition(
  options: LogRecoveryOptions,
  spec: PartitionSpec,
  entry: CheckpointPartition | null,
  state: RecoveredState | null,
): void {
  const log = options.add(spec, state)
  log.leftovers = state?.leftovers ?? []
  log.durableLogStart = entry?.logStartOffset ?? log.logStartOffset
  log.dirty = log.logEndOffset !== (entry?.recoveryOffset ?? 0)
  const damage = state?.damage ?? null
  if (damage !== null) log.takeOffline(damage.from, damage.to, damage.path)
  else if (entry !== null && entry.damagedTo >= 0) {
    log.takeOffline(
      entry.recoveryOffset,
      entry.damagedTo,
      'the write-ahead log or a segment, as an earlier start found',
    )
  }
  if (log.offline !== null) {
    options.logger.error(log.offline.message, {
      topic: log.topic,
      partition: log.partition,
      to: log.damagedTo,
    })
  }
}

/** The WAL has been replayed: the log ends where it ends. Files of a damaged partition stay as they are, for its repair. */
async function finish(env: Env, log: PartitionLog, logger: LogLogger): Promise<void> {
  if (log.offline !== null) return
  if (log.leftovers.length > 0) await dropLeftovers(env, log.directory, log.segments, log.leftovers)
  log.leftovers = []
  if (log.logStartOffset > log.logEndOffset) {
    // Only with a weaker wal.sync: records were lost that had been deleted anyway. Their offsets are not given away again.
    logger.warn('the log ends before its start; it goes on from there', {
      topic: log.topic,
      partition: log.partition,
      start: log.logStartOffset,
      end: log.logEndOffset,
    })
    log.skipTo(log.logStartOffset)
    log.dirty = true
  }
  log.epochs.truncateFromStart(log.logStartOffset)
  log.producers.transactions.forgetBefore(log.logStartOffset)
}

async function settle(touched: Set<PartitionLog>): Promise<void> {
  for (const log of touched) {
    await log.writeOut()
    while (log.dropOldestChunk() && log.tail.chunks.length > 0);
  }
}

function finder(
  logs: Iterable<PartitionLog>,
): (topicId: Buffer, partition: number) => PartitionLog | undefined {
  const byKey = new Map<string, PartitionLog>()
  for (const log of logs) byKey.set(keyOf(log.topicIdBytes, log.partition), log)
  return (topicId, partition) => byKey.get(keyOf(topicId, partition))
}

function keyOf(topicId: Buffer, partition: number): string {
  return `${topicId.toString('latin1')}${partition}`
}
