/** SaslAuthenticate 0-2 (KIP-152). 1 returns the session's lifetime (KIP-368), 2 is flexible. */
import type { MessageOf, MessageTable } from '../schema.ts'

export const saslAuthenticateRequest = {
  name: 'SaslAuthenticateRequest',
  versions: [0, 2],
  flexibleFrom: 2,
  fields: {
    authBytes: { type: 'bytes' },
  },
} as const satisfies MessageTable

export type SaslAuthenticateRequest = MessageOf<typeof saslAuthenticateRequest>

export const saslAuthenticateResponse = {
  name: 'SaslAuthenticateResponse',
  versions: [0, 2],
  flexibleFrom: 2,
  fields: {
    errorCode: { type: 'int16' },
    errorMessage: { type: 'string', nullable: true },
    authBytes: { type: 'bytes' },
    sessionLifetimeMs: { type: 'int64', versions: '1+', default: 0, ignorable: true },
  },
} as const satisfies MessageTable

export type SaslAuthenticateResponse = MessageOf<typeof saslAuthenticateResponse>
