/**
 * OffsetCommit 2-10. 5 drops the retention time, 6 adds the leader epoch (KIP-320), 7 static members
 * (KIP-345), 8 is flexible, 9 takes member epochs of the consumer protocol (KIP-848), 10 replaces names by
 * topic ids.
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const offsetCommitRequest = {
  name: 'OffsetCommitRequest',
  versions: [2, 10],
  flexibleFrom: 8,
  fields: {
    groupId: { type: 'string' },
    generationIdOrMemberEpoch: { type: 'int32', default: -1 },
    memberId: { type: 'string' },
    groupInstanceId: { type: 'string', versions: '7+', nullable: true, default: null },
    retentionTimeMs: { type: 'int64', versions: '2-4', default: -1, ignorable: true },
    topics: {
      type: '[]struct',
      fields: {
        name: { type: 'string', versions: '2-9', ignorable: true },
        topicId: { type: 'uuid', versions: '10+', ignorable: true },
        partitions: {
          type: '[]struct',
          fields: {
            partitionIndex: { type: 'int32' },
            committedOffset: { type: 'int64' },
            committedLeaderEpoch: { type: 'int32', versions: '6+', default: -1, ignorable: true },
            committedMetadata: { type: 'string', nullable: true },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type OffsetCommitRequest = MessageOf<typeof offsetCommitRequest>

export const offsetCommitResponse = {
  name: 'OffsetCommitResponse',
  versions: [2, 10],
  flexibleFrom: 8,
  fields: {
    throttleTimeMs: { type: 'int32', versions: '3+', default: 0, ignorable: true },
    topics: {
      type: '[]struct',
      fields: {
        name: { type: 'string', versions: '2-9', ignorable: true },
        topicId: { type: 'uuid', versions: '10+', ignorable: true },
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
} as const satisfies MessageTable

export type OffsetCommitResponse = MessageOf<typeof offsetCommitResponse>
