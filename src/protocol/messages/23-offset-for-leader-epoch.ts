/**
 * OffsetForLeaderEpoch 2-4. 2 adds the current leader epoch for fencing (KIP-320), 3 the replica id, 4 is
 * flexible.
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const offsetForLeaderEpochRequest = {
  name: 'OffsetForLeaderEpochRequest',
  versions: [2, 4],
  flexibleFrom: 4,
  fields: {
    replicaId: { type: 'int32', versions: '3+', default: -2, ignorable: true },
    topics: {
      type: '[]struct',
      fields: {
        topic: { type: 'string' },
        partitions: {
          type: '[]struct',
          fields: {
            partition: { type: 'int32' },
            currentLeaderEpoch: { type: 'int32', default: -1 },
            leaderEpoch: { type: 'int32' },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type OffsetForLeaderEpochRequest = MessageOf<typeof offsetForLeaderEpochRequest>

export const offsetForLeaderEpochResponse = {
  name: 'OffsetForLeaderEpochResponse',
  versions: [2, 4],
  flexibleFrom: 4,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    topics: {
      type: '[]struct',
      fields: {
        topic: { type: 'string' },
        partitions: {
          type: '[]struct',
          fields: {
            errorCode: { type: 'int16' },
            partition: { type: 'int32' },
            leaderEpoch: { type: 'int32', default: -1 },
            endOffset: { type: 'int64', default: -1 },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type OffsetForLeaderEpochResponse = MessageOf<typeof offsetForLeaderEpochResponse>
