import type { Assignment, Assignor, GroupSpec, MemberSpec } from './assignor.ts'

interface TopicQuota {
  readonly partitions: number
  members: number
  next: number
  /** Members that are still to get one partition more than the others; null until the first is served. */
  extra: number | null
}

/**
 * Consecutive partitions of each topic for each of its subscribers, so that topics with the same subscribers are
 * co-partitioned (Kafka: RangeAssignor). Static members come first, in the order of their instance ids, then the others
 * in the order of their member ids.
 */
export const rangeAssignor: Assignor = { name: 'range', assign: assignRanges }

function assignRanges(group: GroupSpec): ReadonlyMap<string, Assignment> {
  const topics = new Map<string, TopicQuota>()
  for (const { topicIds } of group.members) {
    for (const topicId of topicIds) {
      const known = topics.get(topicId)
      if (known !== undefined) known.members++
      else
        topics.set(topicId, { partitions: group.partitionCount(topicId), members: 1, next: 0, extra: null })
    }
  }
  const assignments = new Map<string, Assignment>()
  for (const { memberId, topicIds } of [...group.members].sort(byInstanceThenMember)) {
    const assignment = new Map<string, number[]>()
    for (const topicId of topicIds) {
      const topic = topics.get(topicId)
      const range = topic === undefined ? [] : nextRange(topic)
      if (range.length > 0) assignment.set(topicId, range)
    }
    assignments.set(memberId, assignment)
  }
  return assignments
}

function nextRange(topic: TopicQuota): number[] {
  topic.extra ??= topic.partitions % topic.members
  let length = Math.floor(topic.partitions / topic.members)
  if (topic.extra > 0) {
    topic.extra--
    length++
  }
  const start = topic.next
  topic.next += length
  return Array.from({ length }, (_, index) => start + index)
}

function byInstanceThenMember(a: MemberSpec, b: MemberSpec): number {
  if (a.instanceId !== null && b.instanceId !== null) return compareText(a.instanceId, b.instanceId)
  if (a.instanceId !== null) return -1
  if (b.instanceId !== null) return 1
  return compareText(a.memberId, b.memberId)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
