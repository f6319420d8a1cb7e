import type { Random } from '../env/random.ts'
import { KafkaError } from '../protocol/errors.ts'
import { type BrokerImage, type MetadataImage, type PartitionImage, registeredBrokers } from './image.ts'
import type { PartitionValue } from './values.ts'

/** Brokers in an order that takes one of each rack in turn, so that leaders that follow each other lie on different racks. */
function rackAlternating(brokers: readonly BrokerImage[]): BrokerImage[] {
  const racks = [...Map.groupBy(brokers, ({ rack }) => rack).values()]
  const order: BrokerImage[] = []
  for (let turn = 0; order.length < brokers.length; turn++) {
    for (const members of racks) {
      const member = members[turn]
      if (member) order.push(member)
    }
  }
  return order
}

/**
 * The replicas of one partition: the leader at `at`, then those behind it in the ring, beginning `shift` further on, and
 * always one from a rack that has fewest of the replicas yet.
 */
function replicasFrom(
  ring: readonly BrokerImage[],
  at: number,
  shift: number,
  replicationFactor: number,
): number[] {
  const others = ring.length - 1
  const candidates = Array.from(
    { length: others },
    (_, k) => ring[(at + 1 + ((shift + k) % others)) % ring.length],
  )
  const chosen: number[] = []
  const uses = new Map<string | null, number>()
  let next: BrokerImage | undefined = ring[at]
  while (next) {
    chosen.push(next.brokerId)
    uses.set(next.rack, (uses.get(next.rack) ?? 0) + 1)
    if (chosen.length === replicationFactor) break
    next = undefined
    for (const candidate of candidates) {
      if (!candidate || chosen.includes(candidate.brokerId)) continue
      if (!next || (uses.get(candidate.rack) ?? 0) < (uses.get(next.rack) ?? 0)) next = candidate
    }
  }
  return chosen
}

/**
 * Replicas of `count` new partitions, the first of each being the preferred leader. Leaders go round all brokers from a
 * random start; the followers' distance grows with each round, so that a broker's partitions do not share followers.
 * A replica goes to a rack that the partition is not on yet while there is one.
 * Throws INVALID_REPLICATION_FACTOR when there are too few brokers.
 */
export function placeReplicas(
  image: MetadataImage,
  count: number,
  replicationFactor: number,
  random: Random,
): number[][] {
  const brokers = rackAlternating(registeredBrokers(image))
  if (brokers.length < replicationFactor) {
    throw new KafkaError(
      'INVALID_REPLICATION_FACTOR',
      `Unable to replicate the partition ${replicationFactor} time(s): The target replication factor of ` +
        `${replicationFactor} cannot be reached because only ${brokers.length} broker(s) are registered.`,
    )
  }
  const start = random.below(brokers.length)
  return Array.from({ length: count }, (_, partition) => {
    const round = Math.floor(partition / brokers.length)
    return replicasFrom(brokers, (start + partition) % brokers.length, round, replicationFactor)
  })
}

function invalid(message: string): KafkaError {
  return new KafkaError('INVALID_REPLICA_ASSIGNMENT', message)
}

/**
 * Checks replicas that a client chose. All partitions must have the same number of them, `replicationFactor` when it is
 * given. Throws INVALID_REPLICA_ASSIGNMENT.
 */
export function checkAssignments(
  image: MetadataImage,
  assignments: readonly (readonly number[])[],
  replicationFactor?: number,
): void {
  const registered = new Set(registeredBrokers(image).map(({ brokerId }) => brokerId))
  let expected = replicationFactor
  for (const replicas of assignments) {
    if (replicas.length === 0)
      throw invalid('The manual partition assignment includes an empty replica list.')
    for (const [index, broker] of replicas.entries()) {
      if (!registered.has(broker)) {
        throw invalid(
          `The manual partition assignment includes broker ${broker}, but no such broker is registered.`,
        )
      }
      if (replicas.indexOf(broker) < index) {
        throw invalid(`The manual partition assignment includes the broker ${broker} more than once.`)
      }
    }
    expected ??= replicas.length
    if (replicas.length !== expected) {
      throw invalid(
        `The manual partition assignment includes a partition with ${replicas.length} replica(s), but this is not ` +
          `consistent with previous partitions, which have ${expected} replica(s).`,
      )
    }
  }
}

/** A new partition: all replicas are in sync, since there is nothing to be behind of. */
export function newPartition(image: MetadataImage, replicas: readonly number[]): PartitionValue {
  const leader = replicas[0] ?? -1
  return {
    leader,
    leaderEpoch: 0,
    partitionEpoch: 0,
    leaderRegistrations: image.brokers.get(leader)?.registrations ?? 0,
    replicas,
    isr: replicas,
    elr: [],
  }
}

export function replicationFactorOf(partitions: readonly PartitionImage[]): number {
  return partitions[0]?.replicas.length ?? 0
}
