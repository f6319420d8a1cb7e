/** DescribeClientQuotas 0-1 (KIP-546). 1 is flexible. */
import type { MessageOf, MessageTable } from '../schema.ts'

export const describeClientQuotasRequest = {
  name: 'DescribeClientQuotasRequest',
  versions: [0, 1],
  flexibleFrom: 1,
  fields: {
    components: {
      type: '[]struct',
      fields: {
        entityType: { type: 'string' },
        matchType: { type: 'int8' },
        match: { type: 'string', nullable: true },
      },
    },
    strict: { type: 'bool' },
  },
} as const satisfies MessageTable

export type DescribeClientQuotasRequest = MessageOf<typeof describeClientQuotasRequest>

export const describeClientQuotasResponse = {
  name: 'DescribeClientQuotasResponse',
  versions: [0, 1],
  flexibleFrom: 1,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16' },
    errorMessage: { type: 'string', nullable: true },
    entries: {
      type: '[]struct',
      nullable: true,
      fields: {
        entity: {
          type: '[]struct',
          fields: {
            entityType: { type: 'string' },
            entityName: { type: 'string', nullable: true },
          },
        },
        values: {
          type: '[]struct',
          fields: {
            key: { type: 'string' },
            value: { type: 'float64' },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type DescribeClientQuotasResponse = MessageOf<typeof describeClientQuotasResponse>
