/** Records of consumer groups (KIP-848) in __consumer_offsets. */
import type { Fields, MessageTable } from '../schema.ts'
import type { CoordinatorRecords } from './coordinator-record.ts'

const assignedPartitionsFields = {
  topicId: { type: 'uuid' },
  partitions: { type: '[]int32' },
  assignmentEpochs: { type: '[]int32', nullable: true, tag: 0 },
} as const satisfies Fields

const consumerGroupMetadataKey = {
  name: 'ConsumerGroupMetadataKey',
  versions: [0, 0],
  fields: {
    groupId: { type: 'string' },
  },
} as const satisfies MessageTable

const consumerGroupMetadataValue = {
  name: 'ConsumerGroupMetadataValue',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    epoch: { type: 'int32' },
    metadataHash: { type: 'int64', tag: 0 },
  },
} as const satisfies MessageTable

const consumerGroupPartitionMetadataKey = {
  name: 'ConsumerGroupPartitionMetadataKey',
  versions: [0, 0],
  fields: {
    groupId: { type: 'string' },
  },
} as const satisfies MessageTable

const consumerGroupPartitionMetadataValue = {
  name: 'ConsumerGroupPartitionMetadataValue',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    topics: {
      type: '[]struct',
      fields: {
        topicId: { type: 'uuid' },
        topicName: { type: 'string' },
        numPartitions: { type: 'int32' },
        partitionMetadata: {
          type: '[]struct',
          fields: {
            partition: { type: 'int32' },
            racks: { type: '[]string' },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

const consumerGroupMemberMetadataKey = {
  name: 'ConsumerGroupMemberMetadataKey',
  versions: [0, 0],
  fields: {
    groupId: { type: 'string' },
    memberId: { type: 'string' },
  },
} as const satisfies MessageTable

const consumerGroupMemberMetadataValue = {
  name: 'ConsumerGroupMemberMetadataValue',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    instanceId: { type: 'string', nullable: true },
    rackId: { type: 'string', nullable: true },
    clientId: { type: 'string' },
    clientHost: { type: 'string' },
    subscribedTopicNames: { type: '[]string' },
    subscribedTopicRegex: { type: 'string', nullable: true },
    rebalanceTimeoutMs: { type: 'int32', default: -1 },
    serverAssignor: { type: 'string', nullable: true },
    // Say null for a member of the consumer protocol: left out, it is read back as an empty struct, as in Kafka.
    classicMemberMetadata: {
      type: 'struct',
      nullable: true,
      tag: 0,
      fields: {
        sessionTimeoutMs: { type: 'int32' },
        supportedProtocols: {
          type: '[]struct',
          fields: { name: { type: 'string' }, metadata: { type: 'bytes' } },
        },
      },
    },
  },
} as const satisfies MessageTable

const consumerGroupTargetAssignmentMetadataKey = {
  name: 'ConsumerGroupTargetAssignmentMetadataKey',
  versions: [0, 0],
  fields: {
    groupId: { type: 'string' },
  },
} as const satisfies MessageTable

const consumerGroupTargetAssignmentMetadataValue = {
  name: 'ConsumerGroupTargetAssignmentMetadataValue',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    assignmentEpoch: { type: 'int32' },
    assignmentTimestamp: { type: 'int64', tag: 0 },
  },
} as const satisfies MessageTable

const consumerGroupTargetAssignmentMemberKey = {
  name: 'ConsumerGroupTargetAssignmentMemberKey',
  versions: [0, 0],
  fields: {
    groupId: { type: 'string' },
    memberId: { type: 'string' },
  },
} as const satisfies MessageTable

const consumerGroupTargetAssignmentMemberValue = {
  name: 'ConsumerGroupTargetAssignmentMemberValue',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    topicPartitions: {
      type: '[]struct',
      fields: { topicId: { type: 'uuid' }, partitions: { type: '[]int32' } },
    },
  },
} as const satisfies MessageTable

const consumerGroupCurrentMemberAssignmentKey = {
  name: 'ConsumerGroupCurrentMemberAssignmentKey',
  versions: [0, 0],
  fields: {
    groupId: { type: 'string' },
    memberId: { type: 'string' },
  },
} as const satisfies MessageTable

const consumerGroupCurrentMemberAssignmentValue = {
  name: 'ConsumerGroupCurrentMemberAssignmentValue',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    memberEpoch: { type: 'int32' },
    previousMemberEpoch: { type: 'int32' },
    state: { type: 'int8' },
    assignedPartitions: { type: '[]struct', fields: assignedPartitionsFields },
    partitionsPendingRevocation: { type: '[]struct', fields: assignedPartitionsFields },
  },
} as const satisfies MessageTable

const consumerGroupRegularExpressionKey = {
  name: 'ConsumerGroupRegularExpressionKey',
  versions: [0, 0],
  fields: {
    groupId: { type: 'string' },
    regularExpression: { type: 'string' },
  },
} as const satisfies MessageTable

const consumerGroupRegularExpressionValue = {
  name: 'ConsumerGroupRegularExpressionValue',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    topics: { type: '[]string' },
    version: { type: 'int64' },
    timestamp: { type: 'int64' },
  },
} as const satisfies MessageTable

/** Record types of the consumer group protocol. */
export const consumerGroupRecords = {
  CONSUMER_GROUP_METADATA: { id: 3, key: consumerGroupMetadataKey, value: consumerGroupMetadataValue },
  CONSUMER_GROUP_PARTITION_METADATA: {
    id: 4,
    key: consumerGroupPartitionMetadataKey,
    value: consumerGroupPartitionMetadataValue,
  },
  CONSUMER_GROUP_MEMBER_METADATA: {
    id: 5,
    key: consumerGroupMemberMetadataKey,
    value: consumerGroupMemberMetadataValue,
  },
  CONSUMER_GROUP_TARGET_ASSIGNMENT_METADATA: {
    id: 6,
    key: consumerGroupTargetAssignmentMetadataKey,
    value: consumerGroupTargetAssignmentMetadataValue,
  },
  CONSUMER_GROUP_TARGET_ASSIGNMENT_MEMBER: {
    id: 7,
    key: consumerGroupTargetAssignmentMemberKey,
    value: consumerGroupTargetAssignmentMemberValue,
  },
  CONSUMER_GROUP_CURRENT_MEMBER_ASSIGNMENT: {
    id: 8,
    key: consumerGroupCurrentMemberAssignmentKey,
    value: consumerGroupCurrentMemberAssignmentValue,
  },
  CONSUMER_GROUP_REGULAR_EXPRESSION: {
    id: 16,
    key: consumerGroupRegularExpressionKey,
    value: consumerGroupRegularExpressionValue,
  },
} as const satisfies CoordinatorRecords
