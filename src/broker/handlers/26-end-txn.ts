/**
 * EndTxn 0-5 (KIP-98, 890). The answer comes when the decision is durable; markers follow, and until they stand the next transaction
 * waits. From 5 on the producer gets its next epoch with it. Before 2 a fenced producer is told INVALID_PRODUCER_EPOCH.
 */
import { fencedCode } from '../fenced-code.ts'
import { defineHandler } from '../handler.ts'

export const endTxnHandler = defineHandler<'EndTxn'>({
  api: 'EndTxn',
  async handle({ transactionalId, producerId, producerEpoch, committed }, { broker, apiVersion }) {
    const clientVersion = apiVersion >= 5 ? 2 : 0
    const request = { producerId, producerEpoch, committed, clientVersion }
    const response = await broker.transactions.endTransaction(transactionalId, request)
    return { ...response, errorCode: fencedCode(response.errorCode, apiVersion >= 2) }
  },
  failed: (code) => ({ throttleTimeMs: 0, errorCode: code, producerId: -1, producerEpoch: -1 }),
})
