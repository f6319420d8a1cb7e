import type { Env } from '../../env/env.ts'
import type { Timer } from '../../env/scheduler.ts'
import type { Committer, PendingAppend } from '../commit.ts'
import { CommitGroups, type CommitGroup } from '../commit-groups.ts'
import type { LogMetrics } from '../log-metrics.ts'
import { commitDirectly, type DirectRange, type WalContent } from './direct-ranges.ts'
import {
  encodeWalReference,
  walBatchBytesMax,
  walFileHeaderBytes,
  walRecordBytes,
  walRecordHeaderBytes,
  walRecordType,
  walReferenceBytes,
  writeGroupHeader,
  writeRecordHeader,
} from './wal-format.ts'
import { walCapacity, type WalFile, WalFiles, type WalFilesOptions } from './wal-files.ts'

export interface WalOptions extends WalFilesOptions {
  /** `commit`: an append is committed when fdatasync returned. `interval`: when written; fdatasync follows every `syncIntervalMs`. */
  readonly sync: 'commit' | 'interval'
  readonly syncIntervalMs: number
  readonly groupBytesMax: number
  readonly groupRecordsMax: number
  /** Bytes of one partition in one group from which they go straight to its segment files; only with `commit`. */
  readonly directBytesMin: number
  /** How long the first append of a quiet period waits for company. */
  readonly lingerMs: number
  /** Called when the current file changed: data in older files should move to segments soon. */
  readonly onRoll: (fileNumber: number) => void
  /** The WAL can not go on: what was submitted is not committed and never will be. The process must stop. */
  readonly onFatal: (error: unknown) => void
}

/** Groups up to this size are copied into one buffer and written on the calling thread: a thread-pool round trip costs more. */
const smallGroupBytes = 64 << 10
const idleCommitMs = 100
const referenceBytes = walRecordBytes(walReferenceBytes)
const noRanges: readonly DirectRange[] = []

/**
 * The write-ahead log of one data directory, shared by all its partitions: one file being written, one write and one
 * fdatasync in flight. Single owner; not for use by several threads.
 */
export class Wal implements Committer {
  readonly #env: Env
  readonly #options: WalOptions
  readonly #files: WalFiles
  readonly #metrics: LogMetrics
  readonly #groups: CommitGroups
  #position = walFileHeaderBytes
  /** Sequence of the last record written. */
  #sequence: number
  #fileNumber: number
  #firstSequence: number
  /** Sequence of the last record whose write has ended: what a sync that starts now makes durable. */
  #written: number
  /** Last sequence known to be durable; never above `#written`. */
  #durable: number
  #small = Buffer.allocUnsafeSlow(smallGroupBytes)
  #headers = Buffer.allocUnsafeSlow(64 << 10)
  #idleTimer: Timer | null = null
  #syncTimer: Timer | null = null
  #syncing: Promise<void> | null = null
  #lastCommit = 0

