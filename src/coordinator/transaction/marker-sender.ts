import type { Scheduler, Timer } from '../../env/scheduler.ts'
import type { EndMarker } from '../../log/producer-state.ts'
import { KafkaError } from '../../protocol/errors.ts'
import type { TopicPartitions, Transaction } from './transaction.ts'

/**
 * Writes the marker into each partition; resolves with those where that may work later. Partitions that are gone need none, and one that
 * has seen a newer epoch of the producer or coordinator has no transaction of the marker's left.
 */
export type MarkerWriter = (marker: EndMarker, partitions: TopicPartitions) => Promise<TopicPartitions>

export interface MarkerSenderParts {
  readonly scheduler: Scheduler
  readonly retryMs: number
  readonly write: MarkerWriter
  /** Called when every partition has its marker, until it succeeds or the coordinator is no longer here. */
  readonly written: (transaction: Transaction) => Promise<void>
  readonly failed: (error: unknown, transaction: Transaction) => void
}

const retryMaxMs = 5_000

/** Brings the markers of prepared transactions into their partitions, however often that takes. */
export class MarkerSender implements Disposable {
  readonly #parts: MarkerSenderParts
  /** By transactional id: settles when all markers are written, and so the next transaction may begin. */
  readonly #sending = new Map<string, Promise<void>>()
  readonly #waiting = new Map<Timer, () => void>()
  #stopped = false

  constructor(parts: MarkerSenderParts) {
    this.#parts = parts
  }

  send(transaction: Transaction, coordinatorEpoch: number): void {
    const { transactionalId } = transaction
    const sending = this.#send(transaction, coordinatorEpoch)
      .catch((error: unknown) => this.#parts.failed(error, transaction))
      .finally(() => {
        if (this.#sending.get(transactionalId) === sending) this.#sending.delete(transactionalId)
      })
    this.#sending.set(transactionalId, sending)
  }

  /** Resolves when no markers of the id are under way, at the latest after `timeoutMs`. False when nothing was to be waited for. */
  async idle(transactionalId: string, timeoutMs: number): Promise<boolean> {
    const sending = this.#sending.get(transactionalId)
    if (sending === undefined) return false
    const waited = Promise.withResolvers<void>()
    const timer = this.#parts.scheduler.after(timeoutMs, waited.resolve)
    await Promise.race([sending, waited.promise])
    timer.cancel()
    return true
  }

  [Symbol.dispose](): void {
    this.#stopped = true
    for (const [timer, resume] of this.#waiting) {
      timer.cancel()
      resume()
    }
  }

  async #send(transaction: Transaction, coordinatorEpoch: number): Promise<void> {
    const { producerId, producerEpoch, clientVersion, state } = transaction
    const marker: EndMarker = {
      producerId,
      producerEpoch,
      coordinatorEpoch,
      outcome: state === 'PrepareCommit' ? 'commit' : 'abort',
      transactionVersion: clientVersion,
    }
    let left = transaction.partitions
    let attempt = 0
    while (left.size > 0 && !this.#stopped) {
      left = await this.#parts.write(marker, left)
      if (left.size > 0) await this.#pause(attempt++)
    }
    if (!this.#stopped)
      this.#finish(transaction).catch((error: unknown) => this.#parts.failed(error, transaction))
  }

  async #finish(transaction: Transaction): Promise<void> {
    let attempt = 0
    while (!this.#stopped) {
      try {
        await this.#parts.written(transaction)
        return
      } catch (error) {
        if (!(error instanceof KafkaError) || error.errorName === 'NOT_COORDINATOR') throw error
        await this.#pause(attempt++)
      }
    }
  }

  async #pause(attempt: number): Promise<void> {
    if (this.#stopped) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = this.#parts.scheduler.after(
      Math.min(this.#parts.retryMs * 2 ** Math.min(attempt, 16), retryMaxMs),
      resolve,
    )
    this.#waiting.set(timer, resolve)
    await promise
    this.#waiting.delete(timer)
  }
}
