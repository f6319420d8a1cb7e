/** AlterUserScramCredentials 0 (KIP-554). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const alterUserScramCredentialsRequest = {
  name: 'AlterUserScramCredentialsRequest',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    deletions: {
      type: '[]struct',
      fields: {
        name: { type: 'string' },
        mechanism: { type: 'int8' },
      },
    },
    upsertions: {
      type: '[]struct',
      fields: {
        name: { type: 'string' },
        mechanism: { type: 'int8' },
        iterations: { type: 'int32' },
        salt: { type: 'bytes' },
        saltedPassword: { type: 'bytes' },
      },
    },
  },
} as const satisfies MessageTable

export type AlterUserScramCredentialsRequest = MessageOf<typeof alterUserScramCredentialsRequest>

export const alterUserScramCredentialsResponse = {
  name: 'AlterUserScramCredentialsResponse',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    results: {
      type: '[]struct',
      fields: {
        user: { type: 'string' },
        errorCode: { type: 'int16' },
        errorMessage: { type: 'string', nullable: true },
      },
    },
  },
} as const satisfies MessageTable

export type AlterUserScramCredentialsResponse = MessageOf<typeof alterUserScramCredentialsResponse>
