/** DeleteShareGroupState 0: between brokers (KIP-932). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const deleteShareGroupStateRequest = {
  name: 'DeleteShareGroupStateRequest',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    groupId: { type: 'string' },
    topics: {
      type: '[]struct',
      fields: {
        topicId: { type: 'uuid' },
        partitions: {
          type: '[]struct',
          fields: {
            partition: { type: 'int32' },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type DeleteShareGroupStateRequest = MessageOf<typeof deleteShareGroupStateRequest>

export const deleteShareGroupStateResponse = {
  name: 'DeleteShareGroupStateResponse',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    results: {
      type: '[]struct',
      fields: {
        topicId: { type: 'uuid' },
        partitions: {
          type: '[]struct',
          fields: {
            partition: { type: 'int32' },
            errorCode: { type: 'int16' },
            errorMessage: { type: 'string', nullable: true, default: null },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type DeleteShareGroupStateResponse = MessageOf<typeof deleteShareGroupStateResponse>
