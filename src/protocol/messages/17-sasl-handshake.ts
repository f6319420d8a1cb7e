/**
 * SaslHandshake 0-1, never flexible. After 0 the tokens follow unframed, after 1 they travel in
 * SaslAuthenticate (KIP-152).
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const saslHandshakeRequest = {
  name: 'SaslHandshakeRequest',
  versions: [0, 1],
  fields: {
    mechanism: { type: 'string' },
  },
} as const satisfies MessageTable

export type SaslHandshakeRequest = MessageOf<typeof saslHandshakeRequest>

export const saslHandshakeResponse = {
  name: 'SaslHandshakeResponse',
  versions: [0, 1],
  fields: {
    errorCode: { type: 'int16' },
    mechanisms: { type: '[]string' },
  },
} as const satisfies MessageTable

export type SaslHandshakeResponse = MessageOf<typeof saslHandshakeResponse>
