/**
 * DescribeQuorum 0-2 (KIP-595). 1 returns fetch and catch-up times (KIP-836), 2 messages, nodes and directory
 * ids (KIP-853).
 */
import type { Fields, MessageOf, MessageTable } from '../schema.ts'

export const describeQuorumRequest = {
  name: 'DescribeQuorumRequest',
  versions: [0, 2],
  flexibleFrom: 0,
  fields: {
    topics: {
      type: '[]struct',
      fields: {
        topicName: { type: 'string' },
        partitions: {
          type: '[]struct',
          fields: {
            partitionIndex: { type: 'int32' },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type DescribeQuorumRequest = MessageOf<typeof describeQuorumRequest>

const replicaStateFields = {
  replicaId: { type: 'int32' },
  replicaDirectoryId: { type: 'uuid', versions: '2+' },
  logEndOffset: { type: 'int64' },
  lastFetchTimestamp: { type: 'int64', versions: '1+', default: -1, ignorable: true },
  lastCaughtUpTimestamp: { type: 'int64', versions: '1+', default: -1, ignorable: true },
} as const satisfies Fields

export const describeQuorumResponse = {
  name: 'DescribeQuorumResponse',
  versions: [0, 2],
  flexibleFrom: 0,
  fields: {
    errorCode: { type: 'int16' },
    errorMessage: { type: 'string', versions: '2+', nullable: true, ignorable: true },
    topics: {
      type: '[]struct',
      fields: {
        topicName: { type: 'string' },
        partitions: {
          type: '[]struct',
          fields: {
            partitionIndex: { type: 'int32' },
            errorCode: { type: 'int16' },
            errorMessage: { type: 'string', versions: '2+', nullable: true, ignorable: true },
            leaderId: { type: 'int32' },
            leaderEpoch: { type: 'int32' },
            highWatermark: { type: 'int64' },
            currentVoters: { type: '[]struct', fields: replicaStateFields },
            observers: { type: '[]struct', fields: replicaStateFields },
          },
        },
      },
    },
    nodes: {
      type: '[]struct',
      versions: '2+',
      fields: {
        nodeId: { type: 'int32' },
        listeners: {
          type: '[]struct',
          fields: {
            name: { type: 'string' },
            host: { type: 'string' },
            port: { type: 'uint16' },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type DescribeQuorumResponse = MessageOf<typeof describeQuorumResponse>
