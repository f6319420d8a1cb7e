import type { Env } from '../env/env.ts'
import { FileError } from '../env/files.ts'
import type { Timer } from '../env/scheduler.ts'
import { BackgroundWriter } from './background-writer.ts'
import { type Checkpoint, type CheckpointPartition, readCheckpoint, writeCheckpoint } from './checkpoint.ts'
import type { Committer } from './commit.ts'
import { HandleCache } from './handle-cache.ts'
import type { LogConfig } from './log-config.ts'
import type { LogLogger } from './log-logger.ts'
import type { LogMetrics } from './log-metrics.ts'
import type { LogOptions, PartitionSpec } from './log-options.ts'
import type { LogShared } from './log-shared.ts'
import { PartitionLog, type PartitionLogState } from './partition-log.ts'
import { BufferPool } from '../util/buffer-pool.ts'
import { applyRetention, removeBelowLogStart } from './retention.ts'
import { SegmentCommitter } from './segment-committer.ts'
import { stateFromCheckpoint, stateFromFiles } from './segment-recovery.ts'
import { TailCache } from './tail-cache.ts'
import { listWalFiles } from './wal/wal-files.ts'
import { replayWal } from './wal/wal-replay.ts'
import { walBatchBytesMax } from './wal/wal-format.ts'
import { Wal } from './wal/wal.ts'

const openConcurrency = 32
const syncConcurrency = 2
const diskCheckMs = 1000

/**
 * All partitions of one data directory and what they share: the WAL, the memory for tails, the checkpoint. Layout of the
 * directory: `wal/`, `log/<topic id>-<partition>/`, `checkpoint`.
 *
 * Checkpoint, the order that makes it safe: (1) note the WAL file in use and every dirty partition's committed end; (2) write
 * that data to segment files; (3) fdatasync them, and the directories of new ones; (4) write the checkpoint; (5) let go of the
 * older WAL files. A crash at any point leaves a checkpoint whose data is durable, and a WAL that has the rest.
 */
