/** AlterPartitionReassignments 0-1 (KIP-455). 1 can forbid a change of the replication factor (KIP-860). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const alterPartitionReassignmentsRequest = {
  name: 'AlterPartitionReassignmentsRequest',
  versions: [0, 1],
  flexibleFrom: 0,
  fields: {
    timeoutMs: { type: 'int32', default: 60000 },
    allowReplicationFactorChange: { type: 'bool', versions: '1+', default: true },
    topics: {
      type: '[]struct',
      fields: {
        name: { type: 'string' },
        partitions: {
          type: '[]struct',
          fields: {
            partitionIndex: { type: 'int32' },
            replicas: { type: '[]int32', nullable: true, default: null },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type AlterPartitionReassignmentsRequest = MessageOf<typeof alterPartitionReassignmentsRequest>

export const alterPartitionReassignmentsResponse = {
  name: 'AlterPartitionReassignmentsResponse',
  versions: [0, 1],
  flexibleFrom: 0,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    allowReplicationFactorChange: { type: 'bool', versions: '1+', default: true, ignorable: true },
    errorCode: { type: 'int16' },
    errorMessage: { type: 'string', nullable: true },
    responses: {
      type: '[]struct',
      fields: {
        name: { type: 'string' },
        partitions: {
          type: '[]struct',
          fields: {
            partitionIndex: { type: 'int32' },
            errorCode: { type: 'int16' },
            errorMessage: { type: 'string', nullable: true },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type AlterPartitionReassignmentsResponse = MessageOf<typeof alterPartitionReassignmentsResponse>
