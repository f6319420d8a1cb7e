import type { ReadRecord } from './history-client.ts'

export interface SessionOptions {
  readonly port: number
  readonly transactionalId: string
  /** Commits the offsets; the session is a member of it, or has all partitions by itself. */
  readonly groupId: string
  readonly topics: readonly string[]
  readonly partitions: number
  /** The consumer has been given other partitions, or the same ones anew. */
  readonly moved: (how: 'assign' | 'subscribe') => void
}

/**
 * A transactional producer together with the consumer whose offsets its transactions commit. Calls come one after another. When one
 * rejects the transaction can only be aborted.
 */
export interface TransactionSession {
  begin(): Promise<void>
  /** Offsets of the values, null where the client does not say. */
  send(topic: string, partition: number, values: readonly number[]): Promise<readonly (number | null)[]>
  /** Committed records that the group's transactions have not consumed yet; none when there are none soon. */
  poll(): Promise<readonly ReadRecord[]>
  /** Makes the positions behind what this transaction has polled a part of it. */
  sendOffsets(): Promise<void>
  commit(): Promise<void>
  /** What the transaction has polled comes again. */
  abort(): Promise<void>
  /** Gives up the consumer and keeps the producer, so that another instance may take over. */
  releaseConsumer(): Promise<void>
  /** Goes away at once, whatever is under way, as if the process had died. */
  crash(): Promise<void>
  close(): Promise<void>
  /** Stops the client's process for this time; null when it has none of its own. */
  readonly pause: ((ms: number) => Promise<void>) | null
}

/** A Kafka client with transactions. */
export interface TransactionClient {
  readonly name: string
  /** Fences the sessions before it that had the same transactional id, and ends what they have left open. */
  open(options: SessionOptions): Promise<TransactionSession>
}

/** Short enough that the coordinator ends in the run what a client has left open. */
export const transactionTimeoutMs = 4000

/** The transaction can not go on, but the session can: the group has moved partitions that the transaction has polled. */
export class PartitionsMovedError extends Error {
  constructor() {
    super('partitions were moved within a transaction')
  }
}
