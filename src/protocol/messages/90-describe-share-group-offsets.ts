/** DescribeShareGroupOffsets 0-1 (KIP-932). 1 returns the lag (KIP-1226). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const describeShareGroupOffsetsRequest = {
  name: 'DescribeShareGroupOffsetsRequest',
  versions: [0, 1],
  flexibleFrom: 0,
  fields: {
    groups: {
      type: '[]struct',
      fields: {
        groupId: { type: 'string' },
        topics: {
          type: '[]struct',
          nullable: true,
          fields: {
            topicName: { type: 'string' },
            partitions: { type: '[]int32' },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type DescribeShareGroupOffsetsRequest = MessageOf<typeof describeShareGroupOffsetsRequest>

export const describeShareGroupOffsetsResponse = {
  name: 'DescribeShareGroupOffsetsResponse',
  versions: [0, 1],
  flexibleFrom: 0,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    groups: {
      type: '[]struct',
      fields: {
        groupId: { type: 'string' },
        topics: {
          type: '[]struct',
          fields: {
            topicName: { type: 'string' },
            topicId: { type: 'uuid' },
            partitions: {
              type: '[]struct',
              fields: {
                partitionIndex: { type: 'int32' },
                startOffset: { type: 'int64' },
                leaderEpoch: { type: 'int32' },
                lag: { type: 'int64', versions: '1+', default: -1, ignorable: true },
                errorCode: { type: 'int16' },
                errorMessage: { type: 'string', nullable: true, default: null },
              },
            },
          },
        },
        errorCode: { type: 'int16' },
        errorMessage: { type: 'string', nullable: true, default: null },
      },
    },
  },
} as const satisfies MessageTable

export type DescribeShareGroupOffsetsResponse = MessageOf<typeof describeShareGroupOffsetsResponse>
