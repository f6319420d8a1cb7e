/** ShareGroupDescribe 1 (KIP-932). 0 was an early draft. */
import type { MessageOf, MessageTable } from '../schema.ts'

export const shareGroupDescribeRequest = {
  name: 'ShareGroupDescribeRequest',
  versions: [1, 1],
  flexibleFrom: 1,
  fields: {
    groupIds: { type: '[]string' },
    includeAuthorizedOperations: { type: 'bool' },
  },
} as const satisfies MessageTable

export type ShareGroupDescribeRequest = MessageOf<typeof shareGroupDescribeRequest>

export const shareGroupDescribeResponse = {
  name: 'ShareGroupDescribeResponse',
  versions: [1, 1],
  flexibleFrom: 1,
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
            rackId: { type: 'string', nullable: true, default: null },
            memberEpoch: { type: 'int32' },
            clientId: { type: 'string' },
            clientHost: { type: 'string' },
            subscribedTopicNames: { type: '[]string' },
            assignment: {
              type: 'struct',
              fields: {
                topicPartitions: {
                  type: '[]struct',
                  fields: {
                    topicId: { type: 'uuid' },
                    topicName: { type: 'string' },
                    partitions: { type: '[]int32' },
                  },
                },
              },
            },
          },
        },
        authorizedOperations: { type: 'int32', default: -2147483648 },
      },
    },
  },
} as const satisfies MessageTable

export type ShareGroupDescribeResponse = MessageOf<typeof shareGroupDescribeResponse>
