/** DescribeProducers 0 (KIP-664). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const describeProducersRequest = {
  name: 'DescribeProducersRequest',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    topics: {
      type: '[]struct',
      fields: {
        name: { type: 'string' },
        partitionIndexes: { type: '[]int32' },
      },
    },
  },
} as const satisfies MessageTable

export type DescribeProducersRequest = MessageOf<typeof describeProducersRequest>

export const describeProducersResponse = {
  name: 'DescribeProducersResponse',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    topics: {
      type: '[]struct',
      fields: {
        name: { type: 'string' },
        partitions: {
          type: '[]struct',
          fields: {
            partitionIndex: { type: 'int32' },
            errorCode: { type: 'int16' },
            errorMessage: { type: 'string', nullable: true, default: null },
            activeProducers: {
              type: '[]struct',
              fields: {
                producerId: { type: 'int64' },
                producerEpoch: { type: 'int32' },
                lastSequence: { type: 'int32', default: -1 },
                lastTimestamp: { type: 'int64', default: -1 },
                coordinatorEpoch: { type: 'int32' },
                currentTxnStartOffset: { type: 'int64', default: -1 },
              },
            },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type DescribeProducersResponse = MessageOf<typeof describeProducersResponse>
