/** CreatePartitions 0-3 (KIP-195). 2 is flexible, 3 may be throttled (KIP-599). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const createPartitionsRequest = {
  name: 'CreatePartitionsRequest',
  versions: [0, 3],
  flexibleFrom: 2,
  fields: {
    topics: {
      type: '[]struct',
      fields: {
        name: { type: 'string' },
        count: { type: 'int32' },
        assignments: {
          type: '[]struct',
          nullable: true,
          fields: {
            brokerIds: { type: '[]int32' },
          },
        },
      },
    },
    timeoutMs: { type: 'int32' },
    validateOnly: { type: 'bool' },
  },
} as const satisfies MessageTable

export type CreatePartitionsRequest = MessageOf<typeof createPartitionsRequest>

export const createPartitionsResponse = {
  name: 'CreatePartitionsResponse',
  versions: [0, 3],
  flexibleFrom: 2,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    results: {
      type: '[]struct',
      fields: {
        name: { type: 'string' },
        errorCode: { type: 'int16' },
        errorMessage: { type: 'string', nullable: true, default: null },
      },
    },
  },
} as const satisfies MessageTable

export type CreatePartitionsResponse = MessageOf<typeof createPartitionsResponse>
