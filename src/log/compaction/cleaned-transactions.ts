import { readMarker } from '../../records/control-record.ts'
import * as header from '../../records/record-batch.ts'

/** A transaction that ended with an abort marker in this partition. */
export interface AbortedRange {
  readonly producerId: number
  /** Of its first batch. */
  readonly firstOffset: number
  /** Of its marker. */
  readonly lastOffset: number
}

/**
 * What may become of a control batch. `needed`: batches of its transaction are left. `empty`: none is, but the log still lists the
 * transaction among the aborted, and consumers that were told of it wait for this marker. `forgotten`: nobody misses it.
 */
export type MarkerUse = 'needed' | 'empty' | 'forgotten'

interface OpenAborted {
  readonly lastOffset: number
  /** A batch of it was met. */
  met: boolean
}

/**
 * Follows the transactions of a log that is read from its start, below the last stable offset: which batches were aborted, and which
 * markers have nothing left to mark (Kafka's CleanedTransactionMetadata).
 */
export class CleanedTransactions {
  /** By first offset. */
  readonly #aborted: readonly AbortedRange[]
  #next = 0
  readonly #openAborted = new Map<number, OpenAborted>()
  /** Producers with a batch of a committed transaction whose marker has not come yet. */
  readonly #openCommitted = new Set<number>()
  readonly #empty: number[] = []

  constructor(aborted: readonly AbortedRange[]) {
    this.#aborted = aborted.toSorted((a, b) => a.firstOffset - b.firstOffset)
  }

  /** A batch of records; returns whether its transaction was aborted. */
  onBatch(buffer: Buffer, at: number): boolean {
    if (!header.isTransactional(buffer, at)) return false
    this.#openUpTo(header.lastOffset(buffer, at))
    const producerId = header.producerId(buffer, at)
    const aborted = this.#openAborted.get(producerId)
    if (aborted === undefined || aborted.lastOffset < header.baseOffset(buffer, at)) {
      // An aborted transaction that ended before this batch has lost its marker to an earlier compaction.
      this.#close(producerId)
      this.#openCommitted.add(producerId)
      return false
    }
    aborted.met = true
    return true
  }

  onControlBatch(buffer: Buffer, at: number): MarkerUse {
    this.#openUpTo(header.lastOffset(buffer, at))
    // An empty one was cleaned before, and is only kept for the state of its producer.
    if (header.recordCount(buffer, at) === 0) return 'forgotten'
    const marker = readMarker(buffer, at)
    if (marker === null) return 'needed'
    const producerId = header.producerId(buffer, at)
    if (marker.outcome === 'commit') return this.#openCommitted.delete(producerId) ? 'needed' : 'forgotten'
    const aborted = this.#openAborted.get(producerId)
    if (aborted?.lastOffset !== header.lastOffset(buffer, at)) return 'forgotten'
    this.#close(producerId)
    return aborted.met ? 'needed' : 'empty'
  }

  /** Offsets of the markers of aborted transactions that had no batch any more, given up to where the log was read. */
  empty(endOffset: number): number[] {
    for (const [producerId, { lastOffset }] of this.#openAborted)
      if (lastOffset < endOffset) this.#close(producerId)
    return this.#empty
  }

  #openUpTo(offset: number): void {
    for (;;) {
      const next = this.#aborted[this.#next]
      if (next === undefined || next.firstOffset > offset) return
      this.#next += 1
      this.#close(next.producerId)
      this.#openAborted.set(next.producerId, { lastOffset: next.lastOffset, met: false })
    }
  }

  #close(producerId: number): void {
    const aborted = this.#openAborted.get(producerId)
    if (aborted === undefined) return
    if (!aborted.met) this.#empty.push(aborted.lastOffset)
    this.#openAborted.delete(producerId)
  }
}
