/** CreateAcls 1-3. 1 adds pattern types (KIP-290), 2 is flexible, 3 knows user resources (KIP-373). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const createAclsRequest = {
  name: 'CreateAclsRequest',
  versions: [1, 3],
  flexibleFrom: 2,
  fields: {
    creations: {
      type: '[]struct',
      fields: {
        resourceType: { type: 'int8' },
        resourceName: { type: 'string' },
        resourcePatternType: { type: 'int8', default: 3 },
        principal: { type: 'string' },
        host: { type: 'string' },
        operation: { type: 'int8' },
        permissionType: { type: 'int8' },
      },
    },
  },
} as const satisfies MessageTable

export type CreateAclsRequest = MessageOf<typeof createAclsRequest>

export const createAclsResponse = {
  name: 'CreateAclsResponse',
  versions: [1, 3],
  flexibleFrom: 2,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    results: {
      type: '[]struct',
      fields: {
        errorCode: { type: 'int16' },
        errorMessage: { type: 'string', nullable: true },
      },
    },
  },
} as const satisfies MessageTable

export type CreateAclsResponse = MessageOf<typeof createAclsResponse>
