/** UnregisterBroker 0 (KIP-631). */
import type { MessageOf, MessageTable } from '../schema.ts'

export const unregisterBrokerRequest = {
  name: 'UnregisterBrokerRequest',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    brokerId: { type: 'int32' },
  },
} as const satisfies MessageTable

export type UnregisterBrokerRequest = MessageOf<typeof unregisterBrokerRequest>

export const unregisterBrokerResponse = {
  name: 'UnregisterBrokerResponse',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16' },
    errorMessage: { type: 'string', nullable: true },
  },
} as const satisfies MessageTable

export type UnregisterBrokerResponse = MessageOf<typeof unregisterBrokerResponse>
