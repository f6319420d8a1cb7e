/**
 * InitProducerId 0-5. 2 is flexible, 3 resumes with a known producer id and epoch (KIP-360), 4 may answer
 * PRODUCER_FENCED (KIP-588), 5 TRANSACTION_ABORTABLE (KIP-890). 6 (two-phase commit, KIP-939) is not stable
 * and not here.
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const initProducerIdRequest = {
  name: 'InitProducerIdRequest',
  versions: [0, 5],
  flexibleFrom: 2,
  fields: {
    transactionalId: { type: 'string', nullable: true },
    transactionTimeoutMs: { type: 'int32' },
    producerId: { type: 'int64', versions: '3+', default: -1 },
    producerEpoch: { type: 'int16', versions: '3+', default: -1 },
  },
} as const satisfies MessageTable

export type InitProducerIdRequest = MessageOf<typeof initProducerIdRequest>

export const initProducerIdResponse = {
  name: 'InitProducerIdResponse',
  versions: [0, 5],
  flexibleFrom: 2,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16' },
    producerId: { type: 'int64', default: -1 },
    producerEpoch: { type: 'int16' },
  },
} as const satisfies MessageTable

export type InitProducerIdResponse = MessageOf<typeof initProducerIdResponse>
