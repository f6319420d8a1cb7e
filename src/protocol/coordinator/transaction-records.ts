/** Records of transactions in __transaction_state. Values 1 are flexible and follow the producer through epoch bumps (KIP-890, KIP-939). */
import type { MessageTable } from '../schema.ts'
import type { CoordinatorRecords } from './coordinator-record.ts'

const transactionLogKey = {
  name: 'TransactionLogKey',
  versions: [0, 0],
  fields: {
    transactionalId: { type: 'string' },
  },
} as const satisfies MessageTable

const transactionLogValue = {
  name: 'TransactionLogValue',
  versions: [0, 1],
  flexibleFrom: 1,
  fields: {
    producerId: { type: 'int64' },
    previousProducerId: { type: 'int64', versions: '1+', default: -1, tag: 0, ignorable: true },
    nextProducerId: { type: 'int64', versions: '1+', default: -1, tag: 1, ignorable: true },
    producerEpoch: { type: 'int16' },
    nextProducerEpoch: { type: 'int16', versions: '1+', default: -1, tag: 3, ignorable: true },
    transactionTimeoutMs: { type: 'int32' },
    transactionStatus: { type: 'int8' },
    transactionPartitions: {
      type: '[]struct',
      nullable: true,
      fields: { topic: { type: 'string' }, partitionIds: { type: '[]int32' } },
    },
    transactionLastUpdateTimestampMs: { type: 'int64' },
    transactionStartTimestampMs: { type: 'int64' },
    clientTransactionVersion: { type: 'int16', versions: '1+', default: 0, tag: 2, ignorable: true },
  },
} as const satisfies MessageTable

/** Record types of __transaction_state. */
export const transactionRecords = {
  TRANSACTION_LOG: { id: 0, key: transactionLogKey, value: transactionLogValue },
} as const satisfies CoordinatorRecords
