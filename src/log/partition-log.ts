import { FileError } from '../env/files.ts'
import { KafkaError } from '../protocol/errors.ts'
import { transactionMarker } from '../records/control-record.ts'
import * as header from '../records/record-batch.ts'
import type { CommitTarget, PendingAppend } from './commit.ts'
import { LeaderEpochs } from './leader-epochs.ts'
import type { LogConfig } from './log-config.ts'
import { cutLogRead, emptyRead, type LogRead, readLog } from './log-reader.ts'
import type { LogShared } from './log-shared.ts'
import type { AbortedTransaction } from './partition-transactions.ts'
import { type EndMarker, producerBatch, ProducerState } from './producer-state.ts'
import { Segment, segmentFileName } from './segment.ts'
import { writeOutSegments } from './segment-writer.ts'
import type { Chunk, ChunkOwner } from './tail-cache.ts'

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
  readonly segments: readonly Segment[]
  readonly epochs: LeaderEpochs
  readonly producers: ProducerState
}

const smallestChunkBytes = 16 << 10

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
  /** The tail in memory, oldest first, without gaps: whatever is not in memory is in a segment file. */
  chunks: Chunk[] = []
  /** Where the high watermark stands: all of `committedSegment` below `committedPosition` is committed, as is every segment before. */
  committedSegment: Segment | null
  committedPosition: number
  /** Set when the partition can not be served: damage that must not be hidden. Every access then fails with it. */
  offline: KafkaError | null = null
  deleted = false
  /** Last damaged offset when the partition is offline because acknowledged records are damaged, else -1. Outlives restarts. */
  damagedTo = -1
  /** What the next checkpoint says: data below is durable in segment files, the last of which ends at `recoveryPosition`. */
  recoveryOffset: number
  recoveryPosition: number
  /** The producer state as of `recoveryOffset`, as `ProducerState.encode` writes it. */
  recoveryProducers: Buffer
  /** The log start that a durable checkpoint states; only what lies below it may be removed. Never above `logStartOffset`. */
  durableLogStart: number
  /** Some data is not in synced segment files yet, so the next checkpoint has work here. */
  dirty = false
  #writing: Promise<void> | null = null
  #nextWriting: Promise<void> | null = null
  #wantedChunkBytes = smallestChunkBytes
  /** The last chunk still takes appends. */
  #chunkOpen = false
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
    this.logStartOffset = state?.logStartOffset ?? 0
    this.logEndOffset = state?.logEndOffset ?? 0
    this.highWatermark = this.logEndOffset
    this.segments = [...(state?.segments ?? [])]
    this.epochs = state?.epochs ?? new LeaderEpochs()
    this.producers = state?.producers ?? new ProducerState()
    this.committedSegment = this.segments.at(-1) ?? null
    this.committedPosition = this.committedSegment?.size ?? 0
    this.recoveryOffset = this.logEndOffset
    this.recoveryPosition = this.committedPosition
    this.recoveryProducers = this.producers.encode(this.recoveryOffset)
    this.durableLogStart = this.logStartOffset
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
    let sum = 0
    for (const segment of this.segments) sum += segment.size
    return sum
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
   * The guard to append the transactional batch that stands at `start` with, once the coordinator has confirmed that the partition
   * belongs to the producer's transaction; null when the transaction is open here already. `epochBump` is that the producer gets a
   * new epoch with each transaction (KIP-890).
   * @throws KafkaError INVALID_PRODUCER_EPOCH
   */
  startVerification(source: Buffer, start: number, epochBump: boolean, now: number): object | null {
    const batch = producerBatch(source, start, header.producerId(source, start))
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
   * the stored bytes.
   */
  store(
    source: Buffer,
    start: number,
    end: number,
    baseOffset: number,
    leaderEpoch: number,
    now: number,
  ): Buffer {
    const bytes = end - start
    const maxTimestamp = header.maxTimestamp(source, start)
    const segment = this.#segmentFor(bytes, baseOffset, maxTimestamp, now)
    const chunk = this.#chunkFor(segment, bytes, baseOffset)
    const at = chunk.used
    source.copy(chunk.buffer, at, start, end)
    header.setBaseOffset(chunk.buffer, at, baseOffset)
    header.setPartitionLeaderEpoch(chunk.buffer, at, leaderEpoch)
    chunk.used = at + bytes
    segment.index.batch(baseOffset - segment.baseOffset, segment.size, segment.maxTimestamp)
    segment.size += bytes
    if (maxTimestamp > segment.maxTimestamp) segment.maxTimestamp = maxTimestamp
    this.epochs.assign(leaderEpoch, baseOffset)
    this.producers.observe(chunk.buffer, at, baseOffset, this.highWatermark)
    this.logEndOffset = baseOffset + header.lastOffsetDelta(source, start) + 1
    return chunk.buffer.subarray(at, chunk.used)
  }

  committed(append: PendingAppend): void {
    this.highWatermark = append.lastOffset + 1
    this.committedSegment = append.segment
    this.committedPosition = append.endPosition
    for (const watcher of this.#watchers) watcher()
    if (!this.shared.commitBySegment && this.#hasFullChunk()) this.shared.requestWriteOut(this)
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

  /** Calls back whenever the high watermark or the log start moved; returns how to stop that. */
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
      throw this.#outOfRange(offset)
    }
    return this.#guardedRead(offset, readLog(this, offset, maxBytes, firstBatchWhole))
  }

  /** As `read`, but never beyond the last stable offset of now. Aborted records are among what comes. */
  readStable(offset: number, maxBytes: number, firstBatchWhole: boolean): LogRead | Promise<LogRead> {
    const end = this.lastStableOffset
    if (end === this.highWatermark) return this.read(offset, maxBytes, firstBatchWhole)
    this.#requireOnline()
    if (offset < this.logStartOffset || offset > this.logEndOffset) throw this.#outOfRange(offset)
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
    if (offset < this.logStartOffset) return this.#outOfRange(offset)
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

  dropOldestChunk(): boolean {
    const chunk = this.chunks[0]
    if (chunk === undefined) return true
    if (chunk.segment.written < chunk.filePosition + chunk.used) return false
    if (this.chunks.length === 1) this.#closeChunk()
    this.chunks.shift()
    this.shared.tailCache.drop(chunk)
    return true
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

  /** The segment is gone for good, and so is its part of the tail. */
  dropChunksOf(segment: Segment): void {
    while (this.chunks[0]?.segment === segment) {
      const chunk = this.chunks.shift() as Chunk
      if (this.chunks.length === 0) this.#closeChunk()
      this.shared.tailCache.drop(chunk)
    }
  }

  activeSegment(): Segment {
    const segment = this.segments.at(-1)
    if (segment === undefined) throw new Error(`${this.topic}-${this.partition} has no segment`)
    return segment
  }

  /** Gives all memory back; the partition is being closed or deleted. */
  dropChunks(): void {
    this.#closeChunk()
    for (const chunk of this.chunks) this.shared.tailCache.drop(chunk)
    this.chunks = []
  }

  /** Stops serving the partition: acknowledged records of these offsets are damaged. */
  takeOffline(from: number, to: number, where: string): KafkaError {
    this.damagedTo = to
    this.offline = new KafkaError(
      'KAFKA_STORAGE_ERROR',
      `${this.topic}-${this.partition} is not served: acknowledged records between offsets ${from} and ${to} are damaged in ${where}; 'chronik log repair' restores service without them`,
    )
    return this.offline
  }

  #requireOnline(): void {
    if (this.deleted) throw deletedError(this)
    if (this.offline !== null) throw this.offline
  }

  #outOfRange(offset: number): KafkaError {
    return new KafkaError(
      'OFFSET_OUT_OF_RANGE',
      `offset ${offset} of ${this.topic}-${this.partition} is outside ${this.logStartOffset} to ${this.logEndOffset}`,
    )
  }

  #segmentFor(bytes: number, baseOffset: number, maxTimestamp: number, now: number): Segment {
    const time = maxTimestamp < 0 ? now : maxTimestamp
    const active = this.segments.at(-1)
    if (active !== undefined && !active.sealed && !this.#mustRoll(active, bytes, baseOffset, time)) {
      active.firstTimestamp ??= time
      return active
    }
    if (active !== undefined) active.sealed = true
    const segment = new Segment(baseOffset, `${this.directory}/${segmentFileName(baseOffset)}`, 0, -1)
    segment.firstTimestamp = time
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

  #chunkFor(segment: Segment, bytes: number, baseOffset: number): Chunk {
    const open = this.chunks.at(-1)
    if (open === undefined) this.#wantedChunkBytes = smallestChunkBytes
    else if (open.segment === segment && open.used + bytes <= open.buffer.length) return open
    else this.#wantedChunkBytes = this.#wantedChunkBytes * 2
    this.#closeChunk()
    const chunk = this.shared.tailCache.take(
      this,
      segment,
      segment.size,
      baseOffset,
      bytes,
      this.#wantedChunkBytes,
    )
    this.chunks.push(chunk)
    this.#chunkOpen = true
    return chunk
  }

  #closeChunk(): void {
    if (this.#chunkOpen) this.shared.tailCache.closed()
    this.#chunkOpen = false
  }

  /** Whether a chunk that takes no more appends is committed and not in its file yet. */
  #hasFullChunk(): boolean {
    for (let i = this.chunks.length - 2; i >= 0; i--) {
      const chunk = this.chunks[i]
      if (chunk === undefined) break
      const end = chunk.filePosition + chunk.used
      if (chunk.segment.written >= end) return false
      if (chunk.segment !== this.committedSegment || this.committedPosition >= end) return true
    }
    return false
  }
}

function tooLarge(log: PartitionLog, bytes: number): KafkaError {
  return new KafkaError(
    'MESSAGE_TOO_LARGE',
    `a batch of ${bytes} bytes for ${log.topic}-${log.partition} does not fit into a file of the write-ahead log, which takes ${log.shared.batchBytesMax}; send smaller batches or raise wal.file.bytes`,
  )
}

function deletedError(log: PartitionLog): KafkaError {
  return new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `${log.topic}-${log.partition} has been deleted`)
}

function fenced(log: PartitionLog, leaderEpoch: number): KafkaError {
  return new KafkaError(
    'FENCED_LEADER_EPOCH',
    `an append to ${log.topic}-${log.partition} with leader epoch ${leaderEpoch} comes after epoch ${log.epochs.latest} has begun`,
  )
}

function refusal(log: PartitionLog): KafkaError {
  const reason = log.shared.committer.failed
    ? 'the disk failed, so nothing can be made durable any more; the server is stopping'
    : 'no disk space is left; free some or shorten retention, then retry'
  return new KafkaError('KAFKA_STORAGE_ERROR', `${log.topic}-${log.partition} takes no appends: ${reason}`)
}
