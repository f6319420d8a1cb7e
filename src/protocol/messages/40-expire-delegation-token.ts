/** ExpireDelegationToken 1-2 (KIP-48). 2 is flexible. */
import type { MessageOf, MessageTable } from '../schema.ts'

export const expireDelegationTokenRequest = {
  name: 'ExpireDelegationTokenRequest',
  versions: [1, 2],
  flexibleFrom: 2,
  fields: {
    hmac: { type: 'bytes' },
    expiryTimePeriodMs: { type: 'int64' },
  },
} as const satisfies MessageTable

export type ExpireDelegationTokenRequest = MessageOf<typeof expireDelegationTokenRequest>

export const expireDelegationTokenResponse = {
  name: 'ExpireDelegationTokenResponse',
  versions: [1, 2],
  flexibleFrom: 2,
  fields: {
    errorCode: { type: 'int16' },
    expiryTimestampMs: { type: 'int64' },
    throttleTimeMs: { type: 'int32', default: 0 },
  },
} as const satisfies MessageTable

export type ExpireDelegationTokenResponse = MessageOf<typeof expireDelegationTokenResponse>
