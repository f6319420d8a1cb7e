/** ConsumerGroupDescribe 0-1 (KIP-848). 1 returns the member's type (KIP-1099). */
import type { Fields, MessageOf, MessageTable } from '../schema.ts'

export const consumerGroupDescribeRequest = {
  name: 'ConsumerGroupDescribeRequest',
  versions: [0, 1],
  flexibleFrom: 0,
  fields: {
    groupIds: { type: '[]string' },
    includeAuthorizedOperations: { type: 'bool' },
  },
} as const satisfies MessageTable

export type ConsumerGroupDescribeRequest = MessageOf<typeof consumerGroupDescribeRequest>

const assignmentFields = {
  topicPartitions: {
    type: '[]struct',
    fields: {
      topicId: { type: 'uuid' },
      topicName: { type: 'string' },
      partitions: { type: '[]int32' },
    },
  },
} as const satisfies Fields

export const consumerGroupDescribeResponse = {
  name: 'ConsumerGroupDescribeResponse',
  versions: [0, 1],
  flexibleFrom: 0,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    groups: {
      type: '[]struct',
      fields: {
        errorCode: { type: 'int16' },
        errorMessage: { type: 'string', nullable: true, default: null },
        groupId: { type: 'string' },
        groupState: { type: 'string' },
        groupEpoch: { type: 'int32' },
        assignmentEpoch: { type: 'int32' },
        assignorName: { type: 'string' },
        members: {
          type: '[]struct',
          fields: {
            memberId: { type: 'string' },
            instanceId: { type: 'string', nullable: true, default: null },
            rackId: { type: 'string', nullable: true, default: null },
            memberEpoch: { type: 'int32' },
            clientId: { type: 'string' },
            clientHost: { type: 'string' },
            subscribedTopicNames: { type: '[]string' },
            subscribedTopicRegex: { type: 'string', nullable: true, default: null },
            assignment: { type: 'struct', fields: assignmentFields },
            targetAssignment: { type: 'struct', fields: assignmentFields },
            memberType: { type: 'int8', versions: '1+', default: -1, ignorable: true },
          },
        },
        authorizedOperations: { type: 'int32', default: -2147483648 },
      },
    },
  },
} as const satisfies MessageTable

export type ConsumerGroupDescribeResponse = MessageOf<typeof consumerGroupDescribeResponse>
