/** Records of share groups (KIP-932) in __consumer_offsets. */
import type { Fields, MessageTable } from '../schema.ts'
import type { CoordinatorRecords } from './coordinator-record.ts'

const topicPartitionsFields = {
  topicId: { type: 'uuid' },
  partitions: { type: '[]int32' },
} as const satisfies Fields

const namedTopicFields = {
  topicId: { type: 'uuid' },
  topicName: { type: 'string' },
  partitions: { type: '[]int32' },
} as const satisfies Fields

const shareGroupMemberMetadataKey = {
  name: 'ShareGroupMemberMetadataKey',
  versions: [0, 0],
  fields: {
    groupId: { type: 'string' },
    memberId: { type: 'string' },
  },
} as const satisfies MessageTable

const shareGroupMemberMetadataValue = {
  name: 'ShareGroupMemberMetadataValue',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    rackId: { type: 'string', nullable: true },
    clientId: { type: 'string' },
    clientHost: { type: 'string' },
    subscribedTopicNames: { type: '[]string' },
  },
} as const satisfies MessageTable

const shareGroupMetadataKey = {
  name: 'ShareGroupMetadataKey',
  versions: [0, 0],
  fields: {
    groupId: { type: 'string' },
  },
} as const satisfies MessageTable

const shareGroupMetadataValue = {
  name: 'ShareGroupMetadataValue',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    epoch: { type: 'int32' },
    metadataHash: { type: 'int64' },
  },
} as const satisfies MessageTable

const shareGroupTargetAssignmentMetadataKey = {
  name: 'ShareGroupTargetAssignmentMetadataKey',
  versions: [0, 0],
  fields: {
    groupId: { type: 'string' },
  },
} as const satisfies MessageTable

const shareGroupTargetAssignmentMetadataValue = {
  name: 'ShareGroupTargetAssignmentMetadataValue',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    assignmentEpoch: { type: 'int32' },
    assignmentTimestamp: { type: 'int64', tag: 0 },
  },
} as const satisfies MessageTable

const shareGroupTargetAssignmentMemberKey = {
  name: 'ShareGroupTargetAssignmentMemberKey',
  versions: [0, 0],
  fields: {
    groupId: { type: 'string' },
    memberId: { type: 'string' },
  },
} as const satisfies MessageTable

const shareGroupTargetAssignmentMemberValue = {
  name: 'ShareGroupTargetAssignmentMemberValue',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    topicPartitions: { type: '[]struct', fields: topicPartitionsFields },
  },
} as const satisfies MessageTable

const shareGroupCurrentMemberAssignmentKey = {
  name: 'ShareGroupCurrentMemberAssignmentKey',
  versions: [0, 0],
  fields: {
    groupId: { type: 'string' },
    memberId: { type: 'string' },
  },
} as const satisfies MessageTable

const shareGroupCurrentMemberAssignmentValue = {
  name: 'ShareGroupCurrentMemberAssignmentValue',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    memberEpoch: { type: 'int32' },
    previousMemberEpoch: { type: 'int32' },
    state: { type: 'int8' },
    assignedPartitions: { type: '[]struct', fields: topicPartitionsFields },
  },
} as const satisfies MessageTable

const shareGroupStatePartitionMetadataKey = {
  name: 'ShareGroupStatePartitionMetadataKey',
  versions: [0, 0],
  fields: {
    groupId: { type: 'string' },
  },
} as const satisfies MessageTable

const shareGroupStatePartitionMetadataValue = {
  name: 'ShareGroupStatePartitionMetadataValue',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    initializingTopics: { type: '[]struct', fields: namedTopicFields },
    initializedTopics: { type: '[]struct', fields: namedTopicFields },
    deletingTopics: {
      type: '[]struct',
      fields: { topicId: { type: 'uuid' }, topicName: { type: 'string' } },
    },
  },
} as const satisfies MessageTable

/** Record types of share group membership. */
export const shareGroupRecords = {
  SHARE_GROUP_MEMBER_METADATA: {
    id: 10,
    key: shareGroupMemberMetadataKey,
    value: shareGroupMemberMetadataValue,
  },
  SHARE_GROUP_METADATA: { id: 11, key: shareGroupMetadataKey, value: shareGroupMetadataValue },
  SHARE_GROUP_TARGET_ASSIGNMENT_METADATA: {
    id: 12,
    key: shareGroupTargetAssignmentMetadataKey,
    value: shareGroupTargetAssignmentMetadataValue,
  },
  SHARE_GROUP_TARGET_ASSIGNMENT_MEMBER: {
    id: 13,
    key: shareGroupTargetAssignmentMemberKey,
    value: shareGroupTargetAssignmentMemberValue,
  },
  SHARE_GROUP_CURRENT_MEMBER_ASSIGNMENT: {
    id: 14,
    key: shareGroupCurrentMemberAssignmentKey,
    value: shareGroupCurrentMemberAssignmentValue,
  },
  SHARE_GROUP_STATE_PARTITION_METADATA: {
    id: 15,
    key: shareGroupStatePartitionMetadataKey,
    value: shareGroupStatePartitionMetadataValue,
  },
} as const satisfies CoordinatorRecords
