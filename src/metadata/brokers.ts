import type { Random } from '../env/random.ts'
import { KafkaError } from '../protocol/errors.ts'
import { single } from './bulk-transaction.ts'
import type { Endpoint, MetadataImage } from './image.ts'
import { brokerKey, CLUSTER_KEY } from './keys.ts'
import type { Decision } from './metadata.ts'
import { randomUuid } from './uuid.ts'
import { encodeBroker, encodeCluster } from './values.ts'

export interface BrokerRegistration {
  readonly brokerId: number
  /** A UUID that the process chose at its start. */
  readonly incarnation: string
  /** At least one. */
  readonly endpoints: readonly Endpoint[]
  readonly rack: string | null
}

/** Gives the cluster its id, unless it has one. The result is the id. `clusterId` null takes a random one. */
export function initializeCluster(
  image: MetadataImage,
  clusterId: string | null,
  random: Random,
): Decision<string> {
  if (image.clusterId !== null) return { change: null, result: image.clusterId }
  const chosen = clusterId ?? randomUuid(random)
  const put = { kind: 'put', key: CLUSTER_KEY, value: encodeCluster(chosen) } as const
  return { change: single([{ key: CLUSTER_KEY, modRevision: 0 }], [put]), result: chosen }
}

function writeBroker(
  image: MetadataImage,
  { brokerId, incarnation, endpoints, rack }: BrokerRegistration,
): Decision<number> {
  const key = brokerKey(brokerId)
  const before = image.brokers.get(brokerId)
  const registrations = (before?.registrations ?? 0) + 1
  const value = encodeBroker({ incarnation, registrations, endpoints, rack })
  return {
    change: single([{ key, modRevision: before?.epoch ?? 0 }], [{ kind: 'put', key, value }]),
    result: registrations,
  }
}

/**
 * Registers a broker at its start. The revision of the change is its broker epoch, and the epochs of all partitions that
 * it leads rise by one.
 */
export function registerBroker(image: MetadataImage, registration: BrokerRegistration): Decision<number> {
  if (registration.endpoints.length === 0) {
    throw new KafkaError(
      'INVALID_REGISTRATION',
      `broker ${registration.brokerId} has no endpoint to be reached by`,
    )
  }
  return writeBroker(image, registration)
}

/** Takes a broker out of the cluster for good. Throws BROKER_ID_NOT_REGISTERED. */
export function unregisterBroker(image: MetadataImage, brokerId: number): Decision<number> {
  const broker = image.brokers.get(brokerId)
  if (!broker || broker.endpoints.length === 0) {
    throw new KafkaError('BROKER_ID_NOT_REGISTERED', `Broker ID ${brokerId} is not currently registered`)
  }
  return writeBroker(image, { brokerId, incarnation: broker.incarnation, endpoints: [], rack: null })
}
