/** WriteTxnMarkers 1-2. 1 is flexible, 2 names the transaction version of each marker (KIP-1228). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const writeTxnMarkersRequest = {
  name: 'WriteTxnMarkersRequest',
  versions: [1, 2],
  flexibleFrom: 1,
  fields: {
    markers: {
      type: '[]struct',
      fields: {
        producerId: { type: 'int64' },
        producerEpoch: { type: 'int16' },
        transactionResult: { type: 'bool' },
        topics: {
          type: '[]struct',
          fields: {
            name: { type: 'string' },
            partitionIndexes: { type: '[]int32' },
          },
        },
        coordinatorEpoch: { type: 'int32' },
        transactionVersion: { type: 'int8', versions: '2+', default: 0, ignorable: true },
      },
    },
  },
} as const satisfies MessageTable

export type WriteTxnMarkersRequest = MessageOf<typeof writeTxnMarkersRequest>

export const writeTxnMarkersResponse = {
  name: 'WriteTxnMarkersResponse',
  versions: [1, 2],
  flexibleFrom: 1,
  fields: {
    markers: {
      type: '[]struct',
      fields: {
        producerId: { type: 'int64' },
        topics: {
          type: '[]struct',
          fields: {
            name: { type: 'string' },
            partitions: {
              type: '[]struct',
              fields: {
                partitionIndex: { type: 'int32' },
                errorCode: { type: 'int16' },
              },
            },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type WriteTxnMarkersResponse = MessageOf<typeof writeTxnMarkersResponse>
