/** DescribeTransactions 0 (KIP-664): state, producer and partitions of transactional ids, each of which stands for itself. */
import { notDescribed } from '../../coordinator/transaction/list-transactions.ts'
import { defineHandler } from '../handler.ts'

export const describeTransactionsHandler = defineHandler<'DescribeTransactions'>({
  api: 'DescribeTransactions',
  handle: ({ transactionalIds }, { broker }) => broker.transactions.describeTransactions(transactionalIds),
  failed: (code, _message, { transactionalIds }) => ({
    throttleTimeMs: 0,
    transactionStates: transactionalIds.map((transactionalId) => notDescribed(transactionalId, code)),
  }),
})
