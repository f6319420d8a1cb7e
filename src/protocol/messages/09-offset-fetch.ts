/**
 * OffsetFetch 1-10. 2 asks for all topics with null and reports a group error, 5 returns leader epochs, 6 is
 * flexible, 7 can insist on stable offsets (KIP-447), 8 asks for several groups (KIP-709), 9 checks member
 * epochs (KIP-848), 10 replaces names by topic ids.
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const offsetFetchRequest = {
  name: 'OffsetFetchRequest',
  versions: [1, 10],
  flexibleFrom: 6,
  fields: {
    groupId: { type: 'string', versions: '1-7' },
    topics: {
      type: '[]struct',
      versions: '1-7',
      nullable: '2+',
      fields: {
        name: { type: 'string' },
        partitionIndexes: { type: '[]int32' },
      },
    },
    groups: {
      type: '[]struct',
      versions: '8+',
      fields: {
        groupId: { type: 'string' },
        memberId: { type: 'string', versions: '9+', nullable: true, default: null, ignorable: true },
        memberEpoch: { type: 'int32', versions: '9+', default: -1, ignorable: true },
        topics: {
          type: '[]struct',
          nullable: true,
          fields: {
            name: { type: 'string', versions: '8-9', ignorable: true },
            topicId: { type: 'uuid', versions: '10+', ignorable: true },
            partitionIndexes: { type: '[]int32' },
          },
        },
      },
    },
    requireStable: { type: 'bool', versions: '7+', default: false },
  },
} as const satisfies MessageTable

export type OffsetFetchRequest = MessageOf<typeof offsetFetchRequest>

export const offsetFetchResponse = {
  name: 'OffsetFetchResponse',
  versions: [1, 10],
  flexibleFrom: 6,
  fields: {
    throttleTimeMs: { type: 'int32', versions: '3+', default: 0, ignorable: true },
    topics: {
      type: '[]struct',
      versions: '1-7',
      fields: {
        name: { type: 'string' },
        partitions: {
          type: '[]struct',
          fields: {
            partitionIndex: { type: 'int32' },
            committedOffset: { type: 'int64' },
            committedLeaderEpoch: { type: 'int32', versions: '5+', default: -1, ignorable: true },
            metadata: { type: 'string', nullable: true },
            errorCode: { type: 'int16' },
          },
        },
      },
    },
    errorCode: { type: 'int16', versions: '2-7', default: 0, ignorable: true },
    groups: {
      type: '[]struct',
      versions: '8+',
      fields: {
        groupId: { type: 'string' },
        topics: {
          type: '[]struct',
          fields: {
            name: { type: 'string', versions: '8-9', ignorable: true },
            topicId: { type: 'uuid', versions: '10+', ignorable: true },
            partitions: {
              type: '[]struct',
              fields: {
                partitionIndex: { type: 'int32' },
                committedOffset: { type: 'int64' },
                committedLeaderEpoch: { type: 'int32', default: -1 },
                metadata: { type: 'string', nullable: true },
                errorCode: { type: 'int16' },
              },
            },
          },
        },
        errorCode: { type: 'int16', default: 0 },
      },
    },
  },
} as const satisfies MessageTable

export type OffsetFetchResponse = MessageOf<typeof offsetFetchResponse>
