import type { TopicPartition } from './offsets.ts'

export interface MemberSubscription {
  readonly memberId: string
  readonly topics: readonly string[]
}

/**
 * Kafka's range assignor: of each topic every subscribed member, by member id, gets a run of partitions, and the first ones get one
 * more where it does not come out even.
 */
export function assignRanges(
  members: readonly MemberSubscription[],
  partitionsOf: (topic: string) => number,
): Map<string, TopicPartition[]> {
  const assignment = new Map<string, TopicPartition[]>(members.map(({ memberId }) => [memberId, []]))
  const topics = new Set(members.flatMap((member) => member.topics))
  for (const topic of [...topics].sort()) {
    const subscribed = members
      .filter((member) => member.topics.includes(topic))
      .map(({ memberId }) => memberId)
      .sort()
    const count = partitionsOf(topic)
    let partition = 0
    for (const [index, memberId] of subscribed.entries()) {
      const share = Math.floor(count / subscribed.length) + (index < count % subscribed.length ? 1 : 0)
      for (let taken = 0; taken < share; taken++)
        assignment.get(memberId)?.push({ topic, partition: partition++ })
    }
  }
  return assignment
}
