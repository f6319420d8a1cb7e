/** ShareAcknowledge 1-2 (KIP-932). 0 was an early draft, 2 adds lock renewal (KIP-1222). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const shareAcknowledgeRequest = {
  name: 'ShareAcknowledgeRequest',
  versions: [1, 2],
  flexibleFrom: 1,
  fields: {
    groupId: { type: 'string', nullable: true, default: null },
    memberId: { type: 'string', nullable: true },
    shareSessionEpoch: { type: 'int32' },
    isRenewAck: { type: 'bool', versions: '2+', default: false },
    topics: {
      type: '[]struct',
      fields: {
        topicId: { type: 'uuid' },
        partitions: {
          type: '[]struct',
          fields: {
            partitionIndex: { type: 'int32' },
            acknowledgementBatches: {
              type: '[]struct',
              fields: {
                firstOffset: { type: 'int64' },
                lastOffset: { type: 'int64' },
                acknowledgeTypes: { type: '[]int8' },
              },
            },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type ShareAcknowledgeRequest = MessageOf<typeof shareAcknowledgeRequest>

export const shareAcknowledgeResponse = {
  name: 'ShareAcknowledgeResponse',
  versions: [1, 2],
  flexibleFrom: 1,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16' },
    errorMessage: { type: 'string', nullable: true, default: null },
    acquisitionLockTimeoutMs: { type: 'int32', versions: '2+', ignorable: true },
    responses: {
      type: '[]struct',
      fields: {
        topicId: { type: 'uuid' },
        partitions: {
          type: '[]struct',
          fields: {
            partitionIndex: { type: 'int32' },
            errorCode: { type: 'int16' },
            errorMessage: { type: 'string', nullable: true, default: null },
            currentLeader: {
              type: 'struct',
              fields: {
                leaderId: { type: 'int32' },
                leaderEpoch: { type: 'int32' },
              },
            },
          },
        },
      },
    },
    nodeEndpoints: {
      type: '[]struct',
      fields: {
        nodeId: { type: 'int32' },
        host: { type: 'string' },
        port: { type: 'int32' },
        rack: { type: 'string', nullable: true, default: null },
      },
    },
  },
} as const satisfies MessageTable

export type ShareAcknowledgeResponse = MessageOf<typeof shareAcknowledgeResponse>
