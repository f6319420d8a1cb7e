import { OffsetStore } from '../../src/coordinator/group/offsets/offset-store.ts'
import { MarkerSender } from '../../src/coordinator/transaction/marker-sender.ts'
import type { TopicPartitions } from '../../src/coordinator/transaction/transaction.ts'
import { TransactionShard } from '../../src/coordinator/transaction/transaction-shard.ts'
import { PartitionTransactions } from '../../src/log/partition-transactions.ts'
import { replace } from '../../src/log/testing/planted-bugs.ts'

/** Bugs of a broker with transactions, for the checker to find. Each plants itself into the process. */
export const transactionBugs = {
  'open transactions are shown': () =>
    void replace(
      PartitionTransactions.prototype,
      'lastStableOffset',
      () => (highWatermark: number) => highWatermark,
    ),
  'readers are not told what was aborted': () =>
    void replace(PartitionTransactions.prototype, 'abortedTransactions', () => () => []),
  'abort markers are lost': () =>
    void replace(
      MarkerSender.prototype,
      'send',
      (send) =>
        function (this: MarkerSender, transaction, coordinatorEpoch) {
          const { state, partitions } = transaction
          const left = state === 'PrepareAbort' ? withoutFirst(partitions) : partitions
          send.call(this, { ...transaction, partitions: left }, coordinatorEpoch)
        },
    ),
  'fenced producers are let in': () => {
    const asCurrent = <T extends { producerId: number; producerEpoch: number }>(
      shard: TransactionShard,
      transactionalId: string,
      request: T,
    ): T => {
      const known = shard.describe(transactionalId)
      if (known === undefined) return request
      return { ...request, producerId: known.producerId, producerEpoch: known.producerEpoch }
    }
    replace(
      TransactionShard.prototype,
      'endTransaction',
      (endTransaction) =>
        function (this: TransactionShard, turn, transactionalId, request) {
          return endTransaction.call(this, turn, transactionalId, asCurrent(this, transactionalId, request))
        },
    )
    replace(
      TransactionShard.prototype,
      'addPartitions',
      (addPartitions) =>
        function (this: TransactionShard, turn, transactionalId, request) {
          return addPartitions.call(this, turn, transactionalId, asCurrent(this, transactionalId, request))
        },
    )
  },
  'offsets are not part of the transaction': () =>
    void replace(
      OffsetStore.prototype,
      'endTransaction',
      (endTransaction) =>
        function (this: OffsetStore, producerId) {
          endTransaction.call(this, producerId, 'abort')
        },
    ),
} as const satisfies Record<string, () => void>

export type TransactionBug = keyof typeof transactionBugs

function withoutFirst(partitions: TopicPartitions): TopicPartitions {
  const left = new Map<string, ReadonlySet<number>>()
  let dropped = false
  for (const [topic, ids] of partitions) {
    const kept = dropped ? ids : new Set([...ids].slice(1))
    dropped = true
    if (kept.size > 0) left.set(topic, kept)
  }
  return left
}
