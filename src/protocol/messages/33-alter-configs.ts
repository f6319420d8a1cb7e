/** AlterConfigs 0-2: replaces all configs of a resource (KIP-133). 2 is flexible. */
import type { MessageOf, MessageTable } from '../schema.ts'

export const alterConfigsRequest = {
  name: 'AlterConfigsRequest',
  versions: [0, 2],
  flexibleFrom: 2,
  fields: {
    resources: {
      type: '[]struct',
      fields: {
        resourceType: { type: 'int8' },
        resourceName: { type: 'string' },
        configs: {
          type: '[]struct',
          fields: {
            name: { type: 'string' },
            value: { type: 'string', nullable: true },
          },
        },
      },
    },
    validateOnly: { type: 'bool' },
  },
} as const satisfies MessageTable

export type AlterConfigsRequest = MessageOf<typeof alterConfigsRequest>

export const alterConfigsResponse = {
  name: 'AlterConfigsResponse',
  versions: [0, 2],
  flexibleFrom: 2,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    responses: {
      type: '[]struct',
      fields: {
        errorCode: { type: 'int16' },
        errorMessage: { type: 'string', nullable: true },
        resourceType: { type: 'int8' },
        resourceName: { type: 'string' },
      },
    },
  },
} as const satisfies MessageTable

export type AlterConfigsResponse = MessageOf<typeof alterConfigsResponse>
