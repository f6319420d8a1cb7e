import { KafkaError } from '../protocol/errors.ts'
import * as header from '../records/record-batch.ts'
import { readMarker } from '../records/control-record.ts'
import type { TransactionOutcome } from '../records/control-record.ts'
import {
  type AbortedTransaction,
  PartitionTransactions,
  type VerifiedBatch,
} from './partition-transactions.ts'

const batchesRemembered = 5
const noTransaction = -1

interface SequencedBatch {
  readonly epoch: number
  readonly firstSequence: number
  readonly lastSequence: number
  readonly baseOffset: number
  readonly lastOffset: number
  readonly timestamp: number
}

/** What a transaction's begin, its offset commits, or its marker made of a producer, and where in the log. */
interface TransactionMark {
  readonly offset: number
  readonly epoch: number
  readonly coordinatorEpoch: number
  /** First offset of the transaction that is open after this, or -1. */
  readonly transactionStart: number
  readonly timestamp: number
}

/** What a partition knows of one producer. */
export interface ProducerEntry {
  readonly producerId: number
  epoch: number
  /** Of the coordinator that wrote the last marker, or -1. */
  coordinatorEpoch: number
  /** First offset of the open transaction, or -1. */
  transactionStart: number
  /**
   * Oldest first. The newest up to five of this epoch are what a retry may repeat (KIP-98). More stand here while the newest are not
   * committed: a checkpoint must say what was known before them, because a crash may lose them.
   */
  batches: SequencedBatch[]
  /** Oldest first: the newest one that is committed, and those that are not. Empty for a producer without transactions. */
  marks: TransactionMark[]
  lastTimestamp: number
}

export interface ProducerBatch {
  readonly producerId: number
  readonly producerEpoch: number
  /** -1 for batches that a coordinator writes for a producer: offsets committed in a transaction. */
  readonly baseSequence: number
  readonly lastOffsetDelta: number
  readonly maxTimestamp: number
  readonly transactional: boolean
}

/** The end of a transaction in one partition, as its coordinator asks for it. */
export interface EndMarker {
  readonly producerId: number
  readonly producerEpoch: number
  readonly coordinatorEpoch: number
  readonly outcome: TransactionOutcome
  /** From 2 on the marker's epoch is higher than that of the transaction's records (KIP-890). */
  readonly transactionVersion: number
}

interface StateAt {
  readonly entry: ProducerEntry
  readonly epoch: number
  readonly lastTimestamp: number
  readonly batches: readonly SequencedBatch[]
  readonly mark: TransactionMark | undefined
}

/** Shared by all producers without transactions; replaced, never written. */
const noMarks: TransactionMark[] = []

/** What `encode` writes first since there are transactions; what it wrote before began with a count. */
const layoutWithTransactions = 0x8000_0002
const producerBytes = 22
const batchBytes = 32
const markBytes = 32
const abortedBytes = 32

/**
 * Duplicate and gap detection for idempotent producers, and the transactions of a partition: a pure function of the partition's log.
 * `check` decides, `observe` is the only writer, for live appends and for recovery alike. Follows Kafka's ProducerStateManager
 * and ProducerAppendInfo.
 */
export class ProducerState {
  readonly transactions = new PartitionTransactions()
  readonly #entries = new Map<number, ProducerEntry>()

  get entries(): IterableIterator<ProducerEntry> {
    return this.#entries.values()
  }

  get size(): number {
    return this.#entries.size
  }

  /** Whether the producer has an open transaction here in this epoch: then its records need no verification (KIP-890). */
  hasTransaction(producerId: number, epoch: number): boolean {
    const entry = this.#entries.get(producerId)
    return entry !== undefined && entry.transactionStart >= 0 && entry.epoch === epoch
  }

  /**
   * Begins the verification of a transaction's first records: whoever gets the guard asks the coordinator and appends with it. Null
   * when the transaction is open here already.
   * @throws KafkaError INVALID_PRODUCER_EPOCH
   */
  startVerification(batch: VerifiedBatch, epochBump: boolean, now: number): object | null {
    const entry = this.#entries.get(batch.producerId)
    if (entry !== undefined && batch.producerEpoch < entry.epoch) throw oldEpoch(batch, entry.epoch)
    if (this.hasTransaction(batch.producerId, batch.producerEpoch)) return null
    return this.transactions.startVerification(batch, epochBump, now)
  }

