import { FileError } from '../env/files.ts'
import { KafkaError } from '../protocol/errors.ts'
import { transactionMarker } from '../records/control-record.ts'
import * as header from '../records/record-batch.ts'
import type { CommitTarget, PendingAppend } from './commit.ts'
import { LeaderEpochs } from './leader-epochs.ts'
import type { LogConfig } from './log-config.ts'
import { damagedError, deletedError, fenced, outOfRange, refusal, tooLarge } from './log-errors.ts'
import { committedEnd, cutLogRead, emptyRead, type LogRead, readLog } from './log-reader.ts'
import type { LogShared } from './log-shared.ts'
import { PartitionTail } from './partition-tail.ts'
import type { AbortedTransaction, VerifiedBatch } from './partition-transactions.ts'
import { type EndMarker, producerBatch, ProducerState } from './producer-state.ts'
import { Segment, segmentFileName } from './segment.ts'
import { writeOutSegments } from './segment-writer.ts'
import { writeThrough } from './write-through.ts'
import type { ChunkOwner } from './tail-cache.ts'

export interface PartitionLogIdentity {
  readonly topic: string
  readonly topicId: string
  readonly topicIdBytes: Buffer
  readonly partition: number
  /** The directory of its segment files; made with the first of them. */
  readonly directory: string
}

export interface Appended {
  readonly baseOffset: number
  readonly lastOffset: number
  /** The batch repeats one that is in the log; nothing was appended. */
  readonly duplicate: boolean
}

/** What recovery found, or null for a partition that has never had data. */
export interface PartitionLogState {
  readonly logStartOffset: number
  readonly logEndOffset: number
  readonly cleanedOffset: number
  readonly segments: readonly Segment[]
  readonly epochs: LeaderEpochs
  readonly producers: ProducerState
}

/**
 * The log of one partition: segments on disk, the tail in memory, and what is derived from the batches (leader epochs, producer
 * state). One owner appends, on one thread.
 *
 * Offsets: logStartOffset <= lastStableOffset <= highWatermark <= logEndOffset. The high watermark is the end of the last *committed*
 * batch; consumers never see beyond it. The last stable offset is where the first transaction begins whose end is not known and
 * committed; those who read committed records only never see beyond that.
 */
export class PartitionLog implements CommitTarget, ChunkOwner {
  readonly topic: string
  readonly topicId: string
  readonly topicIdBytes: Buffer
  readonly partition: number
  readonly directory: string
  readonly shared: LogShared
  config: LogConfig
  logStartOffset: number
  logEndOffset: number
  highWatermark: number
  epochs: LeaderEpochs
  producers: ProducerState
  /** Sorted by base offset; the last one takes appends. Empty until the first append. */
  segments: Segment[]
  readonly tail: PartitionTail
  /** Where the high watermark stands: all of `committedSegment` below `committedPosition` is committed, as is every segment before. */
  committedSegment: Segment | null
  committedPosition: number
  writingThrough: { readonly segment: Segment; readonly position: number } | null = null
  leftovers: readonly number[] = []
  /** The entry of the partition's directory is durable. */
  directorySynced: boolean
  /** Set when the partition can not be served: damage that must not be hidden. Every access then fails with it. */
  offline: KafkaError | null = null
  deleted = false
  /** Last damaged offset when the partition is offline because acknowledged records are damaged, else -1. Outlives restarts. */
  damagedTo = -1
  /** What the next checkpoint says: data below is durable in segment files, the last of which ends at `recoveryPosition`. */
  recoveryOffset: number
  recoveryPosition: number
  /** Compaction has been through everything below (Kafka's cleaner offset checkpoint); a checkpoint remembers it. */
  cleanedOffset: number
  /** The producer state as of `recoveryOffset`, as `ProducerState.encode` writes it. */
  recoveryProducers: Buffer
  /** The log start that a durable checkpoint states; only what lies below it may be removed. Never above `logStartOffset`. */
  durableLogStart: number
  /** The recovery point that a durable checkpoint states; `recoveryOffset` is ahead of it while one is being written. */
  durableRecoveryOffset: number
  /** Some data is not in synced segment files yet, so the next checkpoint has work here. */
  dirty = false
  #writing: Promise<void> | null = null
  #nextWriting: Promise<void> | null = null
  readonly #watchers = new Set<() => void>()