  private constructor(env: Env, options: WalOptions, files: WalFiles, sequence: number, metrics: LogMetrics) {
    this.#env = env
    this.#options = options
    this.#files = files
    this.#sequence = sequence
    this.#written = sequence
    this.#durable = sequence
    this.#firstSequence = sequence + 1
    this.#fileNumber = files.current.number
    this.#metrics = metrics
    // A group has to fit into one file, with what is written beside its batches.
    const groupBytesMax = Math.min(
      options.groupBytesMax,
      walBatchBytesMax(options.fileBytes, options.groupRecordsMax),
    )
    this.#groups = new CommitGroups(
      env.scheduler,
      groupBytesMax,
      options.groupRecordsMax,
      options.lingerMs,
      (group) => this.#commit(group),
    )
    this.#groups.onFailure = options.onFatal
    files.onFailure = (error) => this.#fail(error)
  }

  /** Starts a new WAL behind a finished recovery: sequences go on after `lastSequence`, file numbers from `nextFileNumber`. */
  static async open(
    env: Env,
    options: WalOptions,
    recovered: { lastSequence: number; nextFileNumber: number; freeFiles: readonly number[] },
    metrics: LogMetrics,
  ): Promise<Wal> {
    const files = await WalFiles.open(env, options, recovered.nextFileNumber, recovered.freeFiles)
    await files.roll()
    const wal = new Wal(env, options, files, recovered.lastSequence, metrics)
    if (options.sync === 'interval') {
      wal.#syncTimer = env.scheduler.every(options.syncIntervalMs, () => wal.#syncInBackground())
    }
    return wal
  }

  submit(append: PendingAppend): void {
    const { sync, directBytesMin } = this.#options
    // While another group is on its way the processor may copy what will go straight to the segment.
    if (append.batch.length >= directBytesMin && sync === 'commit' && this.#groups.busy)
      append.target.writeAhead(append.segment, append.endPosition)
    this.#groups.add(append)
  }

  afterCommit(done: () => void): void {
    this.#groups.afterCommit(done)
  }

  get failed(): boolean {
    return this.#groups.failed
  }

  fence(): void {
    this.#groups.fence()
  }

  get pendingBytes(): number {
    return this.#groups.pendingBytes
  }

  get usedBytes(): number {
    return this.#files.usedBytes
  }

  get currentFileNumber(): number {
    return this.#fileNumber
  }

  /** Sequence of the first record of the current file. */
  get currentFirstSequence(): number {
    return this.#firstSequence
  }

  get lastSequence(): number {
    return this.#sequence
  }

  /** With a full disk only what fits into the file at hand is taken, so that a group never fails midway. */
  admits(bytes: number): boolean {
    if (this.#groups.failed) return false
    if (!this.#files.noSpace) return true
    const room = this.#files.current.size - this.#position
    const perRecord = 2 * walRecordHeaderBytes + 8
    return this.#groups.pendingBytes + this.#groups.pendingCount * perRecord + bytes + perRecord <= room
  }

  /** Nothing below this file is needed any more: its records are in synced segments, and the checkpoint says so. */
  retireBelow(fileNumber: number): Promise<void> {
    return this.#files.retireBelow(fileNumber)
  }

  /**
   * What was committed before the call is durable when this resolves. With `commit` it always is.
   * Rejects when the WAL has failed, which its owner was told already.
   */
  async syncCommitted(): Promise<void> {
    if (this.#options.sync === 'commit') return
    const sequence = this.#written
    while (this.#durable < sequence) {
      this.#syncInBackground()
      await this.#syncing
      if (this.#groups.failed) throw new Error('the write-ahead log has failed')
    }
  }

  async close(): Promise<void> {
    await this.#groups.drain()
    this.#idleTimer?.cancel()
    this.#syncTimer?.cancel()
    await this.#syncing
    // After a failed sync another one may succeed without the data being on disk.
    if (this.#durable < this.#sequence && !this.#groups.failed) {
      await this.#files.current.handle.datasync()
      this.#durable = this.#sequence
    }
    await this.#files.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #commit(group: CommitGroup): Promise<void> {
    const started = this.#env.clock.monotonic()
    const { sync, directBytesMin } = this.#options
    // What is written behind a sync that failed would be believed: the references follow their data, and do not go beside it.
    const content: WalContent =
      sync === 'commit' && group.bytes >= directBytesMin
        ? await commitDirectly(group, directBytesMin)
        : { appends: group.appends, ranges: noRanges }
    for (const range of content.ranges) this.#metrics.directBytes.add(range.endPosition - range.position)
    const bytes = contentBytes(content)
    const file = await this.#fileFor(bytes)
    const written = this.#write(file, content, bytes)
    if (written !== null) await written
    this.#written = this.#sequence
    const wrote = this.#env.clock.monotonic()
    if (sync === 'commit') {
      await file.handle.datasync()
      this.#durable = this.#sequence
      this.#lastCommit = this.#env.clock.monotonic()
      this.#metrics.walSyncSeconds.observe(this.#lastCommit - wrote)
      if (group.appends.length > 0)
        this.#idleTimer ??= this.#env.scheduler.after(idleCommitMs, () => this.#idleCommit())
    }
    this.#metrics.walCommitSeconds.observe(this.#env.clock.monotonic() - started)
    this.#metrics.walGroupBytes.observe(group.bytes)
    this.#metrics.walGroupRecords.observe(group.appends.length)
  }

  /** The current file when so many bytes fit into what is left of it, else the next one. */
  async #fileFor(bytes: number): Promise<WalFile> {
    const current = this.#files.current
    if (this.#position + bytes <= current.size) {
      if (this.#position > current.size / 4) this.#files.prepareNext()
      return current
    }
    if (this.#options.sync === 'interval') await this.#syncCurrent()
    let next = await this.#files.roll()
    while (bytes > walCapacity(next)) next = await this.#files.roll()
    this.#position = walFileHeaderBytes
    this.#firstSequence = this.#sequence + 1
    this.#fileNumber = next.number
    this.#options.onRoll(next.number)
    return next
  }

  #write(file: WalFile, content: WalContent, bytes: number): Promise<void> | null {
    const at = this.#position
    this.#position += bytes
    this.#metrics.walBytes.add(bytes)
    if (bytes <= smallGroupBytes) {
      this.#fillSmall(file.tag, content)
      file.handle.writeSync(this.#small.subarray(0, bytes), at)
      return null
    }
    return file.handle.write(this.#gather(file.tag, content), at)
  }

  #fillSmall(tag: number, { appends, ranges }: WalContent): void {
    const target = this.#small
    writeGroupHeader(target, 0, tag, this.#groupHeader(appends.length + ranges.length))
    let at = walRecordHeaderBytes
    for (const append of appends) {
      this.#writeRecordHeader(target, at, tag, append)
      target.set(append.batch, at + walRecordHeaderBytes)
      const end = at + walRecordHeaderBytes + append.batch.length
      at += walRecordBytes(append.batch.length)
      target.fill(0, end, at)
    }
    for (const range of ranges) {
      this.#writeReference(target, at, tag, range)
      at += referenceBytes
    }
  }

  /** Headers stand in one buffer with the padding of the record before in front of each, so that one batch costs two vectors. */
  #gather(tag: number, { appends, ranges }: WalContent): Buffer[] {
    const needed = (appends.length + 1) * (walRecordHeaderBytes + 8) + ranges.length * referenceBytes
    if (this.#headers.length < needed) this.#headers = Buffer.allocUnsafeSlow(needed * 2)
    const headers = this.#headers
    const buffers: Buffer[] = []
    writeGroupHeader(headers, 0, tag, this.#groupHeader(appends.length + ranges.length))
    let from = 0
    let at = walRecordHeaderBytes
    for (const append of appends) {
      this.#writeRecordHeader(headers, at, tag, append)
      at += walRecordHeaderBytes
      buffers.push(headers.subarray(from, at), append.batch)
      from = at
      const padding = -append.batch.length & 7
      headers.fill(0, at, at + padding)
      at += padding
    }
    for (const range of ranges) {
      this.#writeReference(headers, at, tag, range)
      at += referenceBytes
    }
    if (at > from) buffers.push(headers.subarray(from, at))
    return buffers
  }

  #groupHeader(count: number): { sequence: number; durableSequence: number; count: number } {
    this.#sequence += 1
    return { sequence: this.#sequence, durableSequence: this.#durable, count }
  }

  #writeRecordHeader(target: Buffer, at: number, tag: number, append: PendingAppend): void {
    this.#sequence += 1
    const { batch, target: partition, leaderEpoch, baseOffset, lastOffset, segment } = append
    writeRecordHeader(
      target,
      at,
      tag,
      walRecordType.data,
      this.#sequence,
      batch.length,
      partition.topicIdBytes,
      partition.partition,
      leaderEpoch,
      baseOffset,
      lastOffset - baseOffset,
      segment.baseOffset,
    )
  }

  #writeReference(target: Buffer, at: number, tag: number, range: DirectRange): void {
    this.#sequence += 1
    const { target: partition, leaderEpoch, baseOffset, lastOffset, segment, position, endPosition } = range
    writeRecordHeader(
      target,
      at,
      tag,
      walRecordType.reference,
      this.#sequence,
      walReferenceBytes,
      partition.topicIdBytes,
      partition.partition,
      leaderEpoch,
      baseOffset,
      lastOffset - baseOffset,
      segment.baseOffset,
    )
    const bytes = endPosition - position
    encodeWalReference(target, at + walRecordHeaderBytes, {
      segmentBase: segment.baseOffset,
      position,
      bytes,
    })
  }

  /**
   * After the last group of a burst nothing says that it was durable. Were it damaged later, recovery would take it for a torn
   * tail and drop acknowledged records; an empty group written soon after closes that window.
   */
  #idleCommit(): void {
    this.#idleTimer = null
    const quietMs = this.#env.clock.monotonic() - this.#lastCommit
    if (quietMs < idleCommitMs || this.#groups.busy) {
      const restMs = this.#groups.busy ? idleCommitMs : idleCommitMs - quietMs
      this.#idleTimer = this.#env.scheduler.after(Math.max(1, restMs), () => this.#idleCommit())
      return
    }
    this.#groups.runEmpty()
  }

  #syncInBackground(): void {
    if (this.#syncing !== null || this.#durable === this.#written) return
    this.#syncing = this.#syncCurrent()
      .catch((error: unknown) => this.#fail(error))
      .finally(() => (this.#syncing = null))
  }

  #fail(error: unknown): void {
    this.fence()
    this.#options.onFatal(error)
  }

  async #syncCurrent(): Promise<void> {
    const sequence = this.#written
    const started = this.#env.clock.monotonic()
    await this.#files.current.handle.datasync()
    this.#metrics.walSyncSeconds.observe(this.#env.clock.monotonic() - started)
    if (sequence > this.#durable) this.#durable = sequence
  }
}

/** Bytes of a group in the WAL, its header included. */
function contentBytes({ appends, ranges }: WalContent): number {
  let sum = walRecordHeaderBytes + ranges.length * referenceBytes
  for (const append of appends) sum += walRecordBytes(append.batch.length)
  return sum
}
