/** DeleteAcls 1-3. 1 adds pattern types (KIP-290), 2 is flexible, 3 knows user resources (KIP-373). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const deleteAclsRequest = {
  name: 'DeleteAclsRequest',
  versions: [1, 3],
  flexibleFrom: 2,
  fields: {
    filters: {
      type: '[]struct',
      fields: {
        resourceTypeFilter: { type: 'int8' },
        resourceNameFilter: { type: 'string', nullable: true },
        patternTypeFilter: { type: 'int8', default: 3 },
        principalFilter: { type: 'string', nullable: true },
        hostFilter: { type: 'string', nullable: true },
        operation: { type: 'int8' },
        permissionType: { type: 'int8' },
      },
    },
  },
} as const satisfies MessageTable

export type DeleteAclsRequest = MessageOf<typeof deleteAclsRequest>

export const deleteAclsResponse = {
  name: 'DeleteAclsResponse',
  versions: [1, 3],
  flexibleFrom: 2,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    filterResults: {
      type: '[]struct',
      fields: {
        errorCode: { type: 'int16' },
        errorMessage: { type: 'string', nullable: true },
        matchingAcls: {
          type: '[]struct',
          fields: {
            errorCode: { type: 'int16' },
            errorMessage: { type: 'string', nullable: true },
            resourceType: { type: 'int8' },
            resourceName: { type: 'string' },
            patternType: { type: 'int8', default: 3 },
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

export type DeleteAclsResponse = MessageOf<typeof deleteAclsResponse>