  constructor(
    identity: PartitionLogIdentity,
    config: LogConfig,
    shared: LogShared,
    state: PartitionLogState | null,
  ) {
    this.topic = identity.topic
    this.topicId = identity.topicId
    this.topicIdBytes = identity.topicIdBytes
    this.partition = identity.partition
    this.directory = identity.directory
    this.config = config
    this.shared = shared
    this.tail = new PartitionTail(shared.tailCache, this)
    this.logStartOffset = state?.logStartOffset ?? 0
    this.logEndOffset = state?.logEndOffset ?? 0
    this.highWatermark = this.logEndOffset
    this.segments = [...(state?.segments ?? [])]
    this.directorySynced = this.segments.some((segment) => segment.entrySynced)
    this.epochs = state?.epochs ?? new LeaderEpochs()
    this.producers = state?.producers ?? new ProducerState()
    this.committedSegment = this.segments.at(-1) ?? null
    this.committedPosition = this.committedSegment?.size ?? 0
    this.recoveryOffset = this.logEndOffset
    this.recoveryPosition = this.committedPosition
    this.recoveryProducers = this.producers.encode(this.recoveryOffset)
    this.durableLogStart = this.logStartOffset
    this.durableRecoveryOffset = 0
    this.cleanedOffset = state?.cleanedOffset ?? 0
  }

  get lastStableOffset(): number {
    return Math.max(this.producers.transactions.lastStableOffset(this.highWatermark), this.logStartOffset)
  }

  /** Aborted transactions with records between `from` and below `to`, which is at most the last stable offset; by last offset. */
  abortedTransactions(from: number, to: number): AbortedTransaction[] {
    return this.producers.transactions.abortedTransactions(from, to)
  }

  /** Bytes of all segments. */
  get size(): number {
    return this.segments.reduce((sum, segment) => sum + segment.size, 0)
  }

  /**
   * Appends the one batch that stands in `source` from `start` to `end`, which has been validated. Copies it; `source` may be
   * reused afterwards. It is committed when the committer says so (`shared.committer.afterCommit`). The first batch of a transaction
   * needs the guard of `startVerification`.
   * @throws KafkaError MESSAGE_TOO_LARGE, KAFKA_STORAGE_ERROR, FENCED_LEADER_EPOCH, INVALID_PRODUCER_EPOCH, OUT_OF_ORDER_SEQUENCE_NUMBER, INVALID_TXN_STATE
   */
  append(
    source: Buffer,
    start: number,
    end: number,
    leaderEpoch: number,
    now: number,
    guard: object | null = null,
  ): Appended {
    this.#requireOnline()
    if (leaderEpoch < this.epochs.latest) throw fenced(this, leaderEpoch)
    if (end - start > this.shared.batchBytesMax) throw tooLarge(this, end - start)
    const producerId = header.producerId(source, start)
    if (producerId >= 0) {
      const known = this.producers.check(producerBatch(source, start, producerId), guard)
      if (known !== null)
        return { baseOffset: known.baseOffset, lastOffset: known.lastOffset, duplicate: true }
    }
    return this.#submit(source, start, end, leaderEpoch, now)
  }

  /**
   * Appends the marker that ends a producer's transaction here, or would if there were one.
   * @throws KafkaError KAFKA_STORAGE_ERROR, FENCED_LEADER_EPOCH, INVALID_PRODUCER_EPOCH, TRANSACTION_COORDINATOR_FENCED
   */
  appendMarker(marker: EndMarker, leaderEpoch: number, now: number): Appended {
    this.#requireOnline()
    if (leaderEpoch < this.epochs.latest) throw fenced(this, leaderEpoch)
    this.producers.checkMarker(marker)
    const { producerId, producerEpoch, coordinatorEpoch, outcome } = marker
    const batch = transactionMarker(outcome, { producerId, producerEpoch, coordinatorEpoch, timestamp: now })
    return this.#submit(batch, 0, batch.length, leaderEpoch, now)
  }

