/** The number of each state in the log; the index is what is written (Kafka: TransactionState). */
export const transactionStates = [
  'Empty',
  'Ongoing',
  'PrepareCommit',
  'PrepareAbort',
  'CompleteCommit',
  'CompleteAbort',
  'Dead',
  'PrepareEpochFence',
] as const

/** The last two never last: an id is dead when its tombstone is there, and fencing an epoch is part of preparing an abort. */
export type TransactionState = Exclude<(typeof transactionStates)[number], 'Dead' | 'PrepareEpochFence'>

/** Partitions by topic. */
export type TopicPartitions = ReadonlyMap<string, ReadonlySet<number>>

export const NO_PARTITIONS: TopicPartitions = new Map()
export const NO_PRODUCER_ID = -1
export const NO_EPOCH = -1
/** The largest epoch. No client gets it: it is what a marker has that ends the last transaction of a producer id. */
export const EPOCH_MAX = 0x7fff

/** What the coordinator knows of one transactional id. Immutable; the log has each version of it. */
export interface Transaction {
  readonly transactionalId: string
  readonly producerId: number
  /** The one before the last change, or -1: it tells a retry of the request that rotated it. */
  readonly previousProducerId: number
  /** What the producer will be told to use once the transaction has ended, when the epochs of its id are used up; else -1. */
  readonly nextProducerId: number
  readonly producerEpoch: number
  /** The epoch that the same producer had before, or -1 when another instance took over. Not in the log, as in Kafka. */
  readonly lastProducerEpoch: number
  readonly timeoutMs: number
  readonly state: TransactionState
  readonly partitions: TopicPartitions
  /** Wall clock; -1 while there was no transaction. */
  readonly startMs: number
  readonly updateMs: number
  /** 2 when the producer gets a new epoch with the end of each transaction (KIP-890), else 0. */
  readonly clientVersion: number
}

/** Whether the epoch is the last one that a client may have. */
export function isExhausted(epoch: number): boolean {
  return epoch >= EPOCH_MAX - 1
}

/** The transaction after a change. */
export function changed(before: Transaction, change: Partial<Transaction>): Transaction {
  return { ...before, previousProducerId: before.producerId, ...change }
}

export function isPreparing(transaction: Transaction): boolean {
  return transaction.state === 'PrepareCommit' || transaction.state === 'PrepareAbort'
}

export function hasPartitions(held: TopicPartitions, wanted: TopicPartitions): boolean {
  for (const [topic, partitions] of wanted) {
    const known = held.get(topic)
    if (known === undefined || !partitions.isSubsetOf(known)) return false
  }
  return true
}

export function withPartitions(held: TopicPartitions, added: TopicPartitions): TopicPartitions {
  const all = new Map(held)
  for (const [topic, partitions] of added) all.set(topic, (all.get(topic) ?? new Set()).union(partitions))
  return all
}
