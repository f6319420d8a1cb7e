/**
 * InitProducerId 0-5 for idempotent producers (KIP-98). 3 lets a producer name the id that it had (KIP-360), which without a
 * transactional id means nothing: it gets a new one, as in Kafka.
 *
 * Deliberate gap: transactional producers. A transactional id is answered with TRANSACTIONAL_ID_AUTHORIZATION_FAILED, because that
 * is the one error that ends every client's initTransactions at once; see FindCoordinator, where such a client stops first and
 * with a message.
 */
import { errorCode } from '../../protocol/errors.ts'
import type { InitProducerIdResponse } from '../../protocol/messages/22-init-producer-id.ts'
import { settled } from '../api-error.ts'
import { defineHandler } from '../handler.ts'

export const initProducerIdHandler = defineHandler<'InitProducerId'>({
  api: 'InitProducerId',
  async handle({ transactionalId, producerId, producerEpoch }, { broker }) {
    if (transactionalId === '' || (producerId === -1) !== (producerEpoch === -1)) {
      return failure(errorCode('INVALID_REQUEST'))
    }
    if (transactionalId !== null) return failure(errorCode('TRANSACTIONAL_ID_AUTHORIZATION_FAILED'))
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