export class LogManager implements AsyncDisposable {
  readonly #env: Env
  readonly #options: LogOptions
  readonly #logger: LogLogger
  readonly #shared: LogShared
  readonly #logs = new Map<string, PartitionLog[]>()
  readonly #dirty = new Set<PartitionLog>()
  readonly #writer: BackgroundWriter
  #wal: Wal | null = null
  /** What recovery found of the WAL. Without one (`wal.sync=os`) it stays what checkpoints say. */
  #walEnd = { fileNumber: 0, sequence: 0 }
  #timers: Timer[] = []
  #checkpointing: Promise<void> | null = null
  #nextCheckpoint: Promise<void> | null = null
  #retaining = false
  #closed = false
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
      committer: notOpen,
      diskFull: false,
      markDirty: (log) => this.#markDirty(log),
      requestWriteOut: (log) => this.#writer.request(log),
      onStorageError: (log, error) =>
        this.#logger.error('a read from a segment failed', { topic: log.topic, partition: log.partition, error }),
    }
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
      this.#dirty.delete(log)
    }
    await this.#afterCommit()
    for (const log of logs) {
      await this.#writer.idle(log)
      log.dropChunks()
      for (const segment of log.segments) {
        segment.removed = true
        await this.#shared.handles.forget(segment.path)
      }
      if (log.segments.length > 0) await this.#env.files.removeTree(log.directory)
    }
  }

  /** Makes a moved log start durable, for DeleteRecords. */
  persistLogStart(log: PartitionLog): Promise<void> {
    this.#markDirty(log)
    return this.checkpoint()
  }

  /** Runs a checkpoint that covers everything committed before the call; one that is under way is followed by another. */
  checkpoint(): Promise<void> {
    if (this.#checkpointing === null) {
      this.#checkpointing = this.#runCheckpoint(false).finally(() => (this.#checkpointing = null))
      return this.#checkpointing
    }
    this.#nextCheckpoint ??= this.#checkpointing.then(() => {
      this.#nextCheckpoint = null
      return this.checkpoint()
    })
    return this.#nextCheckpoint
  }

  /** Deletes what retention and moved log starts no longer keep. */
  async retain(): Promise<void> {
    if (this.#retaining) return
    this.#retaining = true
    try {
      const now = this.#env.clock.now()
      for (const log of this.all()) {
        if (log.offline !== null || log.deleted) continue
        log.producers.expire(now - this.#options.producerIdExpirationMs)
        const removed = await applyRetention(log, now)
        if (removed > 0) {
          this.#markDirty(log)
          this.#logger.info('retention removed segments', { topic: log.topic, partition: log.partition, removed })
        }
      }
    } finally {
      this.#retaining = false
    }
  }

  /** An orderly stop: everything goes to segment files and the checkpoint says so, so that the next start has nothing to do. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    for (const timer of this.#timers) timer.cancel()
    await (this.#nextCheckpoint ?? this.#checkpointing)
    await this.#shared.committer.close()
    await this.#runCheckpoint(true)
    await this.#shared.handles.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  get #walDirectory(): string {
    return `${this.#options.directory}/wal`
  }

  #directoryOf(spec: PartitionSpec): string {
    return `${this.#options.directory}/log/${spec.topicId}-${spec.partition}`
  }

  #afterCommit(): Promise<void> {
    return new Promise((resolve) => this.#shared.committer.afterCommit(resolve))
  }

  #add(spec: PartitionSpec, config: LogConfig, state: PartitionLogState | null): PartitionLog {
    const identity = { ...spec, topicIdBytes: Buffer.from(spec.topicId, 'base64url'), directory: this.#directoryOf(spec) }
    const log = new PartitionLog(identity, config, this.#shared, state)
    let logs = this.#logs.get(spec.topicId)
    if (logs === undefined) this.#logs.set(spec.topicId, (logs = []))
    logs[spec.partition] = log
    return log
  }

  async #recover(partitions: Iterable<PartitionSpec>, configFor: (topicId: string) => LogConfig): Promise<void> {
    const started = this.#env.clock.monotonic()
    const { directory } = this.#options
    const read = await readCheckpoint(this.#env, directory)
    if (read === 'damaged') {
      this.#logger.warn('the checkpoint is damaged; all segments are read instead', { directory })
    }
    const checkpoint = read === 'damaged' ? null : read
    await this.#openPartitions(partitions, configFor, checkpoint, read === 'damaged')
    const files = await listWalFiles(this.#env, this.#walDirectory)
    const needed = checkpoint?.clean === true ? [] : files.filter((number) => number >= (checkpoint?.walFileNumber ?? 0))
    const touched = new Set<PartitionLog>()
    const replay = await replayWal({
      env: this.#env,
      directory: this.#walDirectory,
      files: needed,
      firstSequence: checkpoint === null ? null : checkpoint.lastSequence + 1,
      find: this.#finder(),
      settle: (log) => {
        touched.add(log)
        return this.#shared.tailCache.overBudget ? this.#settle(touched) : null
      },
      logger: this.#logger,
    })
    const lastSequence = Math.max(replay.lastSequence, checkpoint?.lastSequence ?? 0)
    const nextFileNumber = Math.max(files.at(-1) ?? 0, checkpoint?.walFileNumber ?? 0) + 1
    for (const log of this.all()) if (log.dirty || touched.has(log)) this.#markDirty(log)
    await this.#syncDirty()
    await this.#writeCheckpoint({ clean: false, walFileNumber: nextFileNumber, lastSequence })
    this.#walEnd = { fileNumber: nextFileNumber, sequence: lastSequence }
    await this.#openCommitter({ lastSequence, nextFileNumber, freeFiles: files })
    const { records, replayed } = replay
    const ms = Math.round(this.#env.clock.monotonic() - started)
    this.#logger.info('log opened', { partitions: this.#logs.size, records, replayed, ms, clean: checkpoint?.clean ?? null })
  }

  async #openPartitions(
    partitions: Iterable<PartitionSpec>,
    configFor: (topicId: string) => LogConfig,
    checkpoint: Checkpoint | null,
    readAll: boolean,
  ): Promise<void> {
    const entries = new Map<string, CheckpointPartition>()
    for (const entry of checkpoint?.partitions ?? []) entries.set(keyOf(entry.topicId, entry.partition), entry)
    const existing = new Set(checkpoint?.clean === true ? [] : await this.#env.files.list(`${this.#options.directory}/log`))
    const look = async (spec: PartitionSpec): Promise<void> => {
      const entry = entries.get(keyOf(Buffer.from(spec.topicId, 'base64url'), spec.partition)) ?? null
      const directory = this.#directoryOf(spec)
      let state = entry === null ? null : stateFromCheckpoint(entry, directory)
      if (existing.has(`${spec.topicId}-${spec.partition}`)) {
        state = await stateFromFiles(this.#env, directory, readAll ? null : entry, this.#logger)
      }
      const log = this.#add(spec, configFor(spec.topicId), state)
      if (entry !== null) log.recoveryOffset = Math.min(entry.recoveryOffset, log.logEndOffset)
      log.dirty = log.logEndOffset !== (entry?.recoveryOffset ?? 0)
    }
    let batch: Promise<void>[] = []
    for (const spec of partitions) {
      batch.push(look(spec))
      if (batch.length === openConcurrency) {
        await Promise.all(batch)
        batch = []
      }
    }
    await Promise.all(batch)
  }

  #finder(): (topicId: Buffer, partition: number) => PartitionLog | undefined {
    const byKey = new Map<string, PartitionLog>()
    for (const log of this.all()) byKey.set(keyOf(log.topicIdBytes, log.partition), log)
    return (topicId, partition) => byKey.get(keyOf(topicId, partition))
  }

  async #settle(touched: Set<PartitionLog>): Promise<void> {
    for (const log of touched) {
      await log.writeOut()
      while (log.dropOldestChunk() && log.chunks.length > 0);
    }
  }

  async #openCommitter(recovered: {
    lastSequence: number
    nextFileNumber: number
    freeFiles: readonly number[]
  }): Promise<void> {
    const options = this.#options
    if (options.sync === 'os') {
      this.#shared.committer = new SegmentCommitter(this.#env, options)
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
        groupRecordsMax: options.groupRecordsMax,
        lingerMs: options.lingerMs,
        onRoll: () => this.#checkpointSoon(),
        onFatal: options.onFatal,
      },
      recovered,
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
      scheduler.every(this.#options.writeBehindIntervalMs, () => this.#writeOutIdle()),
    )
  }

  /** Failures of background work are failures of the disk: the process stops rather than going on with less than it promised. */
  #inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.#options.onFatal(error))
  }

  #checkpointSoon(): void {
    if (this.#closed || (this.#dirty.size === 0 && this.#checkpointing === null)) return
    this.#inBackground(this.checkpoint())
  }

  #markDirty(log: PartitionLog): void {
    log.dirty = true
    this.#dirty.add(log)
  }

  /** Data that waits for a full chunk is written after a while, so that readers of files see it and memory can go. */
  #writeOutIdle(): void {
    for (const log of this.#dirty) this.#writer.request(log)
  }

  async #checkDisk(): Promise<void> {
    const free = await this.#env.files.freeBytes(this.#options.directory)
    const full = free < this.#options.diskReserveBytes
    if (full === this.#shared.diskFull) return
    this.#shared.diskFull = full
    if (full) {
      this.#logger.error('the disk is nearly full: appends are refused, reads go on', { free, reserve: this.#options.diskReserveBytes })
      return
    }
    this.#logger.info('there is disk space again: appends are taken', { free })
  }

  #writeFailed(log: PartitionLog, error: unknown): 'retry' | 'stop' {
    if (error instanceof FileError && error.code === 'NO_SPACE') {
      if (!this.#shared.diskFull) {
        this.#logger.error('the disk is full: appends are refused, reads go on', { topic: log.topic, partition: log.partition })
      }
      this.#shared.diskFull = true
      return 'retry'
    }
    this.#options.onFatal(error)
    return 'stop'
  }

  async #runCheckpoint(clean: boolean): Promise<void> {
    const started = this.#env.clock.monotonic()
    const wal = this.#wal
    const walFileNumber = wal?.currentFileNumber ?? this.#walEnd.fileNumber
    const before = wal === null ? this.#walEnd.sequence : wal.currentFirstSequence - 1
    await this.#syncDirty()
    await this.#writeCheckpoint({ clean, walFileNumber, lastSequence: clean && wal !== null ? wal.lastSequence : before })
    if (!clean) await wal?.retireBelow(walFileNumber)
    this.#metrics.checkpointSeconds.observe(this.#env.clock.monotonic() - started)
  }

  /** Brings all committed data of dirty partitions into durable segment files and moves their recovery points. */
  async #syncDirty(): Promise<void> {
    const logs = [...this.#dirty]
    const newDirectories = new Set<string>()
    let next = 0
    const work = async (): Promise<void> => {
      for (let log = logs[next++]; log !== undefined; log = logs[next++]) {
        if (!log.deleted) await this.#syncLog(log, newDirectories)
      }
    }
    await Promise.all(Array.from({ length: syncConcurrency }, work))
    if (newDirectories.size > 0) await this.#env.files.syncDirectory(`${this.#options.directory}/log`)
  }

  async #syncLog(log: PartitionLog, newDirectories: Set<string>): Promise<void> {
    this.#dirty.delete(log)
    const offset = log.highWatermark
    const segment = log.committedSegment
    const position = log.committedPosition
    await this.#writer.writeOut(log)
    if (log.deleted) return
    for (const file of log.segments) {
      if (file.written === file.synced || file.removed) continue
      await this.#syncSegment(log, file, newDirectories)
    }
    log.recoveryOffset = offset
    log.recoveryPosition = segment === null || segment.removed ? 0 : position
    log.dirty = log.logEndOffset > offset
    if (log.dirty) this.#markDirty(log)
  }

  async #syncSegment(log: PartitionLog, segment: PartitionLog['segments'][number], newDirectories: Set<string>): Promise<void> {
    const { handles } = this.#shared
    const handle = await handles.acquire(segment.path, false)
    try {
      const written = segment.written
      const started = this.#env.clock.monotonic()
      await handle.datasync()
      this.#metrics.segmentSyncSeconds.observe(this.#env.clock.monotonic() - started)
      segment.synced = written
    } finally {
      handles.release(segment.path)
    }
    if (segment.entrySynced) return
    await this.#env.files.syncDirectory(log.directory)
    newDirectories.add(log.directory)
    segment.entrySynced = true
  }

  async #writeCheckpoint(head: { clean: boolean; walFileNumber: number; lastSequence: number }): Promise<void> {
    const partitions: CheckpointPartition[] = []
    for (const log of this.all()) {
      if (log.segments.length > 0 || log.recoveryOffset > 0) partitions.push(checkpointOf(log))
    }
    await writeCheckpoint(this.#env, this.#options.directory, { ...head, createdMs: this.#env.clock.now(), partitions })
    for (const log of this.all()) if (log.logStartOffset > 0 && !this.#closed) await removeBelowLogStart(log)
  }
}

