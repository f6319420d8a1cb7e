/**
 * TxnOffsetCommit 0-6. 2 adds leader epochs (KIP-320), 3 is flexible and carries the member (KIP-447), 4 may
 * answer TRANSACTION_ABORTABLE, 5 adds the group to the transaction implicitly (both KIP-890), 6 replaces
 * names by topic ids (KIP-1319).
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const txnOffsetCommitRequest = {
  name: 'TxnOffsetCommitRequest',
  versions: [0, 6],
  flexibleFrom: 3,
  fields: {
    transactionalId: { type: 'string' },
    groupId: { type: 'string' },
    producerId: { type: 'int64' },
    producerEpoch: { type: 'int16' },
    generationIdOrMemberEpoch: { type: 'int32', versions: '3+', default: -1 },
    memberId: { type: 'string', versions: '3+', default: '' },
    groupInstanceId: { type: 'string', versions: '3+', nullable: true, default: null },
    topics: {
      type: '[]struct',
      fields: {
        name: { type: 'string', versions: '0-5', ignorable: true },
        topicId: { type: 'uuid', versions: '6+', ignorable: true },
        partitions: {
          type: '[]struct',
          fields: {
            partitionIndex: { type: 'int32' },
            committedOffset: { type: 'int64' },
            committedLeaderEpoch: { type: 'int32', versions: '2+', default: -1, ignorable: true },
            committedMetadata: { type: 'string', nullable: true },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type TxnOffsetCommitRequest = MessageOf<typeof txnOffsetCommitRequest>

export const txnOffsetCommitResponse = {
  name: 'TxnOffsetCommitResponse',
  versions: [0, 6],
  flexibleFrom: 3,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    topics: {
      type: '[]struct',
      fields: {
        name: { type: 'string', versions: '0-5', ignorable: true },
        topicId: { type: 'uuid', versions: '6+', ignorable: true },
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

export type TxnOffsetCommitResponse = MessageOf<typeof txnOffsetCommitResponse>
