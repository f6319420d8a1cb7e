import { errorCode } from '../../protocol/errors.ts'
import type { DescribeTransactionsResponse } from '../../protocol/messages/65-describe-transactions.ts'
import type {
  ListTransactionsRequest,
  ListTransactionsResponse,
} from '../../protocol/messages/66-list-transactions.ts'
import { type Transaction, type TransactionState, transactionStates } from './transaction.ts'

type Described = DescribeTransactionsResponse['transactionStates'][number]

/** The filters of a ListTransactions, which all must let a transaction pass. Empty lists and negative durations filter nothing. */
export interface TransactionFilter {
  readonly states: ReadonlySet<string>
  readonly producerIds: ReadonlySet<number>
  readonly openForMs: number
  readonly pattern: RegExp | null
}

export function filterOf(request: ListTransactionsRequest, pattern: RegExp | null): TransactionFilter {
  return {
    states: new Set(request.stateFilters),
    producerIds: new Set(request.producerIdFilters),
    openForMs: request.durationFilter,
    pattern,
  }
}

/** Names of states that there are none of. */
export function unknownStates(names: readonly string[]): string[] {
  return names.filter((name) => !transactionStates.includes(name as TransactionState))
}

export function listed(
  transactions: Iterable<Transaction>,
  { states, producerIds, openForMs, pattern }: TransactionFilter,
  now: number,
): ListTransactionsResponse['transactionStates'] {
  const found = []
  for (const { transactionalId, producerId, state, startMs } of transactions) {
    if (states.size > 0 && !states.has(state)) continue
    if (producerIds.size > 0 && !producerIds.has(producerId)) continue
    if (openForMs >= 0 && now - startMs <= openForMs) continue
    if (pattern !== null && !pattern.test(transactionalId)) continue
    found.push({ transactionalId, producerId, transactionState: state })
  }
  return found
}

export function described(transaction: Transaction): Described {
  return {
    errorCode: errorCode('NONE'),
    transactionalId: transaction.transactionalId,
    transactionState: transaction.state,
    transactionTimeoutMs: transaction.timeoutMs,
    transactionStartTimeMs: transaction.startMs,
    producerId: transaction.producerId,
    producerEpoch: transaction.producerEpoch,
    topics: [...transaction.partitions].map(([topic, partitions]) => ({
      topic,
      partitions: [...partitions],
    })),
  }
}

export function notDescribed(transactionalId: string, code: number): Described {
  return {
    errorCode: code,
    transactionalId,
    transactionState: '',
    transactionTimeoutMs: 0,
    transactionStartTimeMs: 0,
    producerId: 0,
    producerEpoch: 0,
    topics: [],
  }
}
