/** DescribeUserScramCredentials 0 (KIP-554). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const describeUserScramCredentialsRequest = {
  name: 'DescribeUserScramCredentialsRequest',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    users: {
      type: '[]struct',
      nullable: true,
      fields: {
        name: { type: 'string' },
      },
    },
  },
} as const satisfies MessageTable

export type DescribeUserScramCredentialsRequest = MessageOf<typeof describeUserScramCredentialsRequest>

export const describeUserScramCredentialsResponse = {
  name: 'DescribeUserScramCredentialsResponse',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16' },
    errorMessage: { type: 'string', nullable: true },
    results: {
      type: '[]struct',
      fields: {
        user: { type: 'string' },
        errorCode: { type: 'int16' },
        errorMessage: { type: 'string', nullable: true },
        credentialInfos: {
          type: '[]struct',
          fields: {
            mechanism: { type: 'int8' },
            iterations: { type: 'int32' },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type DescribeUserScramCredentialsResponse = MessageOf<typeof describeUserScramCredentialsResponse>
