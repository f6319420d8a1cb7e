/**
 * StreamsGroupDescribe 0-1 (KIP-1071). 1 returns the topology's description (KIP-1331) and the assignor
 * (KIP-1357).
 */
import type { Fields, MessageOf, MessageTable } from '../schema.ts'

export const streamsGroupDescribeRequest = {
  name: 'StreamsGroupDescribeRequest',
  versions: [0, 1],
  flexibleFrom: 0,
  fields: {
    groupIds: { type: '[]string' },
    includeAuthorizedOperations: { type: 'bool' },
    includeTopologyDescription: { type: 'bool', versions: '1+', default: false },
  },
} as const satisfies MessageTable

export type StreamsGroupDescribeRequest = MessageOf<typeof streamsGroupDescribeRequest>

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

const taskOffsetFields = {
  subtopologyId: { type: 'string' },
  partition: { type: 'int32' },
  offset: { type: 'int64' },
} as const satisfies Fields

const taskIdsFields = {
  subtopologyId: { type: 'string' },
  partitions: { type: '[]int32' },
} as const satisfies Fields

const assignmentFields = {
  activeTasks: { type: '[]struct', fields: taskIdsFields },
  standbyTasks: { type: '[]struct', fields: taskIdsFields },
  warmupTasks: { type: '[]struct', fields: taskIdsFields },
} as const satisfies Fields

const topologyDescriptionNodeFields = {
  name: { type: 'string' },
  nodeType: { type: 'int8' },
  sourceTopics: { type: '[]string' },
  sinkTopic: { type: 'string', nullable: true, default: null },
  stores: { type: '[]string' },
  successors: { type: '[]string' },
} as const satisfies Fields

export const streamsGroupDescribeResponse = {
  name: 'StreamsGroupDescribeResponse',
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
        topology: {
          type: 'struct',
          nullable: true,
          default: null,
          fields: {
            epoch: { type: 'int32' },
            subtopologies: {
              type: '[]struct',
              nullable: true,
              default: null,
              fields: {
                subtopologyId: { type: 'string' },
                sourceTopics: { type: '[]string' },
                repartitionSinkTopics: { type: '[]string' },
                stateChangelogTopics: { type: '[]struct', fields: topicInfoFields },
                repartitionSourceTopics: { type: '[]struct', fields: topicInfoFields },
              },
            },
          },
        },
        members: {
          type: '[]struct',
          fields: {
            memberId: { type: 'string' },
            memberEpoch: { type: 'int32' },
            instanceId: { type: 'string', nullable: true, default: null },
            rackId: { type: 'string', nullable: true, default: null },
            clientId: { type: 'string' },
            clientHost: { type: 'string' },
            topologyEpoch: { type: 'int32' },
            processId: { type: 'string' },
            userEndpoint: {
              type: 'struct',
              nullable: true,
              default: null,
              fields: {
                host: { type: 'string' },
                port: { type: 'uint16' },
              },
            },
            clientTags: { type: '[]struct', fields: keyValueFields },
            taskOffsets: { type: '[]struct', fields: taskOffsetFields },
            taskEndOffsets: { type: '[]struct', fields: taskOffsetFields },
            assignment: { type: 'struct', fields: assignmentFields },
            targetAssignment: { type: 'struct', fields: assignmentFields },
            isClassic: { type: 'bool' },
          },
        },
        authorizedOperations: { type: 'int32', default: -2147483648 },
        topologyDescription: {
          type: 'struct',
          versions: '1+',
          nullable: true,
          default: null,
          fields: {
            subtopologies: {
              type: '[]struct',
              fields: {
                subtopologyId: { type: 'string' },
                nodes: { type: '[]struct', fields: topologyDescriptionNodeFields },
              },
            },
            globalStores: {
              type: '[]struct',
              fields: {
                source: { type: 'struct', fields: topologyDescriptionNodeFields },
                processor: { type: 'struct', fields: topologyDescriptionNodeFields },
              },
            },
          },
        },
        topologyDescriptionStatus: { type: 'int8', versions: '1+', default: 0 },
        assignorName: { type: 'string', versions: '1+', nullable: true, default: null, ignorable: true },
      },
    },
  },
} as const satisfies MessageTable

export type StreamsGroupDescribeResponse = MessageOf<typeof streamsGroupDescribeResponse>
