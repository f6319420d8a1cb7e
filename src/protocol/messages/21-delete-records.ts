/** DeleteRecords 0-2 (KIP-107). 2 is flexible. */
import type { MessageOf, MessageTable } from '../schema.ts'

export const deleteRecordsRequest = {
  name: 'DeleteRecordsRequest',
  versions: [0, 2],
  flexibleFrom: 2,
  fields: {
    topics: {
      type: '[]struct',
      fields: {
        name: { type: 'string' },
        partitions: {
          type: '[]struct',
          fields: {
            partitionIndex: { type: 'int32' },
            offset: { type: 'int64' },
          },
        },
      },
    },
    timeoutMs: { type: 'int32' },
  },
} as const satisfies MessageTable

export type DeleteRecordsRequest = MessageOf<typeof deleteRecordsRequest>

export const deleteRecordsResponse = {
  name: 'DeleteRecordsResponse',
  versions: [0, 2],
  flexibleFrom: 2,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    topics: {
      type: '[]struct',
      fields: {
        name: { type: 'string' },
        partitions: {
          type: '[]struct',
          fields: {
            partitionIndex: { type: 'int32' },
            lowWatermark: { type: 'int64' },
            errorCode: { type: 'int16' },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type DeleteRecordsResponse = MessageOf<typeof deleteRecordsResponse>
