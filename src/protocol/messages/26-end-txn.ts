/**
 * EndTxn 0-5. 2 may answer PRODUCER_FENCED (KIP-588), 3 is flexible, 4 may answer TRANSACTION_ABORTABLE, 5
 * returns the producer's next epoch (both KIP-890).
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const endTxnRequest = {
  name: 'EndTxnRequest',
  versions: [0, 5],
  flexibleFrom: 3,
  fields: {
    transactionalId: { type: 'string' },
    producerId: { type: 'int64' },
    producerEpoch: { type: 'int16' },
    committed: { type: 'bool' },
  },
} as const satisfies MessageTable

export type EndTxnRequest = MessageOf<typeof endTxnRequest>

export const endTxnResponse = {
  name: 'EndTxnResponse',
  versions: [0, 5],
  flexibleFrom: 3,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16' },
    producerId: { type: 'int64', versions: '5+', default: -1, ignorable: true },
    producerEpoch: { type: 'int16', versions: '5+', default: -1, ignorable: true },
  },
} as const satisfies MessageTable

export type EndTxnResponse = MessageOf<typeof endTxnResponse>
