import type { Prng } from '../../env/sim/prng.ts'
import { transactionMarker, type TransactionOutcome } from '../../records/control-record.ts'
import type { PartitionLog } from '../partition-log.ts'
import type { EndMarker } from '../producer-state.ts'
import { markerId } from './marker-id.ts'
import type { PartitionModel, SentBatch } from './partition-model.ts'
import { testBatch } from './test-batch.ts'

/**
 * A transactional producer of one partition together with its coordinator: each transaction has an epoch of its own, and its end is a
 * marker with the next one (KIP-890). After a crash the coordinator writes the marker of what was decided again, or aborts.
 */
export class SimTransactions {
  readonly model: PartitionModel
  readonly #id: number
  #epoch = 0
  #nextSequence = 0
  #coordinatorEpoch = 1
  /** The end that was decided, and not acknowledged yet. */
  #decided: TransactionOutcome | null = null
  /** A batch was placed in this epoch, as far as the producer knows. */
  #open = false
  #restarted = false
  #ending = false

  constructor(model: PartitionModel, id: number) {
    this.model = model
    this.#id = id
  }

  get producerId(): number {
    return this.#id
  }

  /** What comes next: a batch, the end of the transaction, or nothing before its marker is known to stay. */
  next(random: Prng): 'batch' | 'end' | 'wait' {
    if (this.#ending) return 'wait'
    if (this.#restarted || this.#decided !== null) return 'end'
    return this.#open && random.chance(0.4) ? 'end' : 'batch'
  }

  batch(id: number, random: Prng, nowMs: number): SentBatch {
    const records = 1 + random.below(3)
    const identity = { producerId: this.#id, producerEpoch: this.#epoch, baseSequence: this.#nextSequence }
    const shape = { records, valueBytes: random.below(400), timestamp: Math.floor(nowMs) }
    return { bytes: testBatch({ id, ...shape, ...identity, transactional: true }), id, records, ...identity }
  }

  /** The guard that the batch needs in this log. */
  guard(
    log: PartitionLog,
    { producerId, producerEpoch, baseSequence }: SentBatch,
    nowMs: number,
  ): object | null {
    return log.startVerification({ producerId, producerEpoch, baseSequence }, true, nowMs)
  }

  placed(sent: SentBatch): void {
    this.#open = true
    this.#nextSequence += sent.records
  }

  /** The marker that ends the transaction, and what will stand in the log for it. */
  end(random: Prng, nowMs: number): { marker: EndMarker; sent: SentBatch } {
    this.#decided ??= this.#restarted || random.chance(0.4) ? 'abort' : 'commit'
    const producerEpoch = this.#epoch + 1
    const identity = { producerId: this.#id, producerEpoch, coordinatorEpoch: this.#coordinatorEpoch }
    const marker: EndMarker = { ...identity, outcome: this.#decided, transactionVersion: 2 }
    const bytes = transactionMarker(this.#decided, { ...identity, timestamp: nowMs })
    const id = markerId(this.#id, producerEpoch)
    return { marker, sent: { bytes, id, records: 1, producerId: this.#id, producerEpoch, baseSequence: -1 } }
  }

  /** The marker was taken, and may be lost yet. */
  ending(): void {
    this.#ending = true
  }

  /** The marker stands in the log and will stay: the next transaction begins. */
  ended(): void {
    this.#ending = false
    this.#epoch += 1
    this.#nextSequence = 0
    this.#decided = null
    this.#open = false
    this.#restarted = false
  }

  /** Another process answers: what it decided is known, what was sent may be lost. */
  restarted(): void {
    this.#restarted = true
    this.#ending = false
    this.#coordinatorEpoch += 1
  }
}
