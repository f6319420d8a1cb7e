/** ListPartitionReassignments 0 (KIP-455). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const listPartitionReassignmentsRequest = {
  name: 'ListPartitionReassignmentsRequest',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    timeoutMs: { type: 'int32', default: 60000 },
    topics: {
      type: '[]struct',
      nullable: true,
      default: null,
      fields: {
        name: { type: 'string' },
        partitionIndexes: { type: '[]int32' },
      },
    },
  },
} as const satisfies MessageTable

export type ListPartitionReassignmentsRequest = MessageOf<typeof listPartitionReassignmentsRequest>

export const listPartitionReassignmentsResponse = {
  name: 'ListPartitionReassignmentsResponse',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16' },
    errorMessage: { type: 'string', nullable: true },
    topics: {
      type: '[]struct',
      fields: {
        name: { type: 'string' },
        partitions: {
          type: '[]struct',
          fields: {
            partitionIndex: { type: 'int32' },
            replicas: { type: '[]int32' },
            addingReplicas: { type: '[]int32' },
            removingReplicas: { type: '[]int32' },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type ListPartitionReassignmentsResponse = MessageOf<typeof listPartitionReassignmentsResponse>
