/**
 * ListTransactions 0-2 (KIP-664). 1 filters by duration (KIP-994), 2 by a pattern of transactional ids
 * (KIP-1152).
 */
import type { MessageOf, MessageTable } from '../schema.ts'

export const listTransactionsRequest = {
  name: 'ListTransactionsRequest',
  versions: [0, 2],
  flexibleFrom: 0,
  fields: {
    stateFilters: { type: '[]string' },
    producerIdFilters: { type: '[]int64' },
    durationFilter: { type: 'int64', versions: '1+', default: -1 },
    transactionalIdPattern: { type: 'string', versions: '2+', nullable: true, default: null },
  },
} as const satisfies MessageTable

export type ListTransactionsRequest = MessageOf<typeof listTransactionsRequest>

export const listTransactionsResponse = {
  name: 'ListTransactionsResponse',
  versions: [0, 2],
  flexibleFrom: 0,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16' },
    unknownStateFilters: { type: '[]string' },
    transactionStates: {
      type: '[]struct',
      fields: {
        transactionalId: { type: 'string' },
        producerId: { type: 'int64' },
        transactionState: { type: 'string' },
      },
    },
  },
} as const satisfies MessageTable

export type ListTransactionsResponse = MessageOf<typeof listTransactionsResponse>
