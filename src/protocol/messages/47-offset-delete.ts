/** OffsetDelete 0, never flexible (KIP-496). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const offsetDeleteRequest = {
  name: 'OffsetDeleteRequest',
  versions: [0, 0],
  fields: {
    groupId: { type: 'string' },
    topics: {
      type: '[]struct',
      fields: {
        name: { type: 'string' },
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

export type OffsetDeleteRequest = MessageOf<typeof offsetDeleteRequest>

export const offsetDeleteResponse = {
  name: 'OffsetDeleteResponse',
  versions: [0, 0],
  fields: {
    errorCode: { type: 'int16' },
    throttleTimeMs: { type: 'int32', default: 0 },
    topics: {
      type: '[]struct',
      fields: {
        name: { type: 'string' },
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

export type OffsetDeleteResponse = MessageOf<typeof offsetDeleteResponse>
