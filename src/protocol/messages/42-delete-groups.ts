/** DeleteGroups 0-3 (KIP-229). 2 is flexible, 3 adds an error message per group. */
import type { MessageOf, MessageTable } from '../schema.ts'

export const deleteGroupsRequest = {
  name: 'DeleteGroupsRequest',
  versions: [0, 3],
  flexibleFrom: 2,
  fields: {
    groupsNames: { type: '[]string' },
  },
} as const satisfies MessageTable

export type DeleteGroupsRequest = MessageOf<typeof deleteGroupsRequest>

export const deleteGroupsResponse = {
  name: 'DeleteGroupsResponse',
  versions: [0, 3],
  flexibleFrom: 2,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    results: {
      type: '[]struct',
      fields: {
        groupId: { type: 'string' },
        errorCode: { type: 'int16' },
        errorMessage: { type: 'string', versions: '3+', nullable: true, default: null, ignorable: true },
      },
    },
  },
} as const satisfies MessageTable

export type DeleteGroupsResponse = MessageOf<typeof deleteGroupsResponse>