  /**
   * Null when the batch is next in sequence, or the offsets at which it already stands when it repeats one of the last five.
   * `guard` is that of `startVerification`, for the first records of a transaction.
   * @throws KafkaError INVALID_PRODUCER_EPOCH, OUT_OF_ORDER_SEQUENCE_NUMBER, INVALID_TXN_STATE
   */
  check(
    batch: ProducerBatch,
    guard: object | null = null,
  ): { baseOffset: number; lastOffset: number } | null {
    const entry = this.#entries.get(batch.producerId)
    const sequenced = batch.baseSequence >= 0
    if (entry !== undefined) {
      const known = sequenced ? duplicate(entry, batch) : null
      if (known !== null) return known
      if (batch.producerEpoch < entry.epoch) throw oldEpoch(batch, entry.epoch)
    }
    if (batch.transactional && !this.hasTransaction(batch.producerId, batch.producerEpoch)) {
      this.transactions.checkVerified(batch, guard, entry === undefined || lastBatch(entry) === undefined)
    }
    if (entry === undefined) return null
    if (sequenced) checkSequence(entry, batch)
    if (entry.transactionStart >= 0 && !batch.transactional) {
      throw new KafkaError(
        'INVALID_TXN_STATE',
        `producer ${batch.producerId} has an open transaction since offset ${entry.transactionStart} and sent a batch that is not part of it`,
      )
    }
    return null
  }

  /** @throws KafkaError INVALID_PRODUCER_EPOCH, TRANSACTION_COORDINATOR_FENCED */
  checkMarker(marker: EndMarker): void {
    const entry = this.#entries.get(marker.producerId)
    if (entry === undefined) return
    const { producerEpoch, transactionVersion } = marker
    const bumps = transactionVersion >= 2
    // A coordinator that started anew writes its markers once more; where they stand already, the epoch is the same and nothing is open.
    const repeated = producerEpoch === entry.epoch && (entry.transactionStart < 0 || producerEpoch === 0x7fff)
    if (producerEpoch < entry.epoch || (bumps && producerEpoch === entry.epoch && !repeated)) {
      throw new KafkaError(
        'INVALID_PRODUCER_EPOCH',
        `a marker of producer ${marker.producerId} has epoch ${producerEpoch}, epoch ${entry.epoch} has been seen`,
      )
    }
    if (marker.coordinatorEpoch < entry.coordinatorEpoch) {
      throw new KafkaError(
        'TRANSACTION_COORDINATOR_FENCED',
        `a marker of producer ${marker.producerId} comes from coordinator epoch ${marker.coordinatorEpoch}, epoch ${entry.coordinatorEpoch} has been seen`,
      )
    }
  }

  /** A batch that is part of the log, by its bytes; the log below `committedEnd` can not be lost any more. */
  observe(buffer: Buffer, at: number, baseOffset: number, committedEnd: number): void {
    const producerId = header.producerId(buffer, at)
    if (producerId < 0) return
    if (header.isControl(buffer, at)) {
      this.#observeMarker(buffer, at, baseOffset, committedEnd)
      return
    }
    const batch = producerBatch(buffer, at, producerId)
    if (batch.baseSequence < 0 && !batch.transactional) return
    this.replay(batch, baseOffset, baseOffset + batch.lastOffsetDelta, committedEnd)
  }

  /** The batch stands in the log at these offsets. */
  replay(batch: ProducerBatch, baseOffset: number, lastOffset: number, committedEnd: number): void {
    const entry = this.#entry(batch.producerId, batch.producerEpoch)
    forgetOld(entry.batches, committedEnd)
    entry.epoch = batch.producerEpoch
    entry.lastTimestamp = batch.maxTimestamp
    if (batch.baseSequence >= 0) {
      entry.batches.push({
        epoch: batch.producerEpoch,
        firstSequence: batch.baseSequence,
        lastSequence: header.addSequence(batch.baseSequence, batch.lastOffsetDelta),
        baseOffset,
        lastOffset,
        timestamp: batch.maxTimestamp,
      })
    }
    if (!batch.transactional) return
    const begins = entry.transactionStart < 0
    if (begins) {
      entry.transactionStart = baseOffset
      this.transactions.begin(batch.producerId, baseOffset)
    }
    if (begins || batch.baseSequence < 0) mark(entry, lastOffset, batch.maxTimestamp, committedEnd)
  }

