/** DescribeTopicPartitions 0: topics page by page, with eligible leader replicas (KIP-966). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const describeTopicPartitionsRequest = {
  name: 'DescribeTopicPartitionsRequest',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    topics: {
      type: '[]struct',
      fields: {
        name: { type: 'string' },
      },
    },
    responsePartitionLimit: { type: 'int32', default: 2000 },
    cursor: {
      type: 'struct',
      nullable: true,
      default: null,
      fields: {
        topicName: { type: 'string' },
        partitionIndex: { type: 'int32' },
      },
    },
  },
} as const satisfies MessageTable

export type DescribeTopicPartitionsRequest = MessageOf<typeof describeTopicPartitionsRequest>

export const describeTopicPartitionsResponse = {
  name: 'DescribeTopicPartitionsResponse',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    topics: {
      type: '[]struct',
      fields: {
        errorCode: { type: 'int16' },
        name: { type: 'string', nullable: true },
        topicId: { type: 'uuid' },
        isInternal: { type: 'bool', default: false },
        partitions: {
          type: '[]struct',
          fields: {
            errorCode: { type: 'int16' },
            partitionIndex: { type: 'int32' },
            leaderId: { type: 'int32' },
            leaderEpoch: { type: 'int32', default: -1 },
            replicaNodes: { type: '[]int32' },
            isrNodes: { type: '[]int32' },
            eligibleLeaderReplicas: { type: '[]int32', nullable: true, default: null },
            lastKnownElr: { type: '[]int32', nullable: true, default: null },
            offlineReplicas: { type: '[]int32' },
          },
        },
        topicAuthorizedOperations: { type: 'int32', default: -2147483648 },
      },
    },
    nextCursor: {
      type: 'struct',
      nullable: true,
      default: null,
      fields: {
        topicName: { type: 'string' },
        partitionIndex: { type: 'int32' },
      },
    },
  },
} as const satisfies MessageTable

export type DescribeTopicPartitionsResponse = MessageOf<typeof describeTopicPartitionsResponse>