const notOpen: Committer = {
  submit: () => {
    throw new Error('the log is not open yet')
  },
  afterCommit: (done) => done(),
  admits: () => false,
  pendingBytes: 0,
  close: async () => {},
  [Symbol.asyncDispose]: async () => {},
}

function keyOf(topicId: Buffer, partition: number): string {
  return `${topicId.toString('latin1')}${partition}`
}

/** What is durable of a partition: segments up to the recovery point. */
function checkpointOf(log: PartitionLog): CheckpointPartition {
  const durable = log.segments.filter((segment) => segment.baseOffset < log.recoveryOffset)
  // When the next segment has begun, empty or not durable yet, the last durable one is complete, and the position is not one in it.
  const complete = log.segments.some((segment) => segment.baseOffset === log.recoveryOffset)
  return {
    topicId: log.topicIdBytes,
    partition: log.partition,
    logStartOffset: Math.min(log.logStartOffset, log.recoveryOffset),
    recoveryOffset: log.recoveryOffset,
    segments: durable.map((segment, index) => ({
      baseOffset: segment.baseOffset,
      size: index === durable.length - 1 && !complete ? log.recoveryPosition : segment.size,
      maxTimestamp: segment.maxTimestamp,
    })),
    epochs: log.epochs.before(log.recoveryOffset),
    producers: log.producers,
  }
}
