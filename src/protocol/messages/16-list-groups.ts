/**
 * ListGroups 0-5. 1 adds the throttle time, 3 is flexible, 4 filters by and returns states (KIP-518), 5 does
 * the same for types (KIP-848).
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const listGroupsRequest = {
  name: 'ListGroupsRequest',
  versions: [0, 5],
  flexibleFrom: 3,
  fields: {
    statesFilter: { type: '[]string', versions: '4+' },
    typesFilter: { type: '[]string', versions: '5+' },
  },
} as const satisfies MessageTable

export type ListGroupsRequest = MessageOf<typeof listGroupsRequest>

export const listGroupsResponse = {
  name: 'ListGroupsResponse',
  versions: [0, 5],
  flexibleFrom: 3,
  fields: {
    throttleTimeMs: { type: 'int32', versions: '1+', default: 0, ignorable: true },
    errorCode: { type: 'int16' },
    groups: {
      type: '[]struct',
      fields: {
        groupId: { type: 'string' },
        protocolType: { type: 'string' },
        groupState: { type: 'string', versions: '4+', ignorable: true },
        groupType: { type: 'string', versions: '5+', ignorable: true },
      },
    },
  },
} as const satisfies MessageTable

export type ListGroupsResponse = MessageOf<typeof listGroupsResponse>
