/** ShareGroupHeartbeat 1 (KIP-932). 0 was an early draft. */
import type { MessageOf, MessageTable } from '../schema.ts'

export const shareGroupHeartbeatRequest = {
  name: 'ShareGroupHeartbeatRequest',
  versions: [1, 1],
  flexibleFrom: 1,
  fields: {
    groupId: { type: 'string' },
    memberId: { type: 'string' },
    memberEpoch: { type: 'int32' },
    rackId: { type: 'string', nullable: true, default: null },
    subscribedTopicNames: { type: '[]string', nullable: true, default: null },
  },
} as const satisfies MessageTable

export type ShareGroupHeartbeatRequest = MessageOf<typeof shareGroupHeartbeatRequest>

export const shareGroupHeartbeatResponse = {
  name: 'ShareGroupHeartbeatResponse',
  versions: [1, 1],
  flexibleFrom: 1,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16' },
    errorMessage: { type: 'string', nullable: true, default: null },
    memberId: { type: 'string', nullable: true, default: null },
    memberEpoch: { type: 'int32' },
    heartbeatIntervalMs: { type: 'int32' },
    assignment: {
      type: 'struct',
      nullable: true,
      default: null,
      fields: {
        topicPartitions: {
          type: '[]struct',
          fields: {
            topicId: { type: 'uuid' },
            partitions: { type: '[]int32' },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type ShareGroupHeartbeatResponse = MessageOf<typeof shareGroupHeartbeatResponse>
