/** AlterReplicaLogDirs 1-2 (KIP-113). 2 is flexible. */
import type { MessageOf, MessageTable } from '../schema.ts'

export const alterReplicaLogDirsRequest = {
  name: 'AlterReplicaLogDirsRequest',
  versions: [1, 2],
  flexibleFrom: 2,
  fields: {
    dirs: {
      type: '[]struct',
      fields: {
        path: { type: 'string' },
        topics: {
          type: '[]struct',
          fields: {
            name: { type: 'string' },
            partitions: { type: '[]int32' },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type AlterReplicaLogDirsRequest = MessageOf<typeof alterReplicaLogDirsRequest>

export const alterReplicaLogDirsResponse = {
  name: 'AlterReplicaLogDirsResponse',
  versions: [1, 2],
  flexibleFrom: 2,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    results: {
      type: '[]struct',
      fields: {
        topicName: { type: 'string' },
        partitions: {
          type: '[]struct',
          fields: {
            partitionIndex: { type: 'int32' },
            errorCode: { type: 'int16' },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type AlterReplicaLogDirsResponse = MessageOf<typeof alterReplicaLogDirsResponse>
