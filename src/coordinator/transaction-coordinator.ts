import type { Clock } from '../env/clock.ts'
import type { Scheduler, Timer } from '../env/scheduler.ts'
import { type ErrorName, errorCode, KafkaError } from '../protocol/errors.ts'
import type {
  InitProducerIdRequest,
  InitProducerIdResponse,
} from '../protocol/messages/22-init-producer-id.ts'
import type { EndTxnResponse } from '../protocol/messages/26-end-txn.ts'
import type { DescribeTransactionsResponse } from '../protocol/messages/65-describe-transactions.ts'
import type {
  ListTransactionsRequest,
  ListTransactionsResponse,
} from '../protocol/messages/66-list-transactions.ts'
import { partitionForGroup } from './group/partition-for-group.ts'
import type { CoordinatorLog } from './runtime/coordinator-log.ts'
import { CoordinatorRuntime } from './runtime/coordinator-runtime.ts'
import type { AddPartitions } from './transaction/add-partitions.ts'
import { described, filterOf, listed, notDescribed, unknownStates } from './transaction/list-transactions.ts'
import { MarkerSender, type MarkerWriter } from './transaction/marker-sender.ts'
import type { Identity, Outcome } from './transaction/outcome.ts'
import type { Transaction } from './transaction/transaction.ts'
import type { TransactionOptions } from './transaction/transaction-options.ts'
import { TransactionShard, type VerifiedTopic } from './transaction/transaction-shard.ts'
import type { TransactionTurn, TransactionTypes } from './transaction/transaction-turn.ts'

export interface TransactionCoordinatorParts {
  readonly log: CoordinatorLog
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly options: TransactionOptions
  /** Partitions of `__transaction_state`. It never changes, since transactional ids are placed by it. */
  readonly partitions: number
  /** A producer id that nobody ever had. */
  readonly takeProducerId: () => Promise<number>
  /** The level of transaction.version. */
  readonly version: () => number
  /** The leader epoch of a partition of `__transaction_state`: markers of an older one are refused. */
  readonly coordinatorEpoch: (partition: number) => number
  readonly writeMarkers: MarkerWriter
  /** Hears of errors that no client can be told about. */
  readonly failed: (error: unknown, detail: Readonly<Record<string, unknown>>) => void
}

type Decide = (shard: TransactionShard, turn: TransactionTurn, freshId: number | null) => Outcome

/** An outcome as the client gets it. */
interface Answer {
  readonly error: ErrorName
  readonly identity: Identity
}

const nobody: Identity = { producerId: -1, producerEpoch: -1 }

/**
 * The transaction coordinator as the broker's handlers see it (Kafka: TransactionCoordinator). Expected failures are error codes in
 * the response, never rejections. It serves the partitions of `__transaction_state` that were loaded.
 */
export class TransactionCoordinator implements Disposable {
  readonly #parts: TransactionCoordinatorParts
  readonly #runtime: CoordinatorRuntime<TransactionTypes, TransactionShard>
  readonly #sender: MarkerSender
  readonly #timers: Timer[]

