import { errorNameOf, KafkaError } from '../protocol/errors.ts'
import { addSequence } from '../records/record-batch.ts'
import type { ClusterClient } from './cluster-client.ts'

/** A producer id with its epoch, and the next sequence number of each partition (KIP-98). */
export class ProducerIdentity {
  readonly producerId: number
  readonly producerEpoch: number
  readonly #next = new Map<string, number>()

  constructor(producerId: number, producerEpoch: number) {
    this.producerId = producerId
    this.producerEpoch = producerEpoch
  }

  /** The sequence number of the first of `count` records. */
  takeSequences(topic: string, partition: number, count: number): number {
    const key = `${partition} ${topic}`
    const base = this.#next.get(key) ?? 0
    this.#next.set(key, addSequence(base, count))
    return base
  }
}

/** Asks the cluster for an identity that nobody has. */
export async function newProducerIdentity(client: ClusterClient): Promise<ProducerIdentity> {
  const response = await client.any(
    'InitProducerId',
    { transactionalId: null, transactionTimeoutMs: 60_000 },
    ({ errorCode }) => {
      if (errorCode !== 0) throw new KafkaError(errorNameOf(errorCode))
    },
  )
  return new ProducerIdentity(response.producerId, response.producerEpoch)
}
