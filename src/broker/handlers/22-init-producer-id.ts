/**
 * InitProducerId 0-5 (KIP-98, 360, 588, 890). 3 lets a producer name the id that it had (KIP-360), which without a transactional id
 * means nothing: it gets a new one, as in Kafka. Before 4 a fenced producer is told INVALID_PRODUCER_EPOCH.
 */
import { errorCode } from '../../protocol/errors.ts'
import type { InitProducerIdResponse } from '../../protocol/messages/22-init-producer-id.ts'
import { settled } from '../api-error.ts'
import { fencedCode } from '../fenced-code.ts'
import { defineHandler } from '../handler.ts'

export const initProducerIdHandler = defineHandler<'InitProducerId'>({
  api: 'InitProducerId',
  async handle(request, { broker, apiVersion }) {
    const { transactionalId, producerId, producerEpoch } = request
    if (transactionalId === '' || (producerId === -1) !== (producerEpoch === -1)) {
      return failure(errorCode('INVALID_REQUEST'))
    }
    if (transactionalId !== null) {
      const response = await broker.transactions.initProducerId(request)
      return { ...response, errorCode: fencedCode(response.errorCode, apiVersion >= 4) }
    }
    return await settled(
      async () => ({
        ...failure(errorCode('NONE')),
        producerId: await broker.producerIds.take(),
        producerEpoch: 0,
      }),
      ({ code }) => failure(code),
    )
  },
  failed: (code) => failure(code),
})

function failure(code: number): InitProducerIdResponse {
  return { throttleTimeMs: 0, errorCode: code, producerId: -1, producerEpoch: -1 }
}
