/**
 * ListConfigResources 0-1. 0 lists client metrics resources only (KIP-714), 1 those of the asked types
 * (KIP-1142).
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const listConfigResourcesRequest = {
  name: 'ListConfigResourcesRequest',
  versions: [0, 1],
  flexibleFrom: 0,
  fields: {
    resourceTypes: { type: '[]int8', versions: '1+' },
  },
} as const satisfies MessageTable

export type ListConfigResourcesRequest = MessageOf<typeof listConfigResourcesRequest>

export const listConfigResourcesResponse = {
  name: 'ListConfigResourcesResponse',
  versions: [0, 1],
  flexibleFrom: 0,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16' },
    configResources: {
      type: '[]struct',
      fields: {
        resourceName: { type: 'string' },
        resourceType: { type: 'int8', versions: '1+', default: 16, ignorable: true },
      },
    },
  },
} as const satisfies MessageTable

export type ListConfigResourcesResponse = MessageOf<typeof listConfigResourcesResponse>
