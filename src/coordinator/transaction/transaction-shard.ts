import type { ErrorName } from '../../protocol/errors.ts'
import type { KafkaError } from '../../protocol/errors.ts'
import type { CoordinatorRecord } from '../runtime/coordinator-log.ts'
import type { CoordinatorShard } from '../runtime/coordinator-shard.ts'
import { TimelineMap } from '../runtime/timeline.ts'
import type { Timeline } from '../runtime/timeline.ts'
import { type AddPartitions, addPartitions, verifyPartition } from './add-partitions.ts'
import {
  abortByFence,
  completed,
  type EndTransaction,
  endTransaction,
  isExpired,
  isTimedOut,
} from './end-transaction.ts'
import { type InitProducerId, initProducerId } from './init-producer-id.ts'
import { type Identity, needsProducerId, type Outcome } from './outcome.ts'
import { isPreparing, type Transaction } from './transaction.ts'
import { decodeTransactionRecord, encodeTransactionRecord } from './transaction-record-codec.ts'
import type { Prepared, TransactionRecord, TransactionTurn, TransactionTypes } from './transaction-turn.ts'

export interface TransactionShardOptions {
  /** The level of transaction.version, which decides how records are written. */
  readonly version: () => number
  /** Told of each transaction whose end is decided and durable, so that it writes the markers and calls `complete`. */
  readonly prepared: (transaction: Transaction) => void
}

/** One partition of `__transaction_state` (Kafka: TransactionStateManager for one partition). */
export class TransactionShard implements CoordinatorShard<TransactionTypes> {
  readonly #transactions: TimelineMap<string, Transaction>
  readonly #options: TransactionShardOptions

  constructor(timeline: Timeline, options: TransactionShardOptions) {
    this.#transactions = new TimelineMap(timeline)
    this.#options = options
  }

  replay({ transactionalId, value }: TransactionRecord): void {
    if (value === null) this.#transactions.delete(transactionalId)
    else this.#transactions.set(transactionalId, value)
  }

  encode(record: TransactionRecord): CoordinatorRecord {
    return encodeTransactionRecord(record, this.#options.version() >= 1 ? 1 : 0)
  }

  decode(key: Buffer, value: Buffer | null): TransactionRecord | null {
    return decodeTransactionRecord(key, value)
  }

  /** Markers whose writing a stop has interrupted are written, some of them once more. */
  loaded(): void {
    for (const [, transaction] of this.#transactions.entries())
      if (isPreparing(transaction)) this.#options.prepared(transaction)
  }

  handle(): void {}

  stored({ transactionalId }: Prepared, error: KafkaError | null): void {
    const transaction = this.#transactions.get(transactionalId)
    if (error === null && transaction !== undefined && isPreparing(transaction))
      this.#options.prepared(transaction)
  }

  rolledBack(): void {}

  initProducerId(turn: TransactionTurn, request: InitProducerId): Outcome {
    return this.#apply(turn, initProducerId(this.#transactions.get(request.transactionalId), request))
  }

  addPartitions(turn: TransactionTurn, transactionalId: string, request: AddPartitions): Outcome {
    return this.#apply(turn, addPartitions(this.#transactions.get(transactionalId), request))
  }

  endTransaction(turn: TransactionTurn, transactionalId: string, request: EndTransaction): Outcome {
    return this.#apply(turn, endTransaction(this.#transactions.get(transactionalId), request))
  }

  /** Errors by partition, in the order of the request. */
  verifyPartitions(
    transactionalId: string,
    { producerId, producerEpoch, partitions }: AddPartitions,
  ): VerifiedTopic[] {
    const known = this.#transactions.get(transactionalId)
    return [...partitions].map(([topic, ids]) => ({
      topic,
      partitions: [...ids].map((partition) => ({
        partition,
        error: verifyPartition(known, { producerId, producerEpoch }, topic, partition),
      })),
    }))
  }

  /** Ids with their producers, of transactions whose time is over. */
  timedOut(now: number): ({ readonly transactionalId: string } & Identity)[] {
    return [...this.#transactions.entries()]
      .filter(([, transaction]) => isTimedOut(transaction, now))
      .map(([transactionalId, { producerId, producerEpoch }]) => ({
        transactionalId,
        producerId,
        producerEpoch,
      }))
  }

  /** Aborts the transaction if it is still that of this producer, and still timed out. */
  abortTimedOut(
    turn: TransactionTurn,
    transactionalId: string,
    producer: Identity,
    freshId: number | null,
  ): Outcome {
    const known = this.#transactions.get(transactionalId)
    const nothing: Outcome = { kind: 'done', next: null, identity: producer }
    if (known === undefined || !isTimedOut(known, turn.now)) return nothing
    if (known.producerId !== producer.producerId || known.producerEpoch !== producer.producerEpoch)
      return nothing
    const next = abortByFence(known, { version: this.#options.version(), freshId, now: turn.now })
    return next === null ? needsProducerId : this.#apply(turn, { ...nothing, next })
  }

  /** All markers of the prepared end are written. */
  complete(turn: TransactionTurn, { transactionalId, producerId, producerEpoch }: Transaction): void {
    const known = this.#transactions.get(transactionalId)
    if (known === undefined || !isPreparing(known)) return
    if (known.producerId !== producerId || known.producerEpoch !== producerEpoch) return
    turn.records.push({ transactionalId, value: completed(known, turn.now) })
  }

  /** Tombstones for ids that nobody has used for so long. */
  expire(turn: TransactionTurn, expirationMs: number): void {
    turn.atomic = false
    for (const [transactionalId, transaction] of this.#transactions.entries())
      if (isExpired(transaction, turn.now, expirationMs)) turn.records.push({ transactionalId, value: null })
  }

  /** As of what is durable. */
  describe(transactionalId: string): Transaction | undefined {
    return this.#transactions.getCommitted(transactionalId)
  }

  /** As of what is durable. */
  *all(): IterableIterator<Transaction> {
    for (const [, transaction] of this.#transactions.committedEntries()) yield transaction
  }

  #apply(turn: TransactionTurn, outcome: Outcome): Outcome {
    if (outcome.kind === 'needs-producer-id' || outcome.next === null) return outcome
    const { next } = outcome
    turn.records.push({ transactionalId: next.transactionalId, value: next })
    if (isPreparing(next)) turn.completion = { transactionalId: next.transactionalId }
    return outcome
  }
}

export interface VerifiedTopic {
  readonly topic: string
  readonly partitions: readonly { readonly partition: number; readonly error: ErrorName }[]
}
