/** DeleteShareGroupOffsets 0 (KIP-932). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const deleteShareGroupOffsetsRequest = {
  name: 'DeleteShareGroupOffsetsRequest',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    groupId: { type: 'string' },
    topics: {
      type: '[]struct',
      fields: {
        topicName: { type: 'string' },
      },
    },
  },
} as const satisfies MessageTable

export type DeleteShareGroupOffsetsRequest = MessageOf<typeof deleteShareGroupOffsetsRequest>

export const deleteShareGroupOffsetsResponse = {
  name: 'DeleteShareGroupOffsetsResponse',
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
        errorCode: { type: 'int16' },
        errorMessage: { type: 'string', nullable: true, default: null },
      },
    },
  },
} as const satisfies MessageTable

export type DeleteShareGroupOffsetsResponse = MessageOf<typeof deleteShareGroupOffsetsResponse>
