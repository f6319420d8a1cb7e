/**
 * AddOffsetsToTxn 0-4. 2 may answer PRODUCER_FENCED (KIP-588), 3 is flexible, 4 may answer
 * TRANSACTION_ABORTABLE (KIP-890).
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const addOffsetsToTxnRequest = {
  name: 'AddOffsetsToTxnRequest',
  versions: [0, 4],
  flexibleFrom: 3,
  fields: {
    transactionalId: { type: 'string' },
    producerId: { type: 'int64' },
    producerEpoch: { type: 'int16' },
    groupId: { type: 'string' },
  },
} as const satisfies MessageTable

export type AddOffsetsToTxnRequest = MessageOf<typeof addOffsetsToTxnRequest>

export const addOffsetsToTxnResponse = {
  name: 'AddOffsetsToTxnResponse',
  versions: [0, 4],
  flexibleFrom: 3,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16' },
  },
} as const satisfies MessageTable

export type AddOffsetsToTxnResponse = MessageOf<typeof addOffsetsToTxnResponse>
