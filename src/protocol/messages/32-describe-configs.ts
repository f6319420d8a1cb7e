/**
 * DescribeConfigs 1-4. 1 returns sources and synonyms (KIP-226), 3 types and documentation (KIP-569), 4 is
 * flexible.
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const describeConfigsRequest = {
  name: 'DescribeConfigsRequest',
  versions: [1, 4],
  flexibleFrom: 4,
  fields: {
    resources: {
      type: '[]struct',
      fields: {
        resourceType: { type: 'int8' },
        resourceName: { type: 'string' },
        configurationKeys: { type: '[]string', nullable: true },
      },
    },
    includeSynonyms: { type: 'bool', default: false },
    includeDocumentation: { type: 'bool', versions: '3+', default: false },
  },
} as const satisfies MessageTable

export type DescribeConfigsRequest = MessageOf<typeof describeConfigsRequest>

export const describeConfigsResponse = {
  name: 'DescribeConfigsResponse',
  versions: [1, 4],
  flexibleFrom: 4,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    results: {
      type: '[]struct',
      fields: {
        errorCode: { type: 'int16' },
        errorMessage: { type: 'string', nullable: true },
        resourceType: { type: 'int8' },
        resourceName: { type: 'string' },
        configs: {
          type: '[]struct',
          fields: {
            name: { type: 'string' },
            value: { type: 'string', nullable: true },
            readOnly: { type: 'bool' },
            configSource: { type: 'int8', default: -1 },
            isSensitive: { type: 'bool' },
            synonyms: {
              type: '[]struct',
              fields: {
                name: { type: 'string' },
                value: { type: 'string', nullable: true },
                source: { type: 'int8' },
              },
            },
            configType: { type: 'int8', versions: '3+', default: 0, ignorable: true },
            documentation: { type: 'string', versions: '3+', nullable: true, ignorable: true },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type DescribeConfigsResponse = MessageOf<typeof describeConfigsResponse>
