/**
 * ConsumerGroupHeartbeat 0-1 (KIP-848). 1 subscribes by a regular expression and lets the client make its
 * member id (KIP-1082).
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const consumerGroupHeartbeatRequest = {
  name: 'ConsumerGroupHeartbeatRequest',
  versions: [0, 1],
  flexibleFrom: 0,
  fields: {
    groupId: { type: 'string' },
    memberId: { type: 'string' },
    memberEpoch: { type: 'int32' },
    instanceId: { type: 'string', nullable: true, default: null },
    rackId: { type: 'string', nullable: true, default: null },
    rebalanceTimeoutMs: { type: 'int32', default: -1 },
    subscribedTopicNames: { type: '[]string', nullable: true, default: null },
    subscribedTopicRegex: { type: 'string', versions: '1+', nullable: true, default: null },
    serverAssignor: { type: 'string', nullable: true, default: null },
    topicPartitions: {
      type: '[]struct',
      nullable: true,
      default: null,
      fields: {
        topicId: { type: 'uuid' },
        partitions: { type: '[]int32' },
      },
    },
  },
} as const satisfies MessageTable

export type ConsumerGroupHeartbeatRequest = MessageOf<typeof consumerGroupHeartbeatRequest>

export const consumerGroupHeartbeatResponse = {
  name: 'ConsumerGroupHeartbeatResponse',
  versions: [0, 1],
  flexibleFrom: 0,
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

export type ConsumerGroupHeartbeatResponse = MessageOf<typeof consumerGroupHeartbeatResponse>
