/** DescribeTransactions 0 (KIP-664). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const describeTransactionsRequest = {
  name: 'DescribeTransactionsRequest',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    transactionalIds: { type: '[]string' },
  },
} as const satisfies MessageTable

export type DescribeTransactionsRequest = MessageOf<typeof describeTransactionsRequest>

export const describeTransactionsResponse = {
  name: 'DescribeTransactionsResponse',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    transactionStates: {
      type: '[]struct',
      fields: {
        errorCode: { type: 'int16' },
        transactionalId: { type: 'string' },
        transactionState: { type: 'string' },
        transactionTimeoutMs: { type: 'int32' },
        transactionStartTimeMs: { type: 'int64' },
        producerId: { type: 'int64' },
        producerEpoch: { type: 'int16' },
        topics: {
          type: '[]struct',
          fields: {
            topic: { type: 'string' },
            partitions: { type: '[]int32' },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type DescribeTransactionsResponse = MessageOf<typeof describeTransactionsResponse>
