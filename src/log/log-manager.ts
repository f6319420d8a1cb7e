import type { Env } from '../env/env.ts'
import { FileError } from '../env/files.ts'
import type { Timer } from '../env/scheduler.ts'
import { BackgroundWriter } from './background-writer.ts'
import type { CheckpointHead } from './checkpoint.ts'
import { Checkpointer } from './checkpointer.ts'
import { type Committer, type CommitTarget, notOpenCommitter } from './commit.ts'
import { LogCleaner } from './compaction/log-cleaner.ts'
import { FileRemovals } from './file-removals.ts'
import { KafkaError } from '../protocol/errors.ts'
import { HandleCache } from './handle-cache.ts'
import type { LogConfig } from './log-config.ts'
import type { LogLogger } from './log-logger.ts'
import type { LogMetrics } from './log-metrics.ts'
import type { LogOptions, PartitionSpec } from './log-options.ts'
import { type RecoveredLogs, recoverLogs } from './log-recovery.ts'
import type { LogShared } from './log-shared.ts'
import { PartitionLog, type PartitionLogState } from './partition-log.ts'
import { BufferPool } from '../util/buffer-pool.ts'
import { expireSegments, removeBelowLogStart } from './retention.ts'
import { SegmentCommitter } from './segment-committer.ts'
import { TailCache } from './tail-cache.ts'
import { walBatchBytesMax } from './wal/wal-format.ts'
import { Wal } from './wal/wal.ts'

const diskCheckMs = 1000
/** A stop waits so long for space on a full disk. */
const stopPatienceMs = 10_000

/**
 * All partitions of one data directory and what they share: the WAL, the memory for tails, the checkpoint. Layout of the
 * directory: `wal/`, `log/<topic id>-<partition>/`, `checkpoint`.
 */
export class LogManager implements AsyncDisposable {
  readonly #env: Env
  readonly #options: LogOptions
  readonly #logger: LogLogger
  readonly #shared: LogShared
  readonly #logs = new Map<string, PartitionLog[]>()
  readonly #checkpointer: Checkpointer
  readonly #writer: BackgroundWriter
  readonly #removals: FileRemovals
  /** Compacts; the door for whoever wants it now, or wants to know. */
  readonly cleaner: LogCleaner
  #wal: Wal | null = null
  #timers: Timer[] = []
  #checkpointing: Promise<void> | null = null
  #nextCheckpoint: Promise<void> | null = null
  #retaining = false
  #closing: Promise<void> | null = null
  #closed = false
  #fatal = false
  readonly #metrics: LogMetrics

