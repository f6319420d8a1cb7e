import type { Env } from '../../env/env.ts'
import { FileError } from '../../env/files.ts'
import type { Timer } from '../../env/scheduler.ts'
import { KafkaError } from '../../protocol/errors.ts'
import * as header from '../../records/record-batch.ts'
import type { CompactionConfig } from '../log-config.ts'
import type { LogLogger } from '../log-logger.ts'
import type { CleanerMetrics } from '../log-metrics.ts'
import type { PartitionLog } from '../partition-log.ts'
import { indexPath, Segment } from '../segment.ts'
import { type Cleanable, cleanableAfterCheckpoint, cleanableOf, dirtyRatio } from './cleanable.ts'
import type { CleanedGroup, CleanEnd, CleanJob, CleanRunner, CleanStats } from './clean-job.ts'
import type { FileRemovals } from '../file-removals.ts'
import { lastRecordsOf } from './last-records.ts'
import { CleaningAbortedError, SourceDamagedError } from './source-reader.ts'

export interface CleanerOptions {
  /** False: nothing is compacted unless somebody asks for it. */
  readonly enabled: boolean
  /** Time between two looks for work. */
  readonly backoffMs: number
  readonly dedupeBytes: number
  readonly ioBytes: number
  readonly bytesPerSecond: number
  /** Does the work of a job: on a thread of its own, or here. */
  readonly run: (env: Env) => CleanRunner
}

export interface LogCleanerDeps {
  readonly env: Env
  readonly options: CleanerOptions
  readonly metrics: CleanerMetrics
  readonly logger: LogLogger
  readonly removals: FileRemovals
  readonly logs: () => Iterable<PartitionLog>
  /** Writes a checkpoint that names the segments of now; tries again while the disk is full. */
  readonly noteSegments: () => Promise<void>
  /** Brings everything committed into durable segments, and a checkpoint that says so; tries again while the disk is full. */
  readonly checkpoint: () => Promise<void>
  readonly onFatal: (error: unknown) => void
}

/** What the last compaction of a partition did. */
export interface CleaningReport {
  readonly endedMs: number
  readonly durationMs: number
  readonly passes: number
  readonly bytesBefore: number
  readonly bytesAfter: number
  readonly recordsRead: number
  readonly recordsKept: number
}

export interface CompactionStatus {
  readonly topic: string
  readonly partition: number
  readonly strategy: CompactionConfig['strategy']['kind']
  readonly running: boolean
  /** Compaction has been through everything below. */
  readonly cleanedOffset: number
  readonly cleanBytes: number
  readonly dirtyBytes: number
  readonly dirtyRatio: number
  readonly last: CleaningReport | null
  /** Why the partition is left alone until a restart or a wish; null when it is not. */
  readonly problem: string | null
}

/** Where age is the only reason to clean, it is one again after this share of the age, and after so many looks. */
const agedShare = 0.1
const agedLooks = 10
const readBytesMax = 2 ** 31 - 1

/**
 * Compacts logs, one at a time, the dirtiest first (Kafka's LogCleaner and LogCleanerManager). The work is done by a runner, away from the
 * event loop; here it is decided what is to be done, and the new segments are put in the place of the old ones: in memory, then in
 * the checkpoint, whose rename is the one moment at which it is true after a crash, and then the old files may go.
 */
export class LogCleaner {
  readonly #deps: LogCleanerDeps
  readonly #run: CleanRunner
  readonly #reports = new Map<PartitionLog, CleaningReport>()
  readonly #problems = new Map<PartitionLog, string>()
  #current: { readonly log: PartitionLog; aborted: boolean; readonly done: Promise<unknown> } | null = null
  #lastTurn: Promise<void> = Promise.resolve()
  #looking = false
  #timer: Timer | null = null
  #closed = false

  /** As the server was started. */
  get options(): CleanerOptions {
    return this.#deps.options
  }

  constructor(deps: LogCleanerDeps) {
    this.#deps = deps
    this.#run = deps.options.run(deps.env)
  }

  start(): void {
    const { env, options } = this.#deps
    if (options.enabled) this.#timer = env.scheduler.every(options.backoffMs, () => this.#look())
  }

  /** Stops what is under way, and removes what it had begun. */
  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.cancel()
    if (this.#current !== null) this.#current.aborted = true
    await this.#lastTurn
  }

  /** The topic of these logs is gone; resolves when nothing of theirs is worked on. */
  async forget(logs: readonly PartitionLog[]): Promise<void> {
    for (const log of logs) {
      this.#reports.delete(log)
      this.#problems.delete(log)
    }
    const current = this.#current
    if (current === null || !logs.includes(current.log)) return
    current.aborted = true
    await current.done
  }

