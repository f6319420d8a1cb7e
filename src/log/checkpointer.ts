import type { Env } from '../env/env.ts'
import { FileError } from '../env/files.ts'
import type { BackgroundWriter } from './background-writer.ts'
import { type CheckpointHead, type CheckpointPartition, writeCheckpoint } from './checkpoint.ts'
import { committedEnd } from './log-reader.ts'
import { writeLogStarts } from './log-starts.ts'
import type { LogMetrics } from './log-metrics.ts'
import type { PartitionLog } from './partition-log.ts'
import { syncPartitionDirectories, syncSegment } from './segment-sync.ts'
import type { Segment } from './segment.ts'

const syncConcurrency = 2

export interface CheckpointerOptions {
  readonly env: Env
  /** The data directory. */
  readonly directory: string
  readonly writer: BackgroundWriter
  readonly metrics: LogMetrics
  readonly logs: () => Iterable<PartitionLog>
  /** Makes what the WAL has of committed data durable. */
  readonly syncWal: () => Promise<void>
  /** Called once: a checkpoint failed in a way that leaves the state of the disk unknown. */
  readonly onFatal: (error: unknown) => void
}

interface RecoveryPoint {
  readonly log: PartitionLog
  readonly offset: number
  readonly segment: Segment | null
  readonly position: number
  readonly producers: Buffer
}

/**
 * Makes committed data durable in segment files and writes the checkpoint that says so. The order that makes it safe: (1) note the
 * WAL file in use and every dirty partition's committed end; (2) write that data to segment files; (3) fdatasync them, and the
 * directories of new ones, and the WAL where commits do not; (4) write the checkpoint; (5) let go of the older WAL files. A crash at any point leaves a checkpoint
 * whose data is durable, and a WAL that has the rest.
 *
 * After a failure other than a full disk nothing is written any more: a failed fdatasync must not be tried again, because the
 * second one succeeds without the data being on disk.
 */
export class Checkpointer {
  readonly #options: CheckpointerOptions
  readonly #dirty = new Set<PartitionLog>()
  #head: CheckpointHead
  #failure: { error: unknown } | null = null
  #lastWrite: Promise<void> = Promise.resolve()
  #nextRewrite: Promise<void> | null = null
  /** The file of log starts is this process's. */
  #startsWritten = false
  /** The last checkpoint failed for want of space; another is due although nothing may be dirty. */
  overdue = false
  /** The log is closing and no longer waits for space: what can not be written stays with the WAL, and the next start has it from there. */
  impatient = false

