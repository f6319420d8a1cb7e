/**
 * ReadShareGroupStateSummary 0-1: between brokers (KIP-932). 1 returns the count of finished deliveries
 * (KIP-1226).
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const readShareGroupStateSummaryRequest = {
  name: 'ReadShareGroupStateSummaryRequest',
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
            leaderEpoch: { type: 'int32' },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type ReadShareGroupStateSummaryRequest = MessageOf<typeof readShareGroupStateSummaryRequest>

export const readShareGroupStateSummaryResponse = {
  name: 'ReadShareGroupStateSummaryResponse',
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
            stateEpoch: { type: 'int32' },
            leaderEpoch: { type: 'int32' },
            startOffset: { type: 'int64' },
            deliveryCompleteCount: { type: 'int32', versions: '1+', default: -1, ignorable: true },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type ReadShareGroupStateSummaryResponse = MessageOf<typeof readShareGroupStateSummaryResponse>
