import { KafkaError } from '../protocol/errors.ts'
import { single } from './bulk-transaction.ts'
import { type MetadataImage, NO_LEADER, type PartitionImage } from './image.ts'
import { brokerKey, partitionKey } from './keys.ts'
import type { Decision } from './metadata.ts'
import type { Compare } from './meta-store.ts'
import { topicWithId } from './topics.ts'
import { encodePartition, type PartitionValue } from './values.ts'

export type PartitionChange = Partial<Pick<PartitionImage, 'leader' | 'replicas' | 'isr' | 'elr'>>

/**
 * Changes the leader or the replica sets of one partition. The partition epoch rises by one, and the leader epoch too
 * when the leader is another one. The result is what was stored.
 *
 * The stored epochs include all registrations of the leader so far (see `PartitionImage.leaderEpoch`). Therefore the
 * registrations of the old and the new leader are compared as well as the partition itself: a registration that the
 * image has not seen yet would have raised the epoch, and the same epoch must never be given to two leaders.
 *
 * Throws UNKNOWN_TOPIC_ID or UNKNOWN_TOPIC_OR_PARTITION.
 */
export function changePartition(
  image: MetadataImage,
  topicId: string,
  partition: number,
  wanted: PartitionChange,
): Decision<PartitionValue> {
  const topic = topicWithId(image, topicId)
  const before = topic.partitions[partition]
  if (!before) {
    throw new KafkaError(
      'UNKNOWN_TOPIC_OR_PARTITION',
      `the topic '${topic.name}' has no partition ${partition}`,
    )
  }
  const leader = wanted.leader ?? before.leader
  const leaderChanged = leader !== before.leader
  const after: PartitionValue = {
    leader,
    leaderEpoch: before.leaderEpoch + Number(leaderChanged),
    partitionEpoch: before.partitionEpoch + 1,
    leaderRegistrations: image.brokers.get(leader)?.registrations ?? 0,
    replicas: wanted.replicas ?? before.replicas,
    isr: wanted.isr ?? before.isr,
    elr: wanted.elr ?? before.elr,
  }
  const key = partitionKey(topicId, partition)
  const compare: Compare[] = [{ key, modRevision: before.modRevision }]
  for (const broker of new Set([before.leader, leader])) {
    if (broker === NO_LEADER) continue
    compare.push({ key: brokerKey(broker), modRevision: image.brokers.get(broker)?.epoch ?? 0 })
  }
  return {
    change: single(compare, [{ kind: 'put', key, value: encodePartition(after) }]),
    result: after,
  }
}