  constructor(options: CheckpointerOptions) {
    this.#options = options
    this.#head = {
      clean: false,
      walFileNumber: 0,
      lastSequence: 0,
      keptFrom: 0,
      keptTo: 0,
      walHasRest: false,
    }
  }

  /** What the newest durable checkpoint says. */
  get head(): CheckpointHead {
    return this.#head
  }

  get dirty(): ReadonlySet<PartitionLog> {
    return this.#dirty
  }

  get failed(): boolean {
    return this.#failure !== null
  }

  markDirty(log: PartitionLog): void {
    if (log.deleted) return
    log.dirty = true
    this.#dirty.add(log)
  }

  forget(log: PartitionLog): void {
    this.#dirty.delete(log)
  }

  /** Nothing is written from now on. */
  fence(error: unknown): void {
    this.#failure ??= { error }
  }

  /**
   * Syncs everything committed and writes a checkpoint with this head. One run at a time.
   * @throws FileError NO_SPACE: the last checkpoint stands, another may be tried later; anything else is final
   */
  async run(head: CheckpointHead): Promise<void> {
    const started = this.#options.env.clock.monotonic()
    await this.#guarded(() => this.#syncDirty(), false)
    await this.#write(() => head)
    this.overdue = false
    this.#options.metrics.checkpointSeconds.observe(this.#options.env.clock.monotonic() - started)
  }

  /**
   * The last checkpoint again, with the log starts and the segments of now. Syncs no data, so it is quick and works when no segment can
   * be written. Calls share a write that has not begun. Only for a log with a WAL.
   */
  rewrite(): Promise<void> {
    this.#nextRewrite ??= this.#write(() => {
      this.#nextRewrite = null
      return this.#head
    })
    return this.#nextRewrite
  }

  /** `again`: the work starts from nothing when it is tried again, so a full disk is no reason to stop. A sync of data is not such. */
  async #guarded(work: () => Promise<void>, again: boolean): Promise<void> {
    if (this.#failure !== null) throw this.#failure.error
    try {
      await work()
    } catch (error) {
      if ((again || this.impatient) && error instanceof FileError && error.code === 'NO_SPACE') {
        this.overdue = true
      } else if (this.#failure === null) {
        this.#failure = { error }
        this.#options.onFatal(error)
      }
      throw error
    }
  }

  /** Checkpoints are written one after the other; each says what is true when its turn comes. */
  #write(headOf: () => CheckpointHead): Promise<void> {
    const { env, directory, logs } = this.#options
    const write = async (): Promise<void> => {
      const head = headOf()
      const partitions: CheckpointPartition[] = []
      const starts = new Map<PartitionLog, number>()
      const recoveries = new Map<PartitionLog, number>()
      for (const log of logs()) {
        if (
          log.segments.length === 0 &&
          log.recoveryOffset === 0 &&
          log.logStartOffset === 0 &&
          log.damagedTo < 0
        )
          continue
        // Without a WAL nothing says what lay between the recovery point and a log start beyond it.
        const start = head.walHasRest ? log.logStartOffset : Math.min(log.logStartOffset, log.recoveryOffset)
        partitions.push(checkpointOf(log, start))
        starts.set(log, start)
        recoveries.set(log, log.recoveryOffset)
      }
      await this.#writeLogStarts(starts)
      await writeCheckpoint(env, directory, { ...head, createdMs: env.clock.now(), partitions })
      this.#head = head
      for (const [log, start] of starts) if (start > log.durableLogStart) log.durableLogStart = start
      for (const [log, offset] of recoveries)
        if (offset > log.durableRecoveryOffset) log.durableRecoveryOffset = offset
    }
    const turn = this.#lastWrite.then(() => this.#guarded(write, true))
    this.#lastWrite = turn.catch(() => {})
    return turn
  }

  /** Before the checkpoint: what it says was deleted must not come back if it is lost. */
  async #writeLogStarts(starts: ReadonlyMap<PartitionLog, number>): Promise<void> {
    const { env, directory } = this.#options
    const moved = [...starts].some(([log, start]) => start > log.durableLogStart)
    if (!moved && this.#startsWritten) return
    const known = [...starts].filter(([, offset]) => offset > 0)
    if (known.length > 0 || moved) {
      await writeLogStarts(
        env,
        directory,
        known.map(([{ topicIdBytes, partition }, offset]) => ({ topicId: topicIdBytes, partition, offset })),
      )
    }
    this.#startsWritten = true
  }

  /** Brings all committed data of dirty partitions into durable segment files, then moves their recovery points. */
  async #syncDirty(): Promise<void> {
    const logs = [...this.#dirty]
    const points: RecoveryPoint[] = []
    let next = 0
    const work = async (): Promise<void> => {
      for (let log = logs[next++]; log !== undefined; log = logs[next++]) {
        if (!log.deleted) points.push(await this.#syncLog(log))
      }
    }
    await Promise.all(Array.from({ length: syncConcurrency }, work))
    await syncPartitionDirectories(logs)
    // Points of different partitions are of different moments. Were the WAL behind the latest, a power cut with wal.sync=interval would
    // leave one partition ahead of another: data of a transaction of which its coordinator knows nothing, open for ever.
    await this.#options.syncWal()
    for (const point of points) this.#moveRecoveryPoint(point)
  }

  async #syncLog(log: PartitionLog): Promise<RecoveryPoint> {
    this.#dirty.delete(log)
    const offset = log.highWatermark
    const point: RecoveryPoint = {
      log,
      offset,
      segment: log.committedSegment,
      position: log.committedPosition,
      producers: log.producers.encode(offset),
    }
    // With `wal.sync=os` what is committed is written, and what is not may have to wait for space.
    if (needsWriting(log)) await this.#options.writer.writeOut(log)
    for (const segment of [...log.segments]) {
      if (segment.written === segment.synced && segment.entrySynced) continue
      if (segment.written === 0 || segment.removed || log.deleted) continue
      try {
        await syncSegment(log, segment)
      } catch (error) {
        // Retention, DeleteRecords or the deletion of the topic took the file away while it was being opened.
        const gone = error instanceof FileError && error.code === 'NOT_FOUND'
        if (!gone || (!segment.removed && !log.deleted)) throw error
      }
    }
    return point
  }

  #moveRecoveryPoint({ log, offset, segment, position, producers }: RecoveryPoint): void {
    if (log.deleted) return
    log.recoveryOffset = offset
    log.recoveryPosition = segment === null || segment.removed ? 0 : position
    log.recoveryProducers = producers
    log.dirty = log.logEndOffset > offset
    if (log.dirty) this.#dirty.add(log)
  }
}

function needsWriting(log: PartitionLog): boolean {
  return (
    !log.shared.commitBySegment ||
    log.segments.some((segment) => segment.written < committedEnd(log, segment))
  )
}

/**
 * What is durable of a partition: segments up to the recovery point, without those that only wait for their removal. One of these that
 * the WAL refers into stays until the recovery point is behind it.
 */
function checkpointOf(log: PartitionLog, logStartOffset: number): CheckpointPartition {
  const { recoveryOffset } = log
  const durable = log.segments.filter((segment, index) => {
    const end = log.segments[index + 1]?.baseOffset ?? Infinity
    const needed = end > logStartOffset || (segment.direct && end > recoveryOffset)
    return segment.baseOffset < recoveryOffset && needed
  })
  // When the next segment has begun, empty or not durable yet, the last durable one is complete, and the position is not one in it.
  const complete = log.segments.some((segment) => segment.baseOffset === recoveryOffset)
  return {
    topicId: log.topicIdBytes,
    partition: log.partition,
    logStartOffset,
    recoveryOffset,
    damagedTo: log.damagedTo,
    cleanedOffset: log.cleanedOffset,
    segments: durable.map((segment, index) => ({
      baseOffset: segment.baseOffset,
      size: index === durable.length - 1 && !complete ? log.recoveryPosition : segment.size,
      maxTimestamp: segment.maxTimestamp,
      cleaned: segment.cleaned,
    })),
    epochs: log.epochs.before(recoveryOffset),
    producers: log.recoveryProducers,
  }
}
