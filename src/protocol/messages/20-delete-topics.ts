/**
 * DeleteTopics 1-6. 3 may answer TOPIC_DELETION_DISABLED, 4 is flexible, 5 adds error messages and may be
 * throttled (KIP-599), 6 takes topic ids (KIP-516).
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const deleteTopicsRequest = {
  name: 'DeleteTopicsRequest',
  versions: [1, 6],
  flexibleFrom: 4,
  fields: {
    topics: {
      type: '[]struct',
      versions: '6+',
      fields: {
        name: { type: 'string', nullable: true, default: null },
        topicId: { type: 'uuid' },
      },
    },
    topicNames: { type: '[]string', versions: '1-5', ignorable: true },
    timeoutMs: { type: 'int32' },
  },
} as const satisfies MessageTable

export type DeleteTopicsRequest = MessageOf<typeof deleteTopicsRequest>

export const deleteTopicsResponse = {
  name: 'DeleteTopicsResponse',
  versions: [1, 6],
  flexibleFrom: 4,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    responses: {
      type: '[]struct',
      fields: {
        name: { type: 'string', nullable: '6+' },
        topicId: { type: 'uuid', versions: '6+', ignorable: true },
        errorCode: { type: 'int16' },
        errorMessage: { type: 'string', versions: '5+', nullable: true, default: null, ignorable: true },
      },
    },
  },
} as const satisfies MessageTable

export type DeleteTopicsResponse = MessageOf<typeof deleteTopicsResponse>
