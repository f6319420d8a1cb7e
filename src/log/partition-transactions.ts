import { KafkaError } from '../protocol/errors.ts'
import type { TransactionOutcome } from '../records/control-record.ts'

/** A transaction of which nothing may be seen by those who read committed records only. */
export interface AbortedTransaction {
  readonly producerId: number
  /** Of its first record. */
  readonly firstOffset: number
  /** Of its marker. */
  readonly lastOffset: number
  /** What the last stable offset was once the marker stood there: no transaction that ends later began below it. */
  readonly lastStableOffset: number
}

interface OpenTransaction {
  readonly producerId: number
  /** Of the marker, or -1 while there is none. */
  lastOffset: number
}

interface Verification {
  readonly guard: object
  readonly epochBump: boolean
  readonly startedMs: number
  epoch: number
  lowestSequence: number
}

/** What of a transactional batch decides whether it may begin a transaction. */
export interface VerifiedBatch {
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
}

/**
 * The transactions of one partition, as its own log tells them: which are open, which were aborted, and how far everything is decided
 * (Kafka: ProducerStateManager, TransactionIndex, VerificationStateEntry).
 */
export class PartitionTransactions {
  /**
   * By first offset, ascending, because a transaction begins at the log end. An ended one stays until its marker is committed: before
   * that a crash could take the decision back.
   */
  readonly #open = new Map<number, OpenTransaction>()
  /** By last offset, ascending. */
  #aborted: AbortedTransaction[] = []
  /** By producer id. Soft: whoever waits for a verification that a restart forgot begins again. */
  readonly #verifications = new Map<number, Verification>()

  /** Up to where every transaction is decided, and its marker committed. */
  lastStableOffset(highWatermark: number): number {
    if (this.#open.size === 0) return highWatermark
    for (const [firstOffset, { lastOffset }] of this.#open) {
      if (lastOffset < 0 || lastOffset >= highWatermark) return Math.min(firstOffset, highWatermark)
      this.#open.delete(firstOffset)
    }
    return highWatermark
  }

  begin(producerId: number, firstOffset: number): void {
    this.#open.set(firstOffset, { producerId, lastOffset: -1 })
    this.#verifications.delete(producerId)
  }

  /** The marker at `lastOffset` ends the transaction that began at `firstOffset`. */
  end(firstOffset: number, lastOffset: number, outcome: TransactionOutcome, committedEnd: number): void {
    const transaction = this.#open.get(firstOffset)
    if (transaction === undefined) return
    transaction.lastOffset = lastOffset
    this.lastStableOffset(committedEnd)
    if (outcome === 'commit') return
    const { producerId } = transaction
    let lastStableOffset = lastOffset + 1
    for (const [first, other] of this.#open) {
      if (other.lastOffset >= 0) continue
      lastStableOffset = first
      break
    }
    this.#aborted.push({ producerId, firstOffset, lastOffset, lastStableOffset })
  }

  /** Aborted transactions with records between `from` and below `to`, by last offset. */
  abortedTransactions(from: number, to: number): AbortedTransaction[] {
    const found: AbortedTransaction[] = []
    const aborted = this.#aborted
    for (let i = this.#firstEndingAt(from); i < aborted.length; i++) {
      const transaction = aborted[i] as AbortedTransaction
      if (transaction.firstOffset < to) found.push(transaction)
      if (transaction.lastStableOffset >= to) break
    }
    return found
  }

  /** Those whose marker stands below the offset. */
  abortedBefore(offset: number): readonly AbortedTransaction[] {
    return this.#aborted.slice(0, this.#firstEndingAt(offset))
  }

  restoreAborted(aborted: AbortedTransaction[]): void {
    this.#aborted = aborted
  }

  /** The log start moved: nobody reads what ended below it. */
  forgetBefore(offset: number): void {
    const count = this.#firstEndingAt(offset)
    if (count > 0) this.#aborted = this.#aborted.slice(count)
  }

  /** Compaction found nothing left of the aborted transactions whose markers stand at these offsets: nobody needs to be told of them. */
  forgetEmpty(markers: ReadonlySet<number>): void {
    this.#aborted = this.#aborted.filter(({ lastOffset }) => !markers.has(lastOffset))
  }

  startVerification(batch: VerifiedBatch, epochBump: boolean, now: number): object {
    const { producerId, producerEpoch: epoch, baseSequence } = batch
    const known = this.#verifications.get(producerId)
    if (known === undefined) {
      const guard = {}
      this.#verifications.set(producerId, {
        guard,
        epochBump,
        startedMs: now,
        epoch,
        lowestSequence: baseSequence,
      })
      return guard
    }
    if (epoch > known.epoch || (epoch === known.epoch && baseSequence < known.lowestSequence))
      known.lowestSequence = baseSequence
    known.epoch = Math.max(known.epoch, epoch)
    return known.guard
  }

  /**
   * The first records of a transaction may be appended only by whom the coordinator has told that it knows of the partition, and only
   * if no marker came since: otherwise the transaction would never be ended here.
   * @throws KafkaError INVALID_TXN_STATE, OUT_OF_ORDER_SEQUENCE_NUMBER
   */
  checkVerified(batch: VerifiedBatch, guard: object | null, nothingKnown: boolean): void {
    const verification = this.#verifications.get(batch.producerId)
    if (verification === undefined || verification.guard !== guard) {
      throw new KafkaError(
        'INVALID_TXN_STATE',
        `the records of producer ${batch.producerId} are not part of a transaction that the coordinator knows of`,
      )
    }
    const skipsFirst = verification.epochBump && nothingKnown && batch.baseSequence > 0
    if (skipsFirst || batch.baseSequence > verification.lowestSequence) {
      throw new KafkaError(
        'OUT_OF_ORDER_SEQUENCE_NUMBER',
        `producer ${batch.producerId} epoch ${batch.producerEpoch} sent sequence ${batch.baseSequence} to begin a transaction, but ${skipsFirst ? 0 : verification.lowestSequence} is to come first`,
      )
    }
  }

  /** A marker ends what was to be verified, unless its epoch is that of the next transaction, which has begun to be verified (KIP-890). */
  endVerification(producerId: number, markerEpoch: number): void {
    const verification = this.#verifications.get(producerId)
    if (verification === undefined) return
    if (!(verification.epochBump && verification.epoch === markerEpoch))
      this.#verifications.delete(producerId)
  }

  expireVerifications(beforeMs: number): void {
    for (const [id, { startedMs }] of this.#verifications)
      if (startedMs < beforeMs) this.#verifications.delete(id)
  }

  #firstEndingAt(offset: number): number {
    let low = 0
    let high = this.#aborted.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#aborted[middle] as AbortedTransaction).lastOffset < offset) low = middle + 1
      else high = middle
    }
    return low
  }
}
