import { type MetaEvent, MetaStoreError, type Watch, type WatchBatch } from './meta-store.ts'

/** Bounds of what is kept for watches, and of one batch. */
const KEPT_EVENTS = 65_536
const BATCH_EVENTS = 16_384

interface Revision {
  readonly revision: number
  readonly events: readonly MetaEvent[]
}

/**
 * The events of the last revisions, and the watches that read them. A watch holds a position and no queue, so a slow one
 * costs nothing; one that falls behind what is kept is told `COMPACTED`.
 */
export class EventHistory {
  /** Consecutive revisions. */
  #revisions: Revision[] = []
  #eventCount = 0
  /** The last revision that is known; the history reaches from `#first` to it. */
  #last: number
  #first: number
  #failure: MetaStoreError | null = null
  #wake = Promise.withResolvers<void>()

  /** Nothing is known of revisions up to `revision`. */
  constructor(revision: number) {
    this.#last = revision
    this.#first = revision + 1
  }

  append(revision: number, events: readonly MetaEvent[]): void {
    this.#revisions.push({ revision, events })
    this.#eventCount += events.length
    this.#last = revision
    if (this.#eventCount > KEPT_EVENTS * 2) this.#compact()
  }

  /** Tells the watches that something was appended. */
  notify(): void {
    const { resolve } = this.#wake
    this.#wake = Promise.withResolvers()
    resolve()
  }

  /** Ends all watches with the error, once they have read what is there. */
  fail(error: MetaStoreError): void {
    this.#failure = error
    this.notify()
  }

  /** Drops the oldest half at once, so that it is cheap on average. The newest revision always stays. */
  #compact(): void {
    let drop = 0
    while (this.#eventCount > KEPT_EVENTS && drop < this.#revisions.length - 1) {
      this.#eventCount -= this.#revisions[drop]?.events.length ?? 0
      drop++
    }
    this.#revisions = this.#revisions.slice(drop)
    this.#first += drop
  }

  watch(prefix: string, fromRevision: number): Watch {
    let closed = false
    const close = () => {
      closed = true
      this.notify()
    }
    return {
      close,
      [Symbol.asyncIterator]: () => this.#read(prefix, Math.max(fromRevision, 1), () => closed),
    }
  }

  async *#read(
    prefix: string,
    fromRevision: number,
    isClosed: () => boolean,
  ): AsyncGenerator<WatchBatch, void> {
    let next = fromRevision
    while (!isClosed()) {
      if (next > this.#last) {
        if (this.#failure) throw this.#failure
        await this.#wake.promise
        continue
      }
      if (next < this.#first) {
        throw new MetaStoreError(
          'COMPACTED',
          `the events from revision ${next} on are gone, the oldest kept ones are of revision ${this.#first}; read the range again`,
        )
      }
      const events: MetaEvent[] = []
      while (next <= this.#last && events.length < BATCH_EVENTS) {
        for (const event of this.#revisions[next - this.#first]?.events ?? []) {
          if (event.key.startsWith(prefix)) events.push(event)
        }
        next++
      }
      if (events.length > 0) yield { revision: next - 1, events }
    }
  }
}