  constructor(parts: TransactionCoordinatorParts) {
    const { options, log, clock, scheduler, failed, version } = parts
    this.#parts = parts
    this.#sender = new MarkerSender({
      scheduler,
      retryMs: options.markersRetryMs,
      write: parts.writeMarkers,
      written: (transaction) => this.#complete(transaction),
      failed: (error, { transactionalId }) => failed(error, { transactionalId }),
    })
    this.#runtime = new CoordinatorRuntime<TransactionTypes, TransactionShard>(
      (timeline, partition) =>
        new TransactionShard(timeline, {
          version,
          prepared: (transaction) => this.#sender.send(transaction, parts.coordinatorEpoch(partition)),
        }),
      {
        log,
        clock,
        scheduler,
        failed: (error, partition) => failed(error, { partition }),
        appendMaxBytes: options.appendMaxBytes,
        pendingMaxBytes: options.pendingMaxBytes,
        writeTimeoutMs: options.writeTimeoutMs,
      },
    )
    this.#timers = [
      scheduler.every(options.abortIntervalMs, () => this.#inBackground(this.abortTimedOut())),
      scheduler.every(options.expirationIntervalMs, () => this.#inBackground(this.expireIds())),
    ]
  }

  /** The partition of `__transaction_state` whose leader coordinates the transactional id. */
  partitionFor(transactionalId: string): number {
    return partitionForGroup(transactionalId, this.#parts.partitions)
  }

  /** This broker leads the partition now. Resolves once its transactions are loaded. */
  load(partition: number): Promise<void> {
    return this.#runtime.load(partition)
  }

  /** InitProducerId 0-5 of a transactional producer. */
  async initProducerId(request: InitProducerIdRequest): Promise<InitProducerIdResponse> {
    const { transactionalId, transactionTimeoutMs: timeoutMs, producerId, producerEpoch } = request
    if (transactionalId === null || transactionalId === '')
      return initResponse({ error: 'INVALID_REQUEST', identity: nobody })
    if (timeoutMs <= 0 || timeoutMs > this.#parts.options.timeoutMaxMs)
      return initResponse({ error: 'INVALID_TRANSACTION_TIMEOUT', identity: nobody })
    const expected = producerId === -1 ? null : { producerId, producerEpoch }
    const version = this.#parts.version()
    const answer = await this.#decide(transactionalId, (shard, turn, freshId) =>
      shard.initProducerId(turn, { transactionalId, timeoutMs, expected, freshId, version, now: turn.now }),
    )
    return initResponse(answer)
  }

  /**
   * Adds partitions to the producer's transaction, or begins one. When the markers of the transaction before are still being written,
   * waits for a moment before it says so.
   */
  async addPartitions(transactionalId: string, request: Omit<AddPartitions, 'now'>): Promise<ErrorName> {
    if (transactionalId === '') return 'INVALID_REQUEST'
    const decide: Decide = (shard, turn) =>
      shard.addPartitions(turn, transactionalId, { ...request, now: turn.now })
    const { error } = await this.#decide(transactionalId, decide)
    if (error !== 'CONCURRENT_TRANSACTIONS') return error
    const waited = await this.#sender.idle(transactionalId, this.#parts.options.markersWaitMs)
    return waited ? (await this.#decide(transactionalId, decide)).error : error
  }

  /** Whether records of these partitions may be written now: an error for each (AddPartitionsToTxn with verifyOnly). */
  async verifyPartitions(
    transactionalId: string,
    request: Omit<AddPartitions, 'now'>,
  ): Promise<VerifiedTopic[]> {
    const all = (error: ErrorName): VerifiedTopic[] =>
      [...request.partitions].map(([topic, ids]) => ({
        topic,
        partitions: [...ids].map((partition) => ({ partition, error })),
      }))
    if (transactionalId === '') return all('INVALID_REQUEST')
    try {
      return await this.#runtime.write(this.partitionFor(transactionalId), (shard, turn) =>
        shard.verifyPartitions(transactionalId, { ...request, now: turn.now }),
      )
    } catch (error) {
      if (error instanceof KafkaError) return all(error.errorName)
      throw error
    }
  }

  /** EndTxn 0-5. The answer comes when the decision is durable; the markers follow. */
  async endTransaction(
    transactionalId: string,
    request: { readonly committed: boolean; readonly clientVersion: number } & Identity,
  ): Promise<EndTxnResponse> {
    const answer =
      transactionalId === ''
        ? { error: 'INVALID_REQUEST' as const, identity: nobody }
        : await this.#decide(transactionalId, (shard, turn, freshId) =>
            shard.endTransaction(turn, transactionalId, { ...request, freshId, now: turn.now }),
          )
    const identity = request.clientVersion >= 2 ? answer.identity : nobody
    return { throttleTimeMs: 0, errorCode: errorCode(answer.error), ...identity }
  }

  /** DescribeTransactions 0. Each id stands for itself. */
  describeTransactions(transactionalIds: readonly string[]): DescribeTransactionsResponse {
    const describe = (transactionalId: string): DescribeTransactionsResponse['transactionStates'][number] => {
      if (transactionalId === '') return notDescribed(transactionalId, errorCode('INVALID_REQUEST'))
      try {
        const known = this.#runtime.read(this.partitionFor(transactionalId), (shard) =>
          shard.describe(transactionalId),
        )
        return known === undefined
          ? notDescribed(transactionalId, errorCode('TRANSACTIONAL_ID_NOT_FOUND'))
          : described(known)
      } catch (error) {
        if (error instanceof KafkaError) return notDescribed(transactionalId, error.code)
        throw error
      }
    }
    return { throttleTimeMs: 0, transactionStates: transactionalIds.map(describe) }
  }

  /** ListTransactions 0-2: those of the partitions held here. While one of them is being loaded, only its error. */
  listTransactions(request: ListTransactionsRequest, pattern: RegExp | null): ListTransactionsResponse {
    const unknownStateFilters = unknownStates(request.stateFilters)
    const filter = filterOf(request, pattern)
    const now = this.#parts.clock.now()
    try {
      const transactionStates = this.#runtime.readAll((shard) => listed(shard.all(), filter, now)).flat()
      return { throttleTimeMs: 0, errorCode: errorCode('NONE'), unknownStateFilters, transactionStates }
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      return { throttleTimeMs: 0, errorCode: error.code, unknownStateFilters, transactionStates: [] }
    }
  }

  /** Transactions by state, of the partitions that are loaded. */
  *transactions(): IterableIterator<Transaction> {
    for (const partition of this.#runtime.partitions)
      if (this.#runtime.isActive(partition)) yield* this.#runtime.read(partition, (shard) => [...shard.all()])
  }

  /** Aborts every transaction that has been open for longer than its producer wanted. */
  async abortTimedOut(): Promise<void> {
    const now = this.#parts.clock.now()
    for (const partition of this.#runtime.partitions) {
      if (!this.#runtime.isActive(partition)) continue
      const timedOut = this.#runtime.read(partition, (shard) => shard.timedOut(now))
      for (const { transactionalId, ...producer } of timedOut) {
        const { error } = await this.#decide(transactionalId, (shard, turn, freshId) =>
          shard.abortTimedOut(turn, transactionalId, producer, freshId),
        )
        if (error !== 'NONE')
          this.#parts.failed(new KafkaError(error, 'a timed out transaction was not aborted'), {
            transactionalId,
          })
      }
    }
  }

  /** Forgets ids that nobody has used for `idExpirationMs`. */
  async expireIds(): Promise<void> {
    for (const partition of this.#runtime.partitions) {
      if (!this.#runtime.isActive(partition)) continue
      await this.#runtime.write(partition, (shard, turn) =>
        shard.expire(turn, this.#parts.options.idExpirationMs),
      )
    }
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers) timer.cancel()
    this.#sender[Symbol.dispose]()
    this.#runtime[Symbol.dispose]()
  }

  /** Decides, once more with a producer id if one is needed. */
  async #decide(transactionalId: string, decide: Decide): Promise<Answer> {
    const partition = this.partitionFor(transactionalId)
    let freshId: number | null = null
    try {
      for (;;) {
        const outcome: Outcome = await this.#runtime.write(partition, (shard, turn) =>
          decide(shard, turn, freshId),
        )
        if (outcome.kind === 'done') return { error: 'NONE', identity: outcome.identity }
        if (outcome.kind === 'error') return { error: outcome.error, identity: nobody }
        freshId = await this.#parts.takeProducerId()
      }
    } catch (error) {
      if (error instanceof KafkaError) return { error: error.errorName, identity: nobody }
      throw error
    }
  }

  async #complete(transaction: Transaction): Promise<void> {
    await this.#runtime.write(this.partitionFor(transaction.transactionalId), (shard, turn) =>
      shard.complete(turn, transaction),
    )
  }

  #inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.#parts.failed(error, {}))
  }
}

function initResponse({ error, identity }: Answer): InitProducerIdResponse {
  return { throttleTimeMs: 0, errorCode: errorCode(error), ...identity }
}
