/**
 * StreamsGroupHeartbeat 0-1 (KIP-1071). 1 can ask for the topology's description (KIP-1331) and answer that
 * client tags are missing.
 */
import type { Fields, MessageOf, MessageTable } from '../schema.ts'

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

const taskIdsFields = {
  subtopologyId: { type: 'string' },
  partitions: { type: '[]int32' },
} as const satisfies Fields

const taskOffsetFields = {
  subtopologyId: { type: 'string' },
  partition: { type: 'int32' },
  offset: { type: 'int64' },
} as const satisfies Fields

export const streamsGroupHeartbeatRequest = {
  name: 'StreamsGroupHeartbeatRequest',
  versions: [0, 1],
  flexibleFrom: 0,
  fields: {
    groupId: { type: 'string' },
    memberId: { type: 'string' },
    memberEpoch: { type: 'int32' },
    endpointInformationEpoch: { type: 'int32' },
    instanceId: { type: 'string', nullable: true, default: null },
    rackId: { type: 'string', nullable: true, default: null },
    rebalanceTimeoutMs: { type: 'int32', default: -1 },
    topology: {
      type: 'struct',
      nullable: true,
      default: null,
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
    },
    activeTasks: { type: '[]struct', nullable: true, default: null, fields: taskIdsFields },
    standbyTasks: { type: '[]struct', nullable: true, default: null, fields: taskIdsFields },
    warmupTasks: { type: '[]struct', nullable: true, default: null, fields: taskIdsFields },
    processId: { type: 'string', nullable: true, default: null },
    userEndpoint: {
      type: 'struct',
      nullable: true,
      default: null,
      fields: {
        host: { type: 'string' },
        port: { type: 'uint16' },
      },
    },
    clientTags: { type: '[]struct', nullable: true, default: null, fields: keyValueFields },
    taskOffsets: { type: '[]struct', nullable: true, default: null, fields: taskOffsetFields },
    taskEndOffsets: { type: '[]struct', nullable: true, default: null, fields: taskOffsetFields },
    shutdownApplication: { type: 'bool', default: false },
  },
} as const satisfies MessageTable

export type StreamsGroupHeartbeatRequest = MessageOf<typeof streamsGroupHeartbeatRequest>

const topicPartitionFields = {
  topic: { type: 'string' },
  partitions: { type: '[]int32' },
} as const satisfies Fields

export const streamsGroupHeartbeatResponse = {
  name: 'StreamsGroupHeartbeatResponse',
  versions: [0, 1],
  flexibleFrom: 0,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16' },
    errorMessage: { type: 'string', nullable: true, default: null },
    memberId: { type: 'string' },
    memberEpoch: { type: 'int32' },
    heartbeatIntervalMs: { type: 'int32' },
    acceptableRecoveryLagLegacy: { type: 'int32', versions: '0' },
    taskOffsetIntervalMs: { type: 'int32' },
    acceptableRecoveryLag: { type: 'int64', versions: '1+', default: -1, ignorable: true },
    status: {
      type: '[]struct',
      nullable: true,
      fields: {
        statusCode: { type: 'int8' },
        statusDetail: { type: 'string' },
      },
    },
    activeTasks: { type: '[]struct', nullable: true, default: null, fields: taskIdsFields },
    standbyTasks: { type: '[]struct', nullable: true, default: null, fields: taskIdsFields },
    warmupTasks: { type: '[]struct', nullable: true, default: null, fields: taskIdsFields },
    topologyDescriptionRequired: { type: 'bool', versions: '1+', default: false },
    endpointInformationEpoch: { type: 'int32' },
    partitionsByUserEndpoint: {
      type: '[]struct',
      nullable: true,
      default: null,
      fields: {
        userEndpoint: {
          type: 'struct',
          fields: {
            host: { type: 'string' },
            port: { type: 'uint16' },
          },
        },
        activePartitions: { type: '[]struct', fields: topicPartitionFields },
        standbyPartitions: { type: '[]struct', fields: topicPartitionFields },
      },
    },
  },
} as const satisfies MessageTable

export type StreamsGroupHeartbeatResponse = MessageOf<typeof streamsGroupHeartbeatResponse>
