/**
 * UnregisterBroker 0 (KIP-631).
 *
 * Divergence: the broker that answers is not unregistered, because then nothing would lead its partitions; Kafka does it.
 */
import { registeredBrokers } from '../../metadata/image.ts'
import { errorCode } from '../../protocol/errors.ts'
import { defineHandler } from '../handler.ts'

export const unregisterBrokerHandler = defineHandler<'UnregisterBroker'>({
  api: 'UnregisterBroker',
  handle({ brokerId }, { broker }) {
    const registered = registeredBrokers(broker.metadata.image).some((each) => each.brokerId === brokerId)
    return registered
      ? failure(
          errorCode('INVALID_REQUEST'),
          `Broker ${brokerId} is running; stop it before it is unregistered.`,
        )
      : failure(errorCode('BROKER_ID_NOT_REGISTERED'), `Broker ID ${brokerId} is not currently registered`)
  },
  failed: (code, message) => failure(code, message),
})

function failure(
  code: number,
  message: string,
): {
  throttleTimeMs: number
  errorCode: number
  errorMessage: string
} {
  return { throttleTimeMs: 0, errorCode: code, errorMessage: message }
}
