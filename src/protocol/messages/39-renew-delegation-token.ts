/** RenewDelegationToken 1-2 (KIP-48). 2 is flexible. */
import type { MessageOf, MessageTable } from '../schema.ts'

export const renewDelegationTokenRequest = {
  name: 'RenewDelegationTokenRequest',
  versions: [1, 2],
  flexibleFrom: 2,
  fields: {
    hmac: { type: 'bytes' },
    renewPeriodMs: { type: 'int64' },
  },
} as const satisfies MessageTable

export type RenewDelegationTokenRequest = MessageOf<typeof renewDelegationTokenRequest>

export const renewDelegationTokenResponse = {
  name: 'RenewDelegationTokenResponse',
  versions: [1, 2],
  flexibleFrom: 2,
  fields: {
    errorCode: { type: 'int16' },
    expiryTimestampMs: { type: 'int64' },
    throttleTimeMs: { type: 'int32', default: 0 },
  },
} as const satisfies MessageTable

export type RenewDelegationTokenResponse = MessageOf<typeof renewDelegationTokenResponse>