  /** Forgets producers that have not written since `beforeMs` (`producer.id.expiration.ms`) and have no open transaction. */
  expire(beforeMs: number): void {
    for (const [id, entry] of this.#entries)
      if (entry.lastTimestamp < beforeMs && entry.transactionStart < 0) this.#entries.delete(id)
    this.transactions.expireVerifications(beforeMs)
  }

  /**
   * The state as of `endOffset`, which no committed batch crosses: batches at or above it may still be lost in a crash, and then
   * neither a retry of one may be taken for a duplicate nor its epoch for the newest, nor a transaction for ended. Layout: 0x80000002
   * u32 · count u32 · per producer: id f64 · epoch i32 · last timestamp f64 · batch count u8 · mark count u8 (0 or 1) · (first, last sequence
   * i32 · base, last offset f64 · timestamp f64) each · (offset f64 · epoch, coordinator epoch i32 · transaction start f64 · timestamp
   * f64) · then aborted transactions u32 × (producer id, first, last, last stable offset f64).
   */
  encode(endOffset: number): Buffer {
    const states: StateAt[] = []
    const aborted = this.transactions.abortedBefore(endOffset)
    let size = 12 + aborted.length * abortedBytes
    for (const entry of this.#entries.values()) {
      const state = stateAt(entry, endOffset)
      if (state === null) continue
      states.push(state)
      size += producerBytes + state.batches.length * batchBytes + (state.mark === undefined ? 0 : markBytes)
    }
    const buffer = Buffer.allocUnsafeSlow(size)
    let at = buffer.writeUInt32BE(layoutWithTransactions, 0)
    at = buffer.writeUInt32BE(states.length, at)
    for (const state of states) at = writeState(buffer, at, state)
    at = buffer.writeUInt32BE(aborted.length, at)
    for (const { producerId, firstOffset, lastOffset, lastStableOffset } of aborted) {
      at = buffer.writeDoubleBE(producerId, at)
      at = buffer.writeDoubleBE(firstOffset, at)
      at = buffer.writeDoubleBE(lastOffset, at)
      at = buffer.writeDoubleBE(lastStableOffset, at)
    }
    return buffer
  }

  /** Reads what `encode` wrote, also before there were transactions; the bytes come from a file whose checksum holds. Returns the position behind it. */
  static decode(buffer: Buffer, start: number): { state: ProducerState; end: number } {
    const state = new ProducerState()
    const first = buffer.readUInt32BE(start)
    const old = first !== layoutWithTransactions
    let at = old ? start + 4 : start + 8
    for (let left = old ? first : buffer.readUInt32BE(start + 4); left > 0; left--) {
      const { entry, end } = readEntry(buffer, at, old)
      state.#entries.set(entry.producerId, entry)
      at = end
    }
    const open = [...state.#entries.values()].filter((entry) => entry.transactionStart >= 0)
    for (const { producerId, transactionStart } of open.sort(
      (a, b) => a.transactionStart - b.transactionStart,
    ))
      state.transactions.begin(producerId, transactionStart)
    if (old) return { state, end: at }
    const aborted: AbortedTransaction[] = []
    const count = buffer.readUInt32BE(at)
    at += 4
    for (let i = 0; i < count; i++, at += abortedBytes) {
      aborted.push({
        producerId: buffer.readDoubleBE(at),
        firstOffset: buffer.readDoubleBE(at + 8),
        lastOffset: buffer.readDoubleBE(at + 16),
        lastStableOffset: buffer.readDoubleBE(at + 24),
      })
    }
    state.transactions.restoreAborted(aborted)
    return { state, end: at }
  }

  #entry(producerId: number, epoch: number): ProducerEntry {
    let entry = this.#entries.get(producerId)
    if (entry === undefined) {
      entry = {
        producerId,
        epoch,
        coordinatorEpoch: -1,
        transactionStart: noTransaction,
        batches: [],
        marks: noMarks,
        lastTimestamp: -1,
      }
      this.#entries.set(producerId, entry)
    }
    return entry
  }

  #observeMarker(buffer: Buffer, at: number, offset: number, committedEnd: number): void {
    const marker = readMarker(buffer, at)
    if (marker === null) return
    const producerEpoch = header.producerEpoch(buffer, at)
    const entry = this.#entry(header.producerId(buffer, at), producerEpoch)
    const start = entry.transactionStart
    entry.epoch = producerEpoch
    entry.coordinatorEpoch = marker.coordinatorEpoch
    entry.transactionStart = noTransaction
    entry.lastTimestamp = marker.timestamp
    mark(entry, offset, marker.timestamp, committedEnd)
    this.transactions.endVerification(entry.producerId, producerEpoch)
    if (start >= 0) this.transactions.end(start, offset, marker.outcome, committedEnd)
  }
}

