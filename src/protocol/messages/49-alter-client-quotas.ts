/** AlterClientQuotas 0-1 (KIP-546). 1 is flexible. */
import type { MessageOf, MessageTable } from '../schema.ts'

export const alterClientQuotasRequest = {
  name: 'AlterClientQuotasRequest',
  versions: [0, 1],
  flexibleFrom: 1,
  fields: {
    entries: {
      type: '[]struct',
      fields: {
        entity: {
          type: '[]struct',
          fields: {
            entityType: { type: 'string' },
            entityName: { type: 'string', nullable: true },
          },
        },
        ops: {
          type: '[]struct',
          fields: {
            key: { type: 'string' },
            value: { type: 'float64' },
            remove: { type: 'bool' },
          },
        },
      },
    },
    validateOnly: { type: 'bool' },
  },
} as const satisfies MessageTable

export type AlterClientQuotasRequest = MessageOf<typeof alterClientQuotasRequest>

export const alterClientQuotasResponse = {
  name: 'AlterClientQuotasResponse',
  versions: [0, 1],
  flexibleFrom: 1,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    entries: {
      type: '[]struct',
      fields: {
        errorCode: { type: 'int16' },
        errorMessage: { type: 'string', nullable: true },
        entity: {
          type: '[]struct',
          fields: {
            entityType: { type: 'string' },
            entityName: { type: 'string', nullable: true },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type AlterClientQuotasResponse = MessageOf<typeof alterClientQuotasResponse>
