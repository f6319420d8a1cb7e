/**
 * CreateTopics 2-7. 4 makes partitions and replication factor optional (KIP-464), 5 is flexible and returns
 * the configs (KIP-525), 6 may be throttled (KIP-599), 7 returns the topic id (KIP-516).
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const createTopicsRequest = {
  name: 'CreateTopicsRequest',
  versions: [2, 7],
  flexibleFrom: 5,
  fields: {
    topics: {
      type: '[]struct',
      fields: {
        name: { type: 'string' },
        numPartitions: { type: 'int32' },
        replicationFactor: { type: 'int16' },
        assignments: {
          type: '[]struct',
          fields: {
            partitionIndex: { type: 'int32' },
            brokerIds: { type: '[]int32' },
          },
        },
        configs: {
          type: '[]struct',
          fields: {
            name: { type: 'string' },
            value: { type: 'string', nullable: true },
          },
        },
      },
    },
    timeoutMs: { type: 'int32', default: 60000 },
    validateOnly: { type: 'bool', default: false },
  },
} as const satisfies MessageTable

export type CreateTopicsRequest = MessageOf<typeof createTopicsRequest>

export const createTopicsResponse = {
  name: 'CreateTopicsResponse',
  versions: [2, 7],
  flexibleFrom: 5,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    topics: {
      type: '[]struct',
      fields: {
        name: { type: 'string' },
        topicId: { type: 'uuid', versions: '7+', ignorable: true },
        errorCode: { type: 'int16' },
        errorMessage: { type: 'string', nullable: true },
        topicConfigErrorCode: { type: 'int16', versions: '5+', tag: 0, ignorable: true },
        numPartitions: { type: 'int32', versions: '5+', default: -1, ignorable: true },
        replicationFactor: { type: 'int16', versions: '5+', default: -1, ignorable: true },
        configs: {
          type: '[]struct',
          versions: '5+',
          nullable: true,
          ignorable: true,
          fields: {
            name: { type: 'string' },
            value: { type: 'string', nullable: true },
            readOnly: { type: 'bool' },
            configSource: { type: 'int8', default: -1 },
            isSensitive: { type: 'bool' },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type CreateTopicsResponse = MessageOf<typeof createTopicsResponse>
