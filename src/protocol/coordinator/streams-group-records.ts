/** Records of streams groups (KIP-1071, topology descriptions of KIP-1331) in __consumer_offsets. */
import type { Fields, MessageTable } from '../schema.ts'
import type { CoordinatorRecords } from './coordinator-record.ts'

const taskIdsFields = {
  subtopologyId: { type: 'string' },
  partitions: { type: '[]int32' },
} as const satisfies Fields

const ownedTaskIdsFields = {
  subtopologyId: { type: 'string' },
  partitions: { type: '[]int32' },
  assignmentEpochs: { type: '[]int32', nullable: true, tag: 0 },
} as const satisfies Fields

const keyValueFields = {
  key: { type: 'string' },
  value: { type: 'string' },
} as const satisfies Fields

const topicInfoFields = {
  name: { type: 'string' },
  partitions: { type: 'int32' },
  replicationFactor: { type: 'int16' },
  topicConfigs: { type: '[]struct', fields: keyValueFields },
} as const satisfies Fields

const streamsGroupMetadataKey = {
  name: 'StreamsGroupMetadataKey',
  versions: [0, 0],
  fields: {
    groupId: { type: 'string' },
  },
} as const satisfies MessageTable

const streamsGroupMetadataValue = {
  name: 'StreamsGroupMetadataValue',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    epoch: { type: 'int32' },
    metadataHash: { type: 'int64' },
    validatedTopologyEpoch: { type: 'int32', default: -1, tag: 0 },
    lastAssignmentConfigs: { type: '[]struct', nullable: true, tag: 1, fields: keyValueFields },
    storedDescriptionTopologyEpoch: { type: 'int32', default: -1, tag: 2 },
    failedDescriptionTopologyEpoch: { type: 'int32', default: -1, tag: 3 },
  },
} as const satisfies MessageTable

const streamsGroupMemberMetadataKey = {
  name: 'StreamsGroupMemberMetadataKey',
  versions: [0, 0],
  fields: {
    groupId: { type: 'string' },
    memberId: { type: 'string' },
  },
} as const satisfies MessageTable

const streamsGroupMemberMetadataValue = {
  name: 'StreamsGroupMemberMetadataValue',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    instanceId: { type: 'string', nullable: true },
    rackId: { type: 'string', nullable: true },
    clientId: { type: 'string' },
    clientHost: { type: 'string' },
    rebalanceTimeoutMs: { type: 'int32', default: -1 },
    topologyEpoch: { type: 'int32' },
    processId: { type: 'string' },
    userEndpoint: {
      type: 'struct',
      nullable: true,
      default: null,
      fields: { host: { type: 'string' }, port: { type: 'uint16' } },
    },
    clientTags: { type: '[]struct', fields: keyValueFields },
  },
} as const satisfies MessageTable

const streamsGroupTargetAssignmentMetadataKey = {
  name: 'StreamsGroupTargetAssignmentMetadataKey',
  versions: [0, 0],
  fields: {
    groupId: { type: 'string' },
  },
} as const satisfies MessageTable

const streamsGroupTargetAssignmentMetadataValue = {
  name: 'StreamsGroupTargetAssignmentMetadataValue',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    assignmentEpoch: { type: 'int32' },
    assignmentTimestamp: { type: 'int64', tag: 0 },
  },
} as const satisfies MessageTable

const streamsGroupTargetAssignmentMemberKey = {
  name: 'StreamsGroupTargetAssignmentMemberKey',
  versions: [0, 0],
  fields: {
    groupId: { type: 'string' },
    memberId: { type: 'string' },
  },
} as const satisfies MessageTable

const streamsGroupTargetAssignmentMemberValue = {
  name: 'StreamsGroupTargetAssignmentMemberValue',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    activeTasks: { type: '[]struct', fields: taskIdsFields },
    standbyTasks: { type: '[]struct', fields: taskIdsFields },
    warmupTasks: { type: '[]struct', fields: taskIdsFields },
  },
} as const satisfies MessageTable

const streamsGroupCurrentMemberAssignmentKey = {
  name: 'StreamsGroupCurrentMemberAssignmentKey',
  versions: [0, 0],
  fields: {
    groupId: { type: 'string' },
    memberId: { type: 'string' },
  },
} as const satisfies MessageTable

const streamsGroupCurrentMemberAssignmentValue = {
  name: 'StreamsGroupCurrentMemberAssignmentValue',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    memberEpoch: { type: 'int32' },
    previousMemberEpoch: { type: 'int32' },
    state: { type: 'int8' },
    activeTasks: { type: '[]struct', fields: ownedTaskIdsFields },
    standbyTasks: { type: '[]struct', fields: ownedTaskIdsFields },
    warmupTasks: { type: '[]struct', fields: ownedTaskIdsFields },
    activeTasksPendingRevocation: { type: '[]struct', fields: ownedTaskIdsFields },
    standbyTasksPendingRevocation: { type: '[]struct', fields: ownedTaskIdsFields },
    warmupTasksPendingRevocation: { type: '[]struct', fields: ownedTaskIdsFields },
  },
} as const satisfies MessageTable

const streamsGroupTopologyKey = {
  name: 'StreamsGroupTopologyKey',
  versions: [0, 0],
  fields: {
    groupId: { type: 'string' },
  },
} as const satisfies MessageTable

const streamsGroupTopologyValue = {
  name: 'StreamsGroupTopologyValue',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    epoch: { type: 'int32' },
    subtopologies: {
      type: '[]struct',
      fields: {
        subtopologyId: { type: 'string' },
        sourceTopics: { type: '[]string' },
        sourceTopicRegex: { type: '[]string' },
        stateChangelogTopics: { type: '[]struct', fields: topicInfoFields },
        repartitionSinkTopics: { type: '[]string' },
        repartitionSourceTopics: { type: '[]struct', fields: topicInfoFields },
        copartitionGroups: {
          type: '[]struct',
          fields: {
            sourceTopics: { type: '[]int16' },
            sourceTopicRegex: { type: '[]int16' },
            repartitionSourceTopics: { type: '[]int16' },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

/** Record types of the streams group protocol. */
export const streamsGroupRecords = {
  STREAMS_GROUP_METADATA: { id: 17, key: streamsGroupMetadataKey, value: streamsGroupMetadataValue },
  STREAMS_GROUP_MEMBER_METADATA: {
    id: 19,
    key: streamsGroupMemberMetadataKey,
    value: streamsGroupMemberMetadataValue,
  },
  STREAMS_GROUP_TARGET_ASSIGNMENT_METADATA: {
    id: 20,
    key: streamsGroupTargetAssignmentMetadataKey,
    value: streamsGroupTargetAssignmentMetadataValue,
  },
  STREAMS_GROUP_TARGET_ASSIGNMENT_MEMBER: {
    id: 21,
    key: streamsGroupTargetAssignmentMemberKey,
    value: streamsGroupTargetAssignmentMemberValue,
  },
  STREAMS_GROUP_CURRENT_MEMBER_ASSIGNMENT: {
    id: 22,
    key: streamsGroupCurrentMemberAssignmentKey,
    value: streamsGroupCurrentMemberAssignmentValue,
  },
  STREAMS_GROUP_TOPOLOGY: { id: 23, key: streamsGroupTopologyKey, value: streamsGroupTopologyValue },
} as const satisfies CoordinatorRecords
