import { KafkaError } from '../protocol/errors.ts'
import { single } from './bulk-transaction.ts'
import type { MetadataImage } from './image.ts'
import { brokerKey, PRODUCER_ID_KEY } from './keys.ts'
import type { Decision } from './metadata.ts'
import { encodeProducerIds } from './values.ts'

export const PRODUCER_ID_BLOCK = 1000

export interface ProducerIdBlock {
  readonly firstProducerId: number
  readonly count: number
}

/**
 * Hands out a block of producer ids, which no other broker and no later process ever gets again; what a broker has not
 * used of its block when it stops is lost. Throws STALE_BROKER_EPOCH unless the broker is registered with that epoch.
 */
export function allocateProducerIds(
  image: MetadataImage,
  brokerId: number,
  brokerEpoch: number,
): Decision<ProducerIdBlock> {
  const registered = image.brokers.get(brokerId)
  if (registered?.epoch !== brokerEpoch) {
    throw new KafkaError(
      'STALE_BROKER_EPOCH',
      `broker ${brokerId} asked with epoch ${brokerEpoch}, but is registered with ${registered?.epoch ?? 'none'}`,
    )
  }
  const firstProducerId = image.nextProducerId
  const value = encodeProducerIds(firstProducerId + PRODUCER_ID_BLOCK)
  const change = single(
    [
      { key: PRODUCER_ID_KEY, modRevision: image.producerIdRevision },
      { key: brokerKey(brokerId), modRevision: brokerEpoch },
    ],
    [{ kind: 'put', key: PRODUCER_ID_KEY, value }],
  )
  return { change, result: { firstProducerId, count: PRODUCER_ID_BLOCK } }
}