/** What the header of the batch at `at` says of its producer. */
export function producerBatch(buffer: Buffer, at: number, producerId: number): ProducerBatch {
  return {
    producerId,
    producerEpoch: header.producerEpoch(buffer, at),
    baseSequence: header.baseSequence(buffer, at),
    lastOffsetDelta: header.lastOffsetDelta(buffer, at),
    maxTimestamp: header.maxTimestamp(buffer, at),
    transactional: header.isTransactional(buffer, at),
  }
}

/** Of the last batch in the producer's epoch, -1 when there is none. */
export function lastSequenceOf(entry: ProducerEntry): number {
  return lastBatch(entry)?.lastSequence ?? -1
}

function duplicate(entry: ProducerEntry, batch: ProducerBatch): SequencedBatch | null {
  if (batch.producerEpoch !== entry.epoch) return null
  const lastSequence = header.addSequence(batch.baseSequence, batch.lastOffsetDelta)
  const { batches } = entry
  for (let i = rememberedFrom(batches, entry.epoch); i < batches.length; i++) {
    const known = batches[i] as SequencedBatch
    if (known.firstSequence === batch.baseSequence && known.lastSequence === lastSequence) return known
  }
  return null
}

function checkSequence(entry: ProducerEntry, batch: ProducerBatch): void {
  if (batch.producerEpoch !== entry.epoch) {
    if (batch.baseSequence !== 0)
      throw outOfOrder(batch, `as the first of epoch ${batch.producerEpoch}, which must be 0`)
    return
  }
  const last = lastBatch(entry)
  if (last === undefined) {
    if (batch.baseSequence !== 0)
      throw outOfOrder(batch, `as the first of epoch ${entry.epoch}, which must be 0`)
    return
  }
  if (batch.baseSequence !== header.addSequence(last.lastSequence, 1))
    throw outOfOrder(batch, `after sequence ${last.lastSequence}`)
}

/** The last batch of the newest epoch; a marker may have begun an epoch that has none yet. */
function lastBatch(entry: ProducerEntry): SequencedBatch | undefined {
  const last = entry.batches.at(-1)
  return last?.epoch === entry.epoch ? last : undefined
}

/** Where the newest up to five batches begin, as far back as they have the epoch. */
function rememberedFrom(batches: readonly SequencedBatch[], epoch: number): number {
  const lowest = Math.max(batches.length - batchesRemembered, 0)
  let from = batches.length
  while (from > lowest && batches[from - 1]?.epoch === epoch) from -= 1
  return from
}

/** Notes what the entry is now, and drops the marks that neither it nor the state of the committed end needs. */
function mark(entry: ProducerEntry, offset: number, timestamp: number, committedEnd: number): void {
  if (entry.marks === noMarks) entry.marks = []
  const { marks, epoch, coordinatorEpoch, transactionStart } = entry
  marks.push({ offset, epoch, coordinatorEpoch, transactionStart, timestamp })
  while (marks.length > 1 && (marks[1] as TransactionMark).offset < committedEnd) marks.shift()
}

/** Null when nothing below the offset tells of the producer. */
function stateAt(entry: ProducerEntry, endOffset: number): StateAt | null {
  const below = entry.batches.filter((batch) => batch.lastOffset < endOffset)
  const last = below.at(-1)
  const mark = entry.marks.findLast(({ offset }) => offset < endOffset)
  if (last === undefined && mark === undefined) return null
  const epoch = Math.max(last?.epoch ?? -1, mark?.epoch ?? -1)
  const batches = below.slice(rememberedFrom(below, epoch))
  const newest = (mark?.offset ?? -1) > (last?.lastOffset ?? -1) ? mark : last
  return { entry, epoch, lastTimestamp: newest?.timestamp ?? -1, batches, mark }
}

