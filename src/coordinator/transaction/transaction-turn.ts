import type { Turn } from '../runtime/turn.ts'
import type { Transaction } from './transaction.ts'

/** A record of `__transaction_state`. A null value is a tombstone. */
export interface TransactionRecord {
  readonly transactionalId: string
  readonly value: Transaction | null
}

/** The end of a transaction is decided and durable: its markers can be written. */
export interface Prepared {
  readonly transactionalId: string
}

export interface TransactionTypes {
  readonly record: TransactionRecord
  readonly event: never
  readonly completion: Prepared
  readonly parked: never
}

export type TransactionTurn = Turn<TransactionTypes>
