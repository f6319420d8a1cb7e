/** ReadShareGroupState 0: between brokers (KIP-932). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const readShareGroupStateRequest = {
  name: 'ReadShareGroupStateRequest',
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
            leaderEpoch: { type: 'int32' },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type ReadShareGroupStateRequest = MessageOf<typeof readShareGroupStateRequest>

export const readShareGroupStateResponse = {
  name: 'ReadShareGroupStateResponse',
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
            stateEpoch: { type: 'int32' },
            startOffset: { type: 'int64' },
            stateBatches: {
              type: '[]struct',
              fields: {
                firstOffset: { type: 'int64' },
                lastOffset: { type: 'int64' },
                deliveryState: { type: 'int8' },
                deliveryCount: { type: 'int16' },
              },
            },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type ReadShareGroupStateResponse = MessageOf<typeof readShareGroupStateResponse>
