/**
 * ListOffsets 1-11. 2 brings isolation levels, 4 leader epochs (KIP-320), 6 is flexible. New special
 * timestamps: 7 max timestamp (KIP-734), 8 local log start (KIP-405), 9 last tiered offset (KIP-1005), 11
 * earliest pending upload (KIP-1023). 10 adds a timeout for remote look-ups (KIP-1075).
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const listOffsetsRequest = {
  name: 'ListOffsetsRequest',
  versions: [1, 11],
  flexibleFrom: 6,
  fields: {
    replicaId: { type: 'int32' },
    isolationLevel: { type: 'int8', versions: '2+' },
    topics: {
      type: '[]struct',
      fields: {
        name: { type: 'string' },
        partitions: {
          type: '[]struct',
          fields: {
            partitionIndex: { type: 'int32' },
            currentLeaderEpoch: { type: 'int32', versions: '4+', default: -1, ignorable: true },
            timestamp: { type: 'int64' },
          },
        },
      },
    },
    timeoutMs: { type: 'int32', versions: '10+', ignorable: true },
  },
} as const satisfies MessageTable

export type ListOffsetsRequest = MessageOf<typeof listOffsetsRequest>

export const listOffsetsResponse = {
  name: 'ListOffsetsResponse',
  versions: [1, 11],
  flexibleFrom: 6,
  fields: {
    throttleTimeMs: { type: 'int32', versions: '2+', default: 0, ignorable: true },
    topics: {
      type: '[]struct',
      fields: {
        name: { type: 'string' },
        partitions: {
          type: '[]struct',
          fields: {
            partitionIndex: { type: 'int32' },
            errorCode: { type: 'int16' },
            timestamp: { type: 'int64', default: -1 },
            offset: { type: 'int64', default: -1 },
            leaderEpoch: { type: 'int32', versions: '4+', default: -1 },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type ListOffsetsResponse = MessageOf<typeof listOffsetsResponse>