function writeState(buffer: Buffer, start: number, state: StateAt): number {
  const { mark } = state
  let at = buffer.writeDoubleBE(state.entry.producerId, start)
  at = buffer.writeInt32BE(state.epoch, at)
  at = buffer.writeDoubleBE(state.lastTimestamp, at)
  at = buffer.writeUInt8(state.batches.length, at)
  at = buffer.writeUInt8(mark === undefined ? 0 : 1, at)
  for (const batch of state.batches) {
    at = buffer.writeInt32BE(batch.firstSequence, at)
    at = buffer.writeInt32BE(batch.lastSequence, at)
    at = buffer.writeDoubleBE(batch.baseOffset, at)
    at = buffer.writeDoubleBE(batch.lastOffset, at)
    at = buffer.writeDoubleBE(batch.timestamp, at)
  }
  if (mark === undefined) return at
  at = buffer.writeDoubleBE(mark.offset, at)
  at = buffer.writeInt32BE(mark.epoch, at)
  at = buffer.writeInt32BE(mark.coordinatorEpoch, at)
  at = buffer.writeDoubleBE(mark.transactionStart, at)
  return buffer.writeDoubleBE(mark.timestamp, at)
}

function readEntry(buffer: Buffer, start: number, old: boolean): { entry: ProducerEntry; end: number } {
  const epoch = buffer.readInt32BE(start + 8)
  const batches: SequencedBatch[] = []
  const count = buffer.readUInt8(start + 20)
  const marked = !old && buffer.readUInt8(start + 21) === 1
  let at = start + (old ? producerBytes - 1 : producerBytes)
  for (let i = 0; i < count; i++, at += batchBytes) {
    batches.push({
      epoch,
      firstSequence: buffer.readInt32BE(at),
      lastSequence: buffer.readInt32BE(at + 4),
      baseOffset: buffer.readDoubleBE(at + 8),
      lastOffset: buffer.readDoubleBE(at + 16),
      timestamp: buffer.readDoubleBE(at + 24),
    })
  }
  const mark = marked
    ? {
        offset: buffer.readDoubleBE(at),
        epoch: buffer.readInt32BE(at + 8),
        coordinatorEpoch: buffer.readInt32BE(at + 12),
        transactionStart: buffer.readDoubleBE(at + 16),
        timestamp: buffer.readDoubleBE(at + 24),
      }
    : null
  const entry: ProducerEntry = {
    producerId: buffer.readDoubleBE(start),
    epoch,
    coordinatorEpoch: mark?.coordinatorEpoch ?? -1,
    transactionStart: mark?.transactionStart ?? noTransaction,
    batches,
    marks: mark === null ? noMarks : [mark],
    lastTimestamp: buffer.readDoubleBE(start + 12),
  }
  return { entry, end: mark === null ? at : at + markBytes }
}

/** Drops, before another batch comes, what neither the newest state nor that of the committed end needs. */
function forgetOld(batches: SequencedBatch[], committedEnd: number): void {
  let committed = batches.length
  while (committed > 0 && (batches[committed - 1] as SequencedBatch).lastOffset >= committedEnd)
    committed -= 1
  const epoch = batches[committed - 1]?.epoch
  while (committed > 0 && (committed > batchesRemembered || batches[0]?.epoch !== epoch)) {
    batches.shift()
    committed -= 1
  }
}

function oldEpoch(batch: VerifiedBatch, epoch: number): KafkaError {
  return new KafkaError(
    'INVALID_PRODUCER_EPOCH',
    `producer ${batch.producerId} sent epoch ${batch.producerEpoch}, but epoch ${epoch} has been seen: a newer instance took over`,
  )
}

function outOfOrder(batch: ProducerBatch, detail: string): KafkaError {
  return new KafkaError(
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    `producer ${batch.producerId} epoch ${batch.producerEpoch} sent sequence ${batch.baseSequence} ${detail}`,
  )
}
