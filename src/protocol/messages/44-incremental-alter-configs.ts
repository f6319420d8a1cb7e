/**
 * IncrementalAlterConfigs 0-1: sets, deletes, appends to or subtracts from single configs (KIP-339). 1 is
 * flexible.
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const incrementalAlterConfigsRequest = {
  name: 'IncrementalAlterConfigsRequest',
  versions: [0, 1],
  flexibleFrom: 1,
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
            configOperation: { type: 'int8' },
            value: { type: 'string', nullable: true },
          },
        },
      },
    },
    validateOnly: { type: 'bool' },
  },
} as const satisfies MessageTable

export type IncrementalAlterConfigsRequest = MessageOf<typeof incrementalAlterConfigsRequest>

export const incrementalAlterConfigsResponse = {
  name: 'IncrementalAlterConfigsResponse',
  versions: [0, 1],
  flexibleFrom: 1,
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

export type IncrementalAlterConfigsResponse = MessageOf<typeof incrementalAlterConfigsResponse>
