/**
 * ShareFetch 1-2 (KIP-932). 0 was an early draft, 2 adds the acquire mode (KIP-1206) and lock renewal
 * (KIP-1222).
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const shareFetchRequest = {
  name: 'ShareFetchRequest',
  versions: [1, 2],
  flexibleFrom: 1,
  fields: {
    groupId: { type: 'string', nullable: true, default: null },
    memberId: { type: 'string', nullable: true },
    shareSessionEpoch: { type: 'int32' },
    maxWaitMs: { type: 'int32' },
    minBytes: { type: 'int32' },
    maxBytes: { type: 'int32', default: 2147483647 },
    maxRecords: { type: 'int32' },
    batchSize: { type: 'int32' },
    shareAcquireMode: { type: 'int8', versions: '2+', default: 0, ignorable: true },
    isRenewAck: { type: 'bool', versions: '2+', default: false },
    topics: {
      type: '[]struct',
      fields: {
        topicId: { type: 'uuid' },
        partitions: {
          type: '[]struct',
          fields: {
            partitionIndex: { type: 'int32' },
            acknowledgementBatches: {
              type: '[]struct',
              fields: {
                firstOffset: { type: 'int64' },
                lastOffset: { type: 'int64' },
                acknowledgeTypes: { type: '[]int8' },
              },
            },
          },
        },
      },
    },
    forgottenTopicsData: {
      type: '[]struct',
      fields: {
        topicId: { type: 'uuid' },
        partitions: { type: '[]int32' },
      },
    },
  },
} as const satisfies MessageTable

export type ShareFetchRequest = MessageOf<typeof shareFetchRequest>

export const shareFetchResponse = {
  name: 'ShareFetchResponse',
  versions: [1, 2],
  flexibleFrom: 1,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16' },
    errorMessage: { type: 'string', nullable: true, default: null },
    acquisitionLockTimeoutMs: { type: 'int32' },
    responses: {
      type: '[]struct',
      fields: {
        topicId: { type: 'uuid' },
        partitions: {
          type: '[]struct',
          fields: {
            partitionIndex: { type: 'int32' },
            errorCode: { type: 'int16' },
            errorMessage: { type: 'string', nullable: true, default: null },
            acknowledgeErrorCode: { type: 'int16' },
            acknowledgeErrorMessage: { type: 'string', nullable: true, default: null },
            currentLeader: {
              type: 'struct',
              fields: {
                leaderId: { type: 'int32' },
                leaderEpoch: { type: 'int32' },
              },
            },
            records: { type: 'records' },
            acquiredRecords: {
              type: '[]struct',
              fields: {
                firstOffset: { type: 'int64' },
                lastOffset: { type: 'int64' },
                deliveryCount: { type: 'int16' },
              },
            },
          },
        },
      },
    },
    nodeEndpoints: {
      type: '[]struct',
      fields: {
        nodeId: { type: 'int32' },
        host: { type: 'string' },
        port: { type: 'int32' },
        rack: { type: 'string', nullable: true, default: null },
      },
    },
  },
} as const satisfies MessageTable

export type ShareFetchResponse = MessageOf<typeof shareFetchResponse>
