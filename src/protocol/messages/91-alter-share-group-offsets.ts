/** AlterShareGroupOffsets 0 (KIP-932). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const alterShareGroupOffsetsRequest = {
  name: 'AlterShareGroupOffsetsRequest',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    groupId: { type: 'string' },
    topics: {
      type: '[]struct',
      fields: {
        topicName: { type: 'string' },
        partitions: {
          type: '[]struct',
          fields: {
            partitionIndex: { type: 'int32' },
            startOffset: { type: 'int64' },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type AlterShareGroupOffsetsRequest = MessageOf<typeof alterShareGroupOffsetsRequest>

export const alterShareGroupOffsetsResponse = {
  name: 'AlterShareGroupOffsetsResponse',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16' },
    errorMessage: { type: 'string', nullable: true, default: null },
    responses: {
      type: '[]struct',
      fields: {
        topicName: { type: 'string' },
        topicId: { type: 'uuid' },
        partitions: {
          type: '[]struct',
          fields: {
            partitionIndex: { type: 'int32' },
            errorCode: { type: 'int16' },
            errorMessage: { type: 'string', nullable: true, default: null },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type AlterShareGroupOffsetsResponse = MessageOf<typeof alterShareGroupOffsetsResponse>
