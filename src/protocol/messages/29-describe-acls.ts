/** DescribeAcls 1-3. 1 adds pattern types (KIP-290), 2 is flexible, 3 knows user resources (KIP-373). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const describeAclsRequest = {
  name: 'DescribeAclsRequest',
  versions: [1, 3],
  flexibleFrom: 2,
  fields: {
    resourceTypeFilter: { type: 'int8' },
    resourceNameFilter: { type: 'string', nullable: true },
    patternTypeFilter: { type: 'int8', default: 3 },
    principalFilter: { type: 'string', nullable: true },
    hostFilter: { type: 'string', nullable: true },
    operation: { type: 'int8' },
    permissionType: { type: 'int8' },
  },
} as const satisfies MessageTable

export type DescribeAclsRequest = MessageOf<typeof describeAclsRequest>

export const describeAclsResponse = {
  name: 'DescribeAclsResponse',
  versions: [1, 3],
  flexibleFrom: 2,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16' },
    errorMessage: { type: 'string', nullable: true },
    resources: {
      type: '[]struct',
      fields: {
        resourceType: { type: 'int8' },
        resourceName: { type: 'string' },
        patternType: { type: 'int8', default: 3 },
        acls: {
          type: '[]struct',
          fields: {
            principal: { type: 'string' },
            host: { type: 'string' },
            operation: { type: 'int8' },
            permissionType: { type: 'int8' },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type DescribeAclsResponse = MessageOf<typeof describeAclsResponse>
