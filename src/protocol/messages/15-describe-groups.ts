/**
 * DescribeGroups 0-6. 1 adds the throttle time, 3 authorized operations (KIP-430), 4 static members
 * (KIP-345), 5 is flexible, 6 says GROUP_ID_NOT_FOUND with a message instead of a dead group (KIP-1043).
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const describeGroupsRequest = {
  name: 'DescribeGroupsRequest',
  versions: [0, 6],
  flexibleFrom: 5,
  fields: {
    groups: { type: '[]string' },
    includeAuthorizedOperations: { type: 'bool', versions: '3+' },
  },
} as const satisfies MessageTable

export type DescribeGroupsRequest = MessageOf<typeof describeGroupsRequest>

export const describeGroupsResponse = {
  name: 'DescribeGroupsResponse',
  versions: [0, 6],
  flexibleFrom: 5,
  fields: {
    throttleTimeMs: { type: 'int32', versions: '1+', default: 0, ignorable: true },
    groups: {
      type: '[]struct',
      fields: {
        errorCode: { type: 'int16' },
        errorMessage: { type: 'string', versions: '6+', nullable: true, default: null },
        groupId: { type: 'string' },
        groupState: { type: 'string' },
        protocolType: { type: 'string' },
        protocolData: { type: 'string' },
        members: {
          type: '[]struct',
          fields: {
            memberId: { type: 'string' },
            groupInstanceId: {
              type: 'string',
              versions: '4+',
              nullable: true,
              default: null,
              ignorable: true,
            },
            clientId: { type: 'string' },
            clientHost: { type: 'string' },
            memberMetadata: { type: 'bytes' },
            memberAssignment: { type: 'bytes' },
          },
        },
        authorizedOperations: { type: 'int32', versions: '3+', default: -2147483648 },
      },
    },
  },
} as const satisfies MessageTable

export type DescribeGroupsResponse = MessageOf<typeof describeGroupsResponse>