  private constructor(env: Env, options: LogOptions, metrics: LogMetrics, logger: LogLogger) {
    this.#env = env
    this.#options = options
    this.#logger = logger
    this.#metrics = metrics
    this.#writer = new BackgroundWriter(env.scheduler, (log, error) => this.#writeFailed(log, error))
    this.#shared = {
      env,
      tailCache: new TailCache(options.cacheBytes, options.writeBehindBytes),
      readBuffers: new BufferPool(options.readBufferBytes),
      handles: new HandleCache(env.files, options.openFilesMax),
      metrics,
      commitBySegment: options.sync === 'os',
      batchBytesMax: options.sync === 'os' ? Infinity : walBatchBytesMax(options.walFileBytes, 1),
      committer: notOpenCommitter,
      diskFull: false,
      markDirty: (log: PartitionLog) => this.#checkpointer.markDirty(log),
      requestWriteOut: (log: PartitionLog) => this.#writer.request(log),
      onStorageError: (log, error) =>
        this.#logger.error('a read from a segment failed', {
          topic: log.topic,
          partition: log.partition,
          error,
        }),
    }
    this.#checkpointer = new Checkpointer({
      env,
      directory: options.directory,
      writer: this.#writer,
      metrics,
      logs: () => this.all(),
      syncWal: async () => this.#wal?.syncCommitted(),
      onFatal: (error) => this.#fail(error),
    })
    this.#removals = new FileRemovals(env)
    this.cleaner = new LogCleaner({
      env,
      options: options.cleaner,
      metrics: metrics.cleaner,
      logger,
      removals: this.#removals,
      logs: () => this.all(),
      noteSegments: () => this.#whenSpace(() => this.#rewriteCheckpoint()),
      checkpoint: () => this.#whenSpace(() => this.checkpoint()),
      onFatal: (error) => this.#fail(error),
    })
  }

  /**
   * Opens the directory and recovers what is there. `partitions` are all partitions that exist; what the directory holds of
   * others is left alone.
   * @throws WalDamagedError, FileError
   */
  static async open(
    env: Env,
    options: LogOptions,
    partitions: Iterable<PartitionSpec>,
    configFor: (topicId: string) => LogConfig,
    metrics: LogMetrics,
    logger: LogLogger,
  ): Promise<LogManager> {
    const manager = new LogManager(env, options, metrics, logger)
    await env.files.makeDirectory(manager.#walDirectory)
    await env.files.makeDirectory(`${options.directory}/log`)
    await manager.#recover(partitions, configFor)
    manager.#startTimers()
    return manager
  }

  /** The data directory. */
  get directory(): string {
    return this.#options.directory
  }

  get committer(): Committer {
    return this.#shared.committer
  }

  get(topicId: string, partition: number): PartitionLog | undefined {
    return this.#logs.get(topicId)?.[partition]
  }

  *all(): IterableIterator<PartitionLog> {
    for (const logs of this.#logs.values()) yield* logs.filter((log) => log !== undefined)
  }

  /** Segment files do not keep up: more than twice the memory for tails is in use. Nobody should append for a moment. */
  get backlogged(): boolean {
    return this.#shared.tailCache.usedBytes > 2 * this.#options.cacheBytes
  }

  /** Memory of tails and bytes of WAL files, for metrics. */
  get usage(): { tailBytes: number; walBytes: number; diskFull: boolean } {
    return {
      tailBytes: this.#shared.tailCache.usedBytes,
      walBytes: this.#wal?.usedBytes ?? 0,
      diskFull: this.#shared.diskFull,
    }
  }

  /** Files and directories of the partition are made when the first record comes. */
  create(spec: PartitionSpec, config: LogConfig): PartitionLog {
    return this.#add(spec, config, null)
  }

  setConfig(topicId: string, config: LogConfig): void {
    for (const log of this.#logs.get(topicId) ?? []) log.config = config
  }

  /** Forgets the topic at once and removes its files; appends on their way are dropped with it. */
  async delete(topicId: string): Promise<void> {
    const logs = this.#logs.get(topicId) ?? []
    this.#logs.delete(topicId)
    for (const log of logs) {
      log.deleted = true
      this.#checkpointer.forget(log)
    }
    await this.#afterCommit()
    await this.cleaner.forget(logs)
    for (const log of logs) {
      await this.#writer.idle(log)
      log.tail.dropAll()
      for (const segment of log.segments) {
        segment.removed = true
        await this.#shared.handles.forget(segment.path)
      }
      if (log.logEndOffset > 0) await this.#env.files.removeTree(log.directory)
    }
  }

  /**
   * Makes a moved log start durable, for DeleteRecords, and then removes what lies below it.
   * @throws KafkaError KAFKA_STORAGE_ERROR when the disk is full
   */
  async persistLogStart(log: PartitionLog): Promise<void> {
    try {
      await this.#rewriteCheckpoint()
    } catch (error) {
      if (!isNoSpace(error)) throw error
      throw new KafkaError(
        'KAFKA_STORAGE_ERROR',
        `no disk space is left to note the new log start of ${log.topic}-${log.partition}; free some, then retry`,
      )
    }
    removeBelowLogStart(log, this.#removals)
    this.#inBackground(this.#removals.sweep(false))
  }

  /** Runs a checkpoint that covers everything committed before the call; one that is under way is followed by another. */
  checkpoint(): Promise<void> {
    if (this.#checkpointing === null) {
      this.#checkpointing = this.#runCheckpoint(false).finally(() => (this.#checkpointing = null))
      return this.#checkpointing
    }
    const next = (): Promise<void> => {
      this.#nextCheckpoint = null
      return this.checkpoint()
    }
    this.#nextCheckpoint ??= this.#checkpointing.then(next, next)
    return this.#nextCheckpoint
  }

  /**
   * Moves log starts as retention wants it, makes them durable, and only then removes the files below them: a checkpoint must never
   * name a segment that is gone.
   */
  async retain(): Promise<void> {
    if (this.#retaining) return
    this.#retaining = true
    try {
      const now = this.#env.clock.now()
      for (const log of this.all()) {
        log.producers.expire(now - this.#options.producerIdExpirationMs)
        await this.#guardRetention(log, () => expireSegments(log, now))
      }
      if ([...this.all()].some((log) => log.logStartOffset > log.durableLogStart))
        await this.#rewriteCheckpoint()
      this.#removeExpired()
      await this.#removals.sweep(false)
    } catch (error) {
      if (!isNoSpace(error)) throw error
      this.#logger.error('retention waits: the disk is too full even for a new checkpoint', { error })
    } finally {
      this.#retaining = false
    }
  }

  /** An orderly stop: everything goes to segment files and the checkpoint says so, so that the next start has nothing to do. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(): Promise<void> {
    for (const timer of this.#timers) timer.cancel()
    await this.cleaner.close()
    const patience = this.#env.scheduler.every(stopPatienceMs, () => this.#giveUpSpace())
    try {
      // Checkpoints go on meanwhile: the last groups may have to wait for a WAL file.
      await this.#shared.committer.close()
      this.#closed = true
      await (this.#nextCheckpoint ?? this.#checkpointing)?.catch(() => {})
      if (this.#fatal) return
      await this.#runCheckpoint(true)
      await this.#removals.sweep(true)
    } catch (error) {
      if (!isNoSpace(error)) throw error
      this.#logger.error('stopped without a last checkpoint: the disk is full; the next start recovers', {
        error,
      })
    } finally {
      patience.cancel()
      this.#closed = true
      await this.#shared.handles.close()
    }
  }

  /** The log closes and the disk stays full. What is not committed by now was not acknowledged either. */
  #giveUpSpace(): void {
    if (!this.#shared.diskFull) return
    this.#checkpointer.impatient = true
    this.#shared.committer.fence()
  }

  /** A checkpoint that says what the log starts and the segments are now. */
  #rewriteCheckpoint(): Promise<void> {
    return this.#wal === null ? this.checkpoint() : this.#checkpointer.rewrite()
  }

  /** Tries again as long as the disk is full; for what must be durable before the next step and has no caller to tell. */
  async #whenSpace(work: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await work()
      } catch (error) {
        if (!isNoSpace(error) || this.#closed) throw error
        await new Promise<void>((resolve) => this.#env.scheduler.after(diskCheckMs, resolve))
      }
    }
  }

  #removeExpired(): void {
    for (const log of this.all()) {
      if (log.offline !== null) continue
      const removed = removeBelowLogStart(log, this.#removals)
      if (removed > 0)
        this.#logger.info('segments below the log start were removed', {
          topic: log.topic,
          partition: log.partition,
          removed,
        })
    }
  }

  /** One partition's trouble must not keep the others from being cleaned; nothing acknowledged is at stake here. */
  async #guardRetention(log: PartitionLog, work: () => Promise<unknown>): Promise<void> {
    if (log.offline !== null || log.deleted) return
    try {
      await work()
    } catch (error) {
      if (log.deleted || (!(error instanceof FileError) && !(error instanceof KafkaError))) {
        if (log.deleted) return
        throw error
      }
      this.#logger.error('retention failed for a partition', {
        topic: log.topic,
        partition: log.partition,
        error,
      })
    }
  }

  /** What the next checkpoint says of the WAL; without one (`wal.sync=os`) what the last recovery left stands. */
  #walHead(clean: boolean): CheckpointHead {
    const wal = this.#wal
    const { head } = this.#checkpointer
    if (wal === null) return { ...head, clean }
    const lastSequence = clean ? wal.lastSequence : wal.currentFirstSequence - 1
    return { ...head, clean, walFileNumber: wal.currentFileNumber, lastSequence }
  }

  async #runCheckpoint(clean: boolean): Promise<void> {
    const head = this.#walHead(clean)
    await this.#checkpointer.run(head)
    if (!clean) await this.#wal?.retireBelow(head.walFileNumber)
  }

  /** Once: nothing is acknowledged, synced or checkpointed after this, and the process must stop. */
  #fail(error: unknown): void {
    if (this.#fatal) return
    this.#fatal = true
    this.#checkpointer.fence(error)
    this.#shared.committer.fence()
    this.#options.onFatal(error)
  }

  get #walDirectory(): string {
    return `${this.#options.directory}/wal`
  }

  #afterCommit(): Promise<void> {
    return new Promise((resolve) => this.#shared.committer.afterCommit(resolve))
  }

  #add(spec: PartitionSpec, config: LogConfig, state: PartitionLogState | null): PartitionLog {
    const identity = {
      ...spec,
      topicIdBytes: Buffer.from(spec.topicId, 'base64url'),
      directory: `${this.#options.directory}/log/${spec.topicId}-${spec.partition}`,
    }
    const log = new PartitionLog(identity, config, this.#shared, state)
    let logs = this.#logs.get(spec.topicId)
    if (logs === undefined) this.#logs.set(spec.topicId, (logs = []))
    logs[spec.partition] = log
    return log
  }

  async #recover(
    partitions: Iterable<PartitionSpec>,
    configFor: (topicId: string) => LogConfig,
  ): Promise<void> {
    const started = this.#env.clock.monotonic()
    const { directory, directoryId } = this.#options
    const recovered = await recoverLogs({
      env: this.#env,
      directory,
      directoryId,
      withWal: this.#options.sync !== 'os',
      partitions,
      tailCache: this.#shared.tailCache,
      add: (spec, state) => this.#add(spec, configFor(spec.topicId), state),
      logs: () => this.all(),
      logger: this.#logger,
    })
    for (const log of this.all()) if (log.dirty) this.#checkpointer.markDirty(log)
    await this.#checkpointer.run(recovered.head)
    await this.#openCommitter(recovered)
    const { records, replayed, clean } = recovered
    const ms = Math.round(this.#env.clock.monotonic() - started)
    this.#logger.info('log opened', { partitions: this.#logs.size, records, replayed, ms, clean })
  }

  async #openCommitter({ head, freeFiles }: RecoveredLogs): Promise<void> {
    const options = this.#options
    const onFatal = (error: unknown): void => this.#fail(error)
    if (options.sync === 'os') {
      const write = (log: CommitTarget): Promise<void> => this.#writer.writeOut(log as PartitionLog)
      this.#shared.committer = new SegmentCommitter(this.#env, { ...options, onFatal }, write)
      return
    }
    this.#wal = await Wal.open(
      this.#env,
      {
        directory: this.#walDirectory,
        directoryId: options.directoryId,
        fileBytes: options.walFileBytes,
        recycledMax: options.walFilesRecycledMax,
        filesMax: options.walFilesMax,
        sync: options.sync,
        syncIntervalMs: options.syncIntervalMs,
        groupBytesMax: options.groupBytesMax,
        directBytesMin: options.directBytesMin,
        groupRecordsMax: options.groupRecordsMax,
        lingerMs: options.lingerMs,
        onRoll: () => this.#checkpointSoon(),
        onFatal,
      },
      { lastSequence: head.lastSequence, nextFileNumber: head.walFileNumber, freeFiles },
      this.#metrics,
    )
    this.#shared.committer = this.#wal
  }

  #startTimers(): void {
    const { scheduler } = this.#env
    this.#timers.push(
      scheduler.every(this.#options.checkpointIntervalMs, () => this.#checkpointSoon()),
      scheduler.every(this.#options.retentionCheckIntervalMs, () => this.#inBackground(this.retain())),
      scheduler.every(diskCheckMs, () => this.#inBackground(this.#checkDisk())),
      scheduler.every(diskCheckMs, () => this.#inBackground(this.#removals.sweep(false))),
      scheduler.every(this.#options.writeBehindIntervalMs, () => this.#writeOutIdle()),
    )
    this.cleaner.start()
  }

  /** Failures of background work are failures of the disk: the process stops rather than going on with less than it promised. */
  #inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.#fail(error))
  }

  #checkpointSoon(): void {
    const { dirty, overdue } = this.#checkpointer
    if (this.#closed || (dirty.size === 0 && !overdue && this.#checkpointing === null)) return
    const checkpoint = this.checkpoint().catch((error: unknown) => {
      if (!isNoSpace(error)) throw error
      this.#logger.error('no disk space is left for a checkpoint; it is tried again', { error })
    })
    this.#inBackground(checkpoint)
  }

  /** Data that waits for a full chunk is written after a while, so that readers of files see it and memory can go. */
  #writeOutIdle(): void {
    for (const log of this.#checkpointer.dirty) this.#writer.request(log)
  }

  async #checkDisk(): Promise<void> {
    const free = await this.#env.files.freeBytes(this.#options.directory)
    const full = free < this.#options.diskReserveBytes
    if (full === this.#shared.diskFull) return
    this.#shared.diskFull = full
    if (full) {
      this.#logger.error('the disk is nearly full: appends are refused, reads go on', {
        free,
        reserve: this.#options.diskReserveBytes,
      })
      return
    }
    this.#logger.info('there is disk space again: appends are taken', { free })
  }

  #writeFailed(log: PartitionLog, error: unknown): 'retry' | 'stop' {
    if (isNoSpace(error)) {
      if (!this.#shared.diskFull) {
        this.#logger.error('the disk is full: appends are refused, reads go on', {
          topic: log.topic,
          partition: log.partition,
        })
      }
      this.#shared.diskFull = true
      return this.#checkpointer.impatient && this.#wal !== null ? 'stop' : 'retry'
    }
    this.#fail(error)
    return 'stop'
  }
}

function isNoSpace(error: unknown): boolean {
  return error instanceof FileError && error.code === 'NO_SPACE'
}
