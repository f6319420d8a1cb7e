/**
 * Fetch 4-18. 4 brings isolation levels, 5 the log start offset, 7 incremental sessions (KIP-227), 9 leader
 * epochs (KIP-320), 10 zstd, 11 racks (KIP-392), 12 is flexible and reports divergence (KIP-595), 13 speaks
 * topic ids (KIP-516), 14 knows tiered storage (KIP-405), 15 moves the replica into a tag (KIP-903), 16 hints
 * at new leaders (KIP-951), 17 adds directory ids (KIP-853), 18 the follower's high watermark (KIP-1166).
 */
import { INT64_MAX } from '../schema.ts'
import type { MessageOf, MessageTable } from '../schema.ts'

export const fetchRequest = {
  name: 'FetchRequest',
  versions: [4, 18],
  flexibleFrom: 12,
  fields: {
    clusterId: { type: 'string', versions: '12+', nullable: true, default: null, tag: 0, ignorable: true },
    replicaId: { type: 'int32', versions: '4-14', default: -1 },
    replicaState: {
      type: 'struct',
      versions: '15+',
      tag: 1,
      fields: {
        replicaId: { type: 'int32', default: -1 },
        replicaEpoch: { type: 'int64', default: -1 },
      },
    },
    maxWaitMs: { type: 'int32' },
    minBytes: { type: 'int32' },
    maxBytes: { type: 'int32', default: 2147483647 },
    isolationLevel: { type: 'int8', default: 0 },
    sessionId: { type: 'int32', versions: '7+', default: 0, ignorable: true },
    sessionEpoch: { type: 'int32', versions: '7+', default: -1, ignorable: true },
    topics: {
      type: '[]struct',
      fields: {
        topic: { type: 'string', versions: '4-12', ignorable: true },
        topicId: { type: 'uuid', versions: '13+', ignorable: true },
        partitions: {
          type: '[]struct',
          fields: {
            partition: { type: 'int32' },
            currentLeaderEpoch: { type: 'int32', versions: '9+', default: -1, ignorable: true },
            fetchOffset: { type: 'int64' },
            lastFetchedEpoch: { type: 'int32', versions: '12+', default: -1 },
            logStartOffset: { type: 'int64', versions: '5+', default: -1, ignorable: true },
            partitionMaxBytes: { type: 'int32' },
            replicaDirectoryId: { type: 'uuid', versions: '17+', tag: 0, ignorable: true },
            highWatermark: { type: 'int64', versions: '18+', default: INT64_MAX, tag: 1, ignorable: true },
          },
        },
      },
    },
    forgottenTopicsData: {
      type: '[]struct',
      versions: '7+',
      fields: {
        topic: { type: 'string', versions: '7-12', ignorable: true },
        topicId: { type: 'uuid', versions: '13+', ignorable: true },
        partitions: { type: '[]int32' },
      },
    },
    rackId: { type: 'string', versions: '11+', default: '', ignorable: true },
  },
} as const satisfies MessageTable

export type FetchRequest = MessageOf<typeof fetchRequest>

export const fetchResponse = {
  name: 'FetchResponse',
  versions: [4, 18],
  flexibleFrom: 12,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16', versions: '7+', ignorable: true },
    sessionId: { type: 'int32', versions: '7+', default: 0 },
    responses: {
      type: '[]struct',
      fields: {
        topic: { type: 'string', versions: '4-12', ignorable: true },
        topicId: { type: 'uuid', versions: '13+', ignorable: true },
        partitions: {
          type: '[]struct',
          fields: {
            partitionIndex: { type: 'int32' },
            errorCode: { type: 'int16' },
            highWatermark: { type: 'int64' },
            lastStableOffset: { type: 'int64', default: -1 },
            logStartOffset: { type: 'int64', versions: '5+', default: -1, ignorable: true },
            divergingEpoch: {
              type: 'struct',
              versions: '12+',
              tag: 0,
              fields: {
                epoch: { type: 'int32', default: -1 },
                endOffset: { type: 'int64', default: -1 },
              },
            },
            currentLeader: {
              type: 'struct',
              versions: '12+',
              tag: 1,
              fields: {
                leaderId: { type: 'int32', default: -1 },
                leaderEpoch: { type: 'int32', default: -1 },
              },
            },
            snapshotId: {
              type: 'struct',
              versions: '12+',
              tag: 2,
              fields: {
                endOffset: { type: 'int64', default: -1 },
                epoch: { type: 'int32', default: -1 },
              },
            },
            abortedTransactions: {
              type: '[]struct',
              nullable: true,
              fields: {
                producerId: { type: 'int64' },
                firstOffset: { type: 'int64' },
              },
            },
            preferredReadReplica: { type: 'int32', versions: '11+', default: -1 },
            records: { type: 'records', nullable: true },
          },
        },
      },
    },
    nodeEndpoints: {
      type: '[]struct',
      versions: '16+',
      tag: 0,
      fields: {
        nodeId: { type: 'int32' },
        host: { type: 'string' },
        port: { type: 'int32' },
        rack: { type: 'string', nullable: true, default: null },
      },
    },
  },
} as const satisfies MessageTable

export type FetchResponse = MessageOf<typeof fetchResponse>
