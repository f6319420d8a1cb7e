/**
 * WriteShareGroupState 0-1: between brokers (KIP-932). 1 adds the count of finished deliveries (KIP-1226).
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const writeShareGroupStateRequest = {
  name: 'WriteShareGroupStateRequest',
  versions: [0, 1],
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
            leaderEpoch: { type: 'int32' },
            startOffset: { type: 'int64' },
            deliveryCompleteCount: { type: 'int32', versions: '1+', default: -1, ignorable: true },
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

export type WriteShareGroupStateRequest = MessageOf<typeof writeShareGroupStateRequest>

export const writeShareGroupStateResponse = {
  name: 'WriteShareGroupStateResponse',
  versions: [0, 1],
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

export type WriteShareGroupStateResponse = MessageOf<typeof writeShareGroupStateResponse>
