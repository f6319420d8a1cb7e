/**
 * Metadata 0-13. In 0 an empty topic list means all topics, from 1 on null does. 1 adds racks and the
 * controller, 2 the cluster id, 4 the auto-create switch, 5 offline replicas, 7 leader epochs, 8 authorized
 * operations (KIP-430), 9 is flexible, 10 returns topic ids and 12 accepts them (KIP-516), 11 drops the
 * cluster's authorized operations (KIP-700), 13 has an error of its own (KIP-1102).
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const metadataRequest = {
  name: 'MetadataRequest',
  versions: [0, 13],
  flexibleFrom: 9,
  fields: {
    topics: {
      type: '[]struct',
      nullable: '1+',
      fields: {
        topicId: { type: 'uuid', versions: '10+', ignorable: true },
        name: { type: 'string', nullable: '10+' },
      },
    },
    allowAutoTopicCreation: { type: 'bool', versions: '4+', default: true },
    includeClusterAuthorizedOperations: { type: 'bool', versions: '8-10' },
    includeTopicAuthorizedOperations: { type: 'bool', versions: '8+' },
  },
} as const satisfies MessageTable

export type MetadataRequest = MessageOf<typeof metadataRequest>

export const metadataResponse = {
  name: 'MetadataResponse',
  versions: [0, 13],
  flexibleFrom: 9,
  fields: {
    throttleTimeMs: { type: 'int32', versions: '3+', default: 0, ignorable: true },
    brokers: {
      type: '[]struct',
      fields: {
        nodeId: { type: 'int32' },
        host: { type: 'string' },
        port: { type: 'int32' },
        rack: { type: 'string', versions: '1+', nullable: true, default: null, ignorable: true },
      },
    },
    clusterId: { type: 'string', versions: '2+', nullable: true, default: null, ignorable: true },
    controllerId: { type: 'int32', versions: '1+', default: -1, ignorable: true },
    topics: {
      type: '[]struct',
      fields: {
        errorCode: { type: 'int16' },
        name: { type: 'string', nullable: '12+' },
        topicId: { type: 'uuid', versions: '10+', ignorable: true },
        isInternal: { type: 'bool', versions: '1+', default: false, ignorable: true },
        partitions: {
          type: '[]struct',
          fields: {
            errorCode: { type: 'int16' },
            partitionIndex: { type: 'int32' },
            leaderId: { type: 'int32' },
            leaderEpoch: { type: 'int32', versions: '7+', default: -1, ignorable: true },
            replicaNodes: { type: '[]int32' },
            isrNodes: { type: '[]int32' },
            offlineReplicas: { type: '[]int32', versions: '5+', ignorable: true },
          },
        },
        topicAuthorizedOperations: { type: 'int32', versions: '8+', default: -2147483648 },
      },
    },
    clusterAuthorizedOperations: { type: 'int32', versions: '8-10', default: -2147483648 },
    errorCode: { type: 'int16', versions: '13+', ignorable: true },
  },
} as const satisfies MessageTable

export type MetadataResponse = MessageOf<typeof metadataResponse>
