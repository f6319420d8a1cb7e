/** InitializeShareGroupState 0: between brokers (KIP-932). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const initializeShareGroupStateRequest = {
  name: 'InitializeShareGroupStateRequest',
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
            stateEpoch: { type: 'int32' },
            startOffset: { type: 'int64' },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type InitializeShareGroupStateRequest = MessageOf<typeof initializeShareGroupStateRequest>

export const initializeShareGroupStateResponse = {
  name: 'InitializeShareGroupStateResponse',
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

export type InitializeShareGroupStateResponse = MessageOf<typeof initializeShareGroupStateResponse>