  /**
   * The guard to append a transaction's first batch with, once the coordinator has confirmed that the partition belongs to the
   * producer's transaction; null when the transaction is open here already. `epochBump` is that the producer gets a
   * new epoch with each transaction (KIP-890).
   * @throws KafkaError INVALID_PRODUCER_EPOCH
   */
  startVerification(batch: VerifiedBatch, epochBump: boolean, now: number): object | null {
    this.#requireOnline()
    return this.producers.startVerification(batch, epochBump, now)
  }

  #submit(source: Buffer, start: number, end: number, leaderEpoch: number, now: number): Appended {
    if (this.shared.diskFull || !this.shared.committer.admits(end - start)) throw refusal(this)
    const lastOffsetDelta = header.lastOffsetDelta(source, start)
    const baseOffset = this.logEndOffset
    const batch = this.store(source, start, end, baseOffset, leaderEpoch, now)
    const lastOffset = baseOffset + lastOffsetDelta
    const segment = this.activeSegment()
    this.shared.markDirty(this)
    this.shared.committer.submit({
      batch,
      baseOffset,
      lastOffset,
      leaderEpoch,
      target: this,
      segment,
      endPosition: segment.size,
    })
    return { baseOffset, lastOffset, duplicate: false }
  }

  /**
   * Puts a batch behind the log end in memory and into everything derived from it. Only `append` and recovery call it. Returns
   * the stored bytes. Recovery names the segment that had the batch (-1: any).
   */
  store(
    source: Buffer,
    start: number,
    end: number,
    baseOffset: number,
    leaderEpoch: number,
    now: number,
    segmentBase = -1,
  ): Buffer {
    const bytes = end - start
    const maxTimestamp = header.maxTimestamp(source, start)
    const segment = this.#segmentFor(bytes, baseOffset, maxTimestamp, now, segmentBase)
    const chunk = this.tail.chunkFor(segment, bytes, baseOffset)
    const at = chunk.used
    source.copy(chunk.buffer, at, start, end)
    header.setBaseOffset(chunk.buffer, at, baseOffset)
    header.setPartitionLeaderEpoch(chunk.buffer, at, leaderEpoch)
    chunk.used = at + bytes
    this.#derive(chunk.buffer, at, segment, bytes, baseOffset, leaderEpoch, maxTimestamp)
    return chunk.buffer.subarray(at, chunk.used)
  }

  /**
   * Takes a batch that stands durable in the segment's file, right behind what the log has there. Only recovery calls it, with no
   * chunk in memory.
   */
  adopt(source: Buffer, at: number, segment: Segment): void {
    const bytes = header.batchSize(source, at)
    const baseOffset = header.baseOffset(source, at)
    const epoch = header.partitionLeaderEpoch(source, at)
    this.#derive(source, at, segment, bytes, baseOffset, epoch, header.maxTimestamp(source, at))
    segment.verified.add(segment.written, segment.size)
    segment.written = segment.size
  }

  /** The segment that recovery puts the batch at `baseOffset` into, given the base offset of the one that had it. */
  segmentOf(segmentBase: number, baseOffset: number): Segment | null {
    const active = this.segments.at(-1)
    if (active?.baseOffset === segmentBase && active.cleaned === null) return active
    return segmentBase === baseOffset ? this.#newSegment(baseOffset) : null
  }

  /** What is derived from a batch that stands at the end of `segment`. */
  #derive(
    buffer: Buffer,
    at: number,
    segment: Segment,
    bytes: number,
    baseOffset: number,
    leaderEpoch: number,
    maxTimestamp: number,
  ): void {
    segment.index.batch(baseOffset - segment.baseOffset, segment.size, segment.maxTimestamp)
    segment.size += bytes
    if (maxTimestamp > segment.maxTimestamp) segment.maxTimestamp = maxTimestamp
    this.epochs.assign(leaderEpoch, baseOffset)
    this.producers.observe(buffer, at, baseOffset, this.highWatermark)
    this.logEndOffset = baseOffset + header.lastOffsetDelta(buffer, at) + 1
  }

  committed(append: PendingAppend): void {
    this.highWatermark = append.lastOffset + 1
    this.committedSegment = append.segment
    this.committedPosition = append.endPosition
    for (const watcher of this.#watchers) watcher()
    if (!this.shared.commitBySegment && this.tail.hasFullChunk(this.committedSegment, this.committedPosition))
      this.shared.requestWriteOut(this)
  }

  /** Recovery finds that everything before `offset` is gone or deleted: the next batch gets it. */
  skipTo(offset: number): void {
    this.roll()
    this.logStartOffset = offset
    this.durableLogStart = Math.max(this.durableLogStart, offset)
    this.logEndOffset = offset
    this.commitAll()
  }

  /** Recovery has put batches into the log that were committed before the crash. */
  commitAll(): void {
    this.highWatermark = this.logEndOffset
    this.committedSegment = this.segments.at(-1) ?? null
    this.committedPosition = this.committedSegment?.size ?? 0
  }

  /** Calls back when the high watermark or the log start moved; returns how to stop that. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /**
   * Batches from the one that holds `offset` on, up to `maxBytes` and never beyond the high watermark. The first batch comes whole
   * when `firstBatchWhole`, whatever its size; the last one may be cut off, as Kafka's are. Answers at once from memory, else with
   * a promise.
   * @throws KafkaError OFFSET_OUT_OF_RANGE, KAFKA_STORAGE_ERROR, CORRUPT_MESSAGE
   */
  read(offset: number, maxBytes: number, firstBatchWhole: boolean): LogRead | Promise<LogRead> {
    this.#requireOnline()
    if (offset < this.logStartOffset || offset > this.logEndOffset) {
      throw outOfRange(this, offset)
    }
    return this.#guardedRead(offset, readLog(this, offset, maxBytes, firstBatchWhole))
  }

  /** As `read`, but never beyond the last stable offset of now. Aborted records are among what comes. */
  readStable(offset: number, maxBytes: number, firstBatchWhole: boolean): LogRead | Promise<LogRead> {
    const end = this.lastStableOffset
    if (end === this.highWatermark) return this.read(offset, maxBytes, firstBatchWhole)
    this.#requireOnline()
    if (offset < this.logStartOffset || offset > this.logEndOffset) throw outOfRange(this, offset)
    if (offset >= end) return emptyRead
    const read = readLog(this, offset, maxBytes, firstBatchWhole)
    if (!(read instanceof Promise)) return cutLogRead(read, end)
    return this.#guardedRead(
      offset,
      read.then((whole) => cutLogRead(whole, end)),
    )
  }

  #guardedRead(offset: number, read: LogRead | Promise<LogRead>): LogRead | Promise<LogRead> {
    return read instanceof Promise
      ? read.catch((error: unknown) => Promise.reject(this.readFailure(offset, error)))
      : read
  }

  /** The error that a reader of `offset` gets: what retention or a deletion took away meanwhile is no failure of the disk. */
  readFailure(offset: number, error: unknown): unknown {
    if (!(error instanceof FileError)) return error
    if (this.deleted) return deletedError(this)
    if (offset < this.logStartOffset) return outOfRange(this, offset)
    this.shared.onStorageError(this, error)
    return new KafkaError(
      'KAFKA_STORAGE_ERROR',
      `${this.topic}-${this.partition} can not be read: ${error.message}`,
    )
  }

  /**
   * Writes what may go to segment files at the time of the call (committed data; with `wal.sync=os` all data). One write-out runs at
   * a time; a call during one is served by the next, because the running one may be past what this caller must have written.
   */
  writeOut(): Promise<void> {
    if (this.#writing === null) return this.#startWriting()
    const start = (): Promise<void> => {
      this.#nextWriting = null
      return this.#writing ?? this.#startWriting()
    }
    this.#nextWriting ??= this.#writing.then(start, start)
    return this.#nextWriting
  }

  writeThrough(segments: readonly Segment[], endPosition: number): Promise<boolean> {
    return writeThrough(this, segments, endPosition)
  }

  writeAhead(segment: Segment, endPosition: number): void {
    this.writingThrough = { segment, position: endPosition }
    this.shared.requestWriteOut(this)
  }

  /** Resolves when no write-out is under way. */
  async writingDone(): Promise<void> {
    while (this.#writing !== null) await this.#writing.catch(() => {})
  }

  #startWriting(): Promise<void> {
    const writing = writeOutSegments(this).finally(() => (this.#writing = null))
    this.#writing = writing
    return writing
  }

  /** Seals the active segment; the next append starts a new one. */
  roll(): void {
    const active = this.segments.at(-1)
    if (active !== undefined && active.size > 0) active.sealed = true
  }

  /** Seals the active segment and begins an empty one at the log end, so that all that is in the log may be compacted. */
  rollToEmpty(): void {
    this.roll()
    if (this.segments.at(-1)?.sealed === true) this.#newSegment(this.logEndOffset)
  }

  /**
   * Puts one segment in the place of several that follow one another, are wholly committed and not the last. Readers that still have one
   * of those may go on reading its file, which goes later. Returns false, and changes nothing, when they are not in the log any more.
   */
  replaceSegments(replaced: readonly Segment[], by: Segment): boolean {
    const first = this.segments.indexOf(replaced[0] as Segment)
    const stand = replaced.every((segment, i) => this.segments[first + i] === segment && !segment.removed)
    if (first < 0 || !stand || this.deleted || this.segments.length <= first + replaced.length) return false
    for (const segment of replaced) segment.replaced = true
    this.segments = this.segments.toSpliced(first, replaced.length, by)
    // What is in memory of the old ones must not be served beside the new one; nothing older than them can be in memory alone.
    const last = this.tail.chunks.findLastIndex((chunk) => replaced.includes(chunk.segment))
    for (let left = last + 1; left > 0; left--) this.dropOldestChunk()
    return true
  }

  dropOldestChunk(): boolean {
    return this.tail.dropOldest((segment) => committedEnd(this, segment))
  }

  requestWriteOut(): void {
    this.shared.requestWriteOut(this)
  }

  /** Moves the log start; segments that lie wholly below it are left for retention to remove. */
  advanceLogStart(offset: number): void {
    if (offset <= this.logStartOffset) return
    this.logStartOffset = offset
    this.epochs.truncateFromStart(offset)
    this.producers.transactions.forgetBefore(offset)
    for (const watcher of this.#watchers) watcher()
  }

  activeSegment(): Segment {
    const segment = this.segments.at(-1)
    if (segment === undefined) throw new Error(`${this.topic}-${this.partition} has no segment`)
    return segment
  }

  /** Stops serving the partition: acknowledged records of these offsets are damaged. */
  takeOffline(from: number, to: number, where: string): KafkaError {
    this.damagedTo = to
    this.offline = damagedError(this, from, to, where)
    return this.offline
  }

  #requireOnline(): void {
    if (this.deleted) throw deletedError(this)
    if (this.offline !== null) throw this.offline
  }

  #segmentFor(
    bytes: number,
    baseOffset: number,
    maxTimestamp: number,
    now: number,
    segmentBase: number,
  ): Segment {
    const time = maxTimestamp < 0 ? now : maxTimestamp
    const known = segmentBase < 0 ? null : this.segmentOf(segmentBase, baseOffset)
    if (known !== null) {
      known.firstTimestamp ??= time
      return known
    }
    const active = this.segments.at(-1)
    if (active !== undefined && !active.sealed && !this.#mustRoll(active, bytes, baseOffset, time)) {
      active.firstTimestamp ??= time
      return active
    }
    const segment = this.#newSegment(baseOffset)
    segment.firstTimestamp = time
    return segment
  }

  #newSegment(baseOffset: number): Segment {
    const active = this.segments.at(-1)
    if (active !== undefined) active.sealed = true
    const segment = new Segment(baseOffset, `${this.directory}/${segmentFileName(baseOffset)}`, 0, -1)
    this.segments.push(segment)
    return segment
  }

  /**
   * `segment.ms` is about the time between the first record of a segment and the one to come, as in Kafka's LogSegment.shouldRoll:
   * measured by the clock, records of long ago would get a segment for each batch.
   */
  #mustRoll(active: Segment, bytes: number, baseOffset: number, time: number): boolean {
    if (active.size === 0) return false
    if (active.size + bytes > this.config.segmentBytes) return true
    if (baseOffset - active.baseOffset > 0x7fffffff) return true
    return active.firstTimestamp !== null && time - active.firstTimestamp > this.config.segmentMs
  }
}
