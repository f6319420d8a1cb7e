/** CreateDelegationToken 1-3 (KIP-48). 2 is flexible, 3 creates tokens for another owner (KIP-373). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const createDelegationTokenRequest = {
  name: 'CreateDelegationTokenRequest',
  versions: [1, 3],
  flexibleFrom: 2,
  fields: {
    ownerPrincipalType: { type: 'string', versions: '3+', nullable: true },
    ownerPrincipalName: { type: 'string', versions: '3+', nullable: true },
    renewers: {
      type: '[]struct',
      fields: {
        principalType: { type: 'string' },
        principalName: { type: 'string' },
      },
    },
    maxLifetimeMs: { type: 'int64' },
  },
} as const satisfies MessageTable

export type CreateDelegationTokenRequest = MessageOf<typeof createDelegationTokenRequest>

export const createDelegationTokenResponse = {
  name: 'CreateDelegationTokenResponse',
  versions: [1, 3],
  flexibleFrom: 2,
  fields: {
    errorCode: { type: 'int16' },
    principalType: { type: 'string' },
    principalName: { type: 'string' },
    tokenRequesterPrincipalType: { type: 'string', versions: '3+' },
    tokenRequesterPrincipalName: { type: 'string', versions: '3+' },
    issueTimestampMs: { type: 'int64' },
    expiryTimestampMs: { type: 'int64' },
    maxTimestampMs: { type: 'int64' },
    tokenId: { type: 'string' },
    hmac: { type: 'bytes' },
    throttleTimeMs: { type: 'int32', default: 0 },
  },
} as const satisfies MessageTable

export type CreateDelegationTokenResponse = MessageOf<typeof createDelegationTokenResponse>
