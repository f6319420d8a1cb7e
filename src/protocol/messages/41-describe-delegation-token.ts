/** DescribeDelegationToken 1-3 (KIP-48). 2 is flexible, 3 returns who asked for the token (KIP-373). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const describeDelegationTokenRequest = {
  name: 'DescribeDelegationTokenRequest',
  versions: [1, 3],
  flexibleFrom: 2,
  fields: {
    owners: {
      type: '[]struct',
      nullable: true,
      fields: {
        principalType: { type: 'string' },
        principalName: { type: 'string' },
      },
    },
  },
} as const satisfies MessageTable

export type DescribeDelegationTokenRequest = MessageOf<typeof describeDelegationTokenRequest>

export const describeDelegationTokenResponse = {
  name: 'DescribeDelegationTokenResponse',
  versions: [1, 3],
  flexibleFrom: 2,
  fields: {
    errorCode: { type: 'int16' },
    tokens: {
      type: '[]struct',
      fields: {
        principalType: { type: 'string' },
        principalName: { type: 'string' },
        tokenRequesterPrincipalType: { type: 'string', versions: '3+' },
        tokenRequesterPrincipalName: { type: 'string', versions: '3+' },
        issueTimestamp: { type: 'int64' },
        expiryTimestamp: { type: 'int64' },
        maxTimestamp: { type: 'int64' },
        tokenId: { type: 'string' },
        hmac: { type: 'bytes' },
        renewers: {
          type: '[]struct',
          fields: {
            principalType: { type: 'string' },
            principalName: { type: 'string' },
          },
        },
      },
    },
    throttleTimeMs: { type: 'int32', default: 0 },
  },
} as const satisfies MessageTable

export type DescribeDelegationTokenResponse = MessageOf<typeof describeDelegationTokenResponse>