  /**
   * Compacts all that is in the log now, whatever its dirty ratio. Only records younger than `min.compaction.lag.ms`, or of transactions
   * that are open, are left. Waits for its turn.
   * @throws KafkaError INVALID_REQUEST when the topic is not compacted, KAFKA_STORAGE_ERROR when it can not be
   */
  compactNow(log: PartitionLog): Promise<CleaningReport> {
    return this.#turn(async () => {
      this.#problems.delete(log)
      requireCompacted(log)
      log.rollToEmpty()
      await this.#deps.checkpoint()
      const report = await this.#cleanWholly(log)
      const problem = this.#problems.get(log)
      if (problem !== undefined)
        throw new KafkaError(
          'KAFKA_STORAGE_ERROR',
          `${log.topic}-${log.partition} was not compacted: ${problem}`,
        )
      return report
    })
  }

  status(): CompactionStatus[] {
    const nowMs = this.#deps.env.clock.now()
    const all: CompactionStatus[] = []
    for (const log of this.#deps.logs()) {
      const config = log.config.compaction
      if (config === null) continue
      const cleanable = cleanableOf(log, config, nowMs)
      all.push({
        topic: log.topic,
        partition: log.partition,
        strategy: config.strategy.kind,
        running: this.#current?.log === log,
        cleanedOffset: log.cleanedOffset,
        cleanBytes: cleanable.cleanBytes,
        dirtyBytes: cleanable.dirtyBytes,
        dirtyRatio: dirtyRatio(cleanable),
        last: this.#reports.get(log) ?? null,
        problem: this.#problems.get(log) ?? null,
      })
    }
    return all
  }

  /** One after the other, in the order of the calls. */
  #turn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#lastTurn.then(work)
    this.#lastTurn = turn.then(
      () => {},
      () => {},
    )
    return turn
  }

  /** Cleans as long as there is a log that needs it. */
  #look(): void {
    if (this.#looking || this.#closed) return
    this.#looking = true
    const work = async (): Promise<void> => {
      if (await this.#waitsForCheckpoint()) await this.#deps.checkpoint()
      for (let left = 1000; left > 0 && !this.#closed; left--) {
        const log = await this.#filthiest()
        if (log === null) break
        await this.#turn(() => this.#cleanOnce(log))
      }
    }
    work()
      .catch((error: unknown) => this.#deps.onFatal(error))
      .finally(() => (this.#looking = false))
  }

  async #filthiest(): Promise<PartitionLog | null> {
    const { env, metrics } = this.#deps
    const nowMs = env.clock.now()
    let best: PartitionLog | null = null
    let most = -1
    let maxRatio = 0
    let maxDelay = 0
    for (const log of [...this.#deps.logs()]) {
      const config = log.config.compaction
      if (config === null || log.offline !== null || this.#problems.has(log)) continue
      const cleanable = cleanableOf(log, config, nowMs)
      const ratio = dirtyRatio(cleanable)
      const delay = await this.#overdueMs(log, config, cleanable, nowMs)
      maxRatio = Math.max(maxRatio, ratio)
      maxDelay = Math.max(maxDelay, delay)
      if (!this.#isWanted(log, config, nowMs, cleanable, delay) || ratio <= most) continue
      best = log
      most = ratio
    }
    metrics.maxDirtyPercent(maxRatio * 100)
    metrics.maxCompactionDelaySeconds(maxDelay / 1000)
    metrics.uncleanable(this.#problems.size)
    return best
  }

  /** Whether some log would be cleaned if what it has in the write-ahead log were in its segments. Kafka's cleaner does not wait for that. */
  async #waitsForCheckpoint(): Promise<boolean> {
    const nowMs = this.#deps.env.clock.now()
    for (const log of [...this.#deps.logs()]) {
      const config = log.config.compaction
      if (config === null || log.offline !== null || this.#problems.has(log)) continue
      const soon = cleanableAfterCheckpoint(log, config, nowMs)
      if (soon.endOffset === cleanableOf(log, config, nowMs).endOffset) continue
      const delay = await this.#overdueMs(log, config, soon, nowMs)
      if (this.#isWanted(log, config, nowMs, soon, delay)) return true
    }
    return false
  }

  #isWanted(
    log: PartitionLog,
    config: CompactionConfig,
    nowMs: number,
    cleanable: Cleanable,
    delayMs: number,
  ): boolean {
    if (delayMs > 0 && cleanable.dirtyBytes > 0) return true
    return this.#agedEnough(log, config, nowMs, cleanable) && dirtyRatio(cleanable) > config.minDirtyRatio
  }

  /** Where only the age of clean records is a reason, it is not one again at once: what is kept for producers stays old. */
  #agedEnough(
    log: PartitionLog,
    { strategy }: CompactionConfig,
    nowMs: number,
    cleanable: Cleanable,
  ): boolean {
    if (strategy.kind === 'key' || cleanable.dirtyBytes > 0) return true
    const last = this.#reports.get(log)?.endedMs ?? -Infinity
    return nowMs - last >= Math.max(strategy.maxAgeMs * agedShare, this.#deps.options.backoffMs * agedLooks)
  }

  /** How long ago dirty records should have been compacted by `max.compaction.lag.ms`; 0 when they need not be. */
  async #overdueMs(
    log: PartitionLog,
    config: CompactionConfig,
    { segments, firstDirtyOffset }: Cleanable,
    nowMs: number,
  ): Promise<number> {
    if (config.maxLagMs >= nowMs) return 0
    let earliest = Infinity
    for (const [index, segment] of segments.entries()) {
      const end = segments[index + 1]?.baseOffset ?? Infinity
      if (end <= firstDirtyOffset) continue
      const first = await firstTimestamp(log, segment)
      if (first > 0) earliest = Math.min(earliest, first)
    }
    return Math.max(nowMs - config.maxLagMs - earliest, 0)
  }

  async #cleanOnce(log: PartitionLog): Promise<void> {
    const config = log.config.compaction
    if (config === null || log.deleted || this.#closed) return
    await this.#pass(log, config, null)
  }

  /** Passes until the dirty end that there is now is reached. */
  async #cleanWholly(log: PartitionLog): Promise<CleaningReport> {
    const config = requireCompacted(log)
    const { endOffset } = cleanableOf(log, config, this.#deps.env.clock.now())
    let report: CleaningReport | null = null
    do {
      const before = log.cleanedOffset
      report = await this.#pass(log, config, report)
      if (log.cleanedOffset === before) break
    } while (log.cleanedOffset < endOffset && !log.deleted && !this.#closed)
    return report
  }

  /** One job: as much of the dirty part as the offset map takes. */
  async #pass(
    log: PartitionLog,
    config: CompactionConfig,
    before: CleaningReport | null,
  ): Promise<CleaningReport> {
    const { env, logger } = this.#deps
    const startedMs = env.clock.monotonic()
    const size = log.size
    const job = this.#jobFor(log, config)
    let stats: CleanStats | null = null
    if (job.sources.length > 0 && !log.deleted && !this.#closed) {
      const { promise: done, resolve } = Promise.withResolvers<void>()
      const current = { log, aborted: false, done }
      this.#current = current
      try {
        stats = await this.#work(log, job, current)
      } catch (error) {
        this.#failed(log, error)
      } finally {
        this.#current = null
        resolve()
      }
    }
    const report: CleaningReport = {
      endedMs: env.clock.now(),
      durationMs: env.clock.monotonic() - startedMs + (before?.durationMs ?? 0),
      passes: (before?.passes ?? 0) + (stats === null ? 0 : 1),
      bytesBefore: before?.bytesBefore ?? size,
      bytesAfter: log.size,
      recordsRead: stats?.recordsRead ?? before?.recordsRead ?? 0,
      recordsKept: stats?.recordsKept ?? before?.recordsKept ?? 0,
    }
    if (stats === null) return report
    this.#reports.set(log, report)
    this.#count(stats, report)
    const { topic, partition } = log
    logger.info('log compacted', { topic, partition, ...report, mapUtilization: stats.mapUtilization })
    if (stats.recordsWithoutKey > 0)
      logger.warn('records without a key were removed from a compacted topic', {
        topic,
        partition,
        records: stats.recordsWithoutKey,
      })
    return report
  }

  async #work(log: PartitionLog, job: CleanJob, signal: { aborted: boolean }): Promise<CleanStats | null> {
    let end: CleanEnd | null = null
    for await (const event of this.#run(job, signal)) {
      if (event.kind === 'end') end = event
      else if (!(await this.#exchange(log, event))) signal.aborted = true
    }
    if (end === null || log.deleted) return null
    log.cleanedOffset = Math.max(log.cleanedOffset, end.cleanedOffset)
    const { emptyTransactions } = end
    // Markers of forgotten transactions go with a later compaction, and must not be missed after a restart.
    if (emptyTransactions.length > 0) {
      log.producers.transactions.forgetEmpty(new Set(emptyTransactions))
      log.shared.markDirty(log)
      await this.#deps.checkpoint()
    } else {
      await this.#deps.noteSegments()
    }
    return end.stats
  }

  /** Puts the new segment in its place; false when the old ones left the log meanwhile, and then it is removed again. */
  async #exchange(log: PartitionLog, group: CleanedGroup): Promise<boolean> {
    const replaced = group.sources.flatMap(
      (base) => log.segments.find(({ baseOffset }) => baseOffset === base) ?? [],
    )
    const segment = new Segment(group.baseOffset, group.path, group.size, group.maxTimestamp, group.cleaned)
    segment.verified.add(0, group.size)
    if (replaced.length !== group.sources.length || !log.replaceSegments(replaced, segment)) {
      if (!log.deleted) {
        await this.#deps.env.files.remove(group.path)
        await this.#deps.env.files.remove(indexPath(group))
      }
      return false
    }
    await this.#deps.noteSegments()
    this.#deps.removals.add(log, replaced)
    await this.#deps.removals.sweep(false)
    return true
  }

  #jobFor(log: PartitionLog, config: CompactionConfig): CleanJob {
    const { env, options } = this.#deps
    const nowMs = env.clock.now()
    const { segments, firstDirtyOffset, endOffset } = cleanableOf(log, config, nowMs)
    return {
      directory: log.directory,
      sources: segments.map(({ path, baseOffset, size, cleaned, maxTimestamp }, index) => ({
        path,
        baseOffset,
        endOffset: segments[index + 1]?.baseOffset ?? endOffset,
        size,
        cleaned,
        maxTimestamp,
      })),
      firstDirtyOffset,
      strategy: config.strategy,
      nowMs,
      deleteRetentionMs: config.deleteRetentionMs,
      segmentBytes: log.config.segmentBytes,
      abortedTransactions: log.abortedTransactions(segments[0]?.baseOffset ?? 0, endOffset),
      lastRecords: lastRecordsOf(log),
      generation: 1 + Math.max(0, ...log.segments.map(({ cleaned }) => cleaned?.generation ?? 0)),
      dedupeBytes: options.dedupeBytes,
      ioBytes: options.ioBytes,
      bytesPerSecond: options.bytesPerSecond,
      decompressedBytesMax: readBytesMax,
      hashSeed: env.random.bytes(4).readInt32BE(0),
    }
  }

  #failed(log: PartitionLog, error: unknown): void {
    if (error instanceof CleaningAbortedError || log.deleted || this.#closed) return
    const { logger } = this.#deps
    const { topic, partition } = log
    if (error instanceof FileError && (error.code === 'NO_SPACE' || error.code === 'NOT_FOUND')) {
      logger.error('a compaction is tried again later', { topic, partition, error })
      return
    }
    const known =
      error instanceof FileError || error instanceof KafkaError || error instanceof SourceDamagedError
    if (!known) throw error
    this.#problems.set(log, error.message)
    logger.error("a partition is not compacted any more until a restart or 'chronik compact now'", {
      topic,
      partition,
      error,
    })
  }

  #count(stats: CleanStats, report: CleaningReport): void {
    const { metrics } = this.#deps
    metrics.runs.add(1)
    metrics.seconds.observe(report.durationMs / 1000)
    metrics.bytesRead.add(stats.bytesRead + stats.mapBytesRead)
    metrics.bytesWritten.add(stats.bytesKept)
    metrics.bytesRemoved.add(Math.max(stats.bytesRead - stats.bytesKept, 0))
    metrics.recordsRemoved.add(stats.recordsRead - stats.recordsKept)
    metrics.lastRun({
      seconds: report.durationMs / 1000,
      bufferPercent: stats.mapUtilization * 100,
      recopyPercent: stats.bytesRead === 0 ? 0 : (stats.bytesKept / stats.bytesRead) * 100,
    })
  }
}

function requireCompacted(log: PartitionLog): CompactionConfig {
  if (log.config.compaction !== null) return log.config.compaction
  throw new KafkaError(
    'INVALID_REQUEST',
    `topic "${log.topic}" is not compacted: its cleanup.policy has no "compact"; add it with 'chronik topic alter', then retry`,
  )
}

/** Time of the first batch of a segment (its largest timestamp, as in Kafka's LogSegment.getFirstBatchTimestamp); -1 when it has none. */
async function firstTimestamp(log: PartitionLog, segment: Segment): Promise<number> {
  if (segment.firstTimestamp !== null || segment.size === 0) return segment.firstTimestamp ?? -1
  const head = Buffer.alloc(header.HEADER_SIZE)
  const handle = await log.shared.handles.acquire(segment.path, false)
  try {
    await handle.read(head, 0)
  } finally {
    log.shared.handles.release(segment.path)
  }
  segment.firstTimestamp = header.maxTimestamp(head, 0)
  return segment.firstTimestamp
}
