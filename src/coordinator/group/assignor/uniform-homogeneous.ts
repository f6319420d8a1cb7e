import type { Assignment, GroupSpec, MemberSpec } from './assignor.ts'
import { copiedBuckets, inHashOrder } from './hash-order.ts'

interface Partition {
  readonly topicId: string
  readonly partition: number
}

interface Unfilled {
  readonly assignment: Map<string, number[]>
  readonly quota: number
}

/**
 * The uniform assignment of members that all subscribe to the same topics (Kafka: UniformHomogeneousAssignmentBuilder):
 * each keeps what it has up to its quota, and what is left fills the others in turn.
 */
export function assignHomogeneous(group: GroupSpec): ReadonlyMap<string, Assignment> {
  const topicIds = group.members[0]?.topicIds
  if (topicIds === undefined || topicIds.size === 0) return new Map()
  const free = freePartitions(group, topicIds)
  const total = [...topicIds].reduce((sum, topicId) => sum + group.partitionCount(topicId), 0)
  const count = group.members.length
  const least = Math.floor(total / count)
  let extras = total % count
  const assignments = new Map<string, Assignment>()
  const unfilled: Unfilled[] = []
  for (const [index, member] of group.members.entries()) {
    let hasExtra = extras > 0
    const { assignment, left } = keep(member, topicIds, hasExtra ? least + 1 : least, free)
    let quota = left
    // The extra partition goes to somebody else, unless only those are left who must take one.
    if (quota > 0 && hasExtra && count - index > extras) {
      quota--
      hasExtra = false
    }
    if (quota > 0) unfilled.push({ assignment, quota })
    if (hasExtra) extras--
    assignments.set(member.memberId, assignment)
  }
  fill(unfilled, free)
  return assignments
}

function freePartitions(group: GroupSpec, topicIds: ReadonlySet<string>): Partition[] {
  const owned = new Map<string, Set<number>>()
  for (const { assignment } of group.members) {
    for (const [topicId, partitions] of assignment) {
      const set = owned.get(topicId) ?? new Set()
      for (const partition of partitions) set.add(partition)
      owned.set(topicId, set)
    }
  }
  const free: Partition[] = []
  for (const topicId of inHashOrder(topicIds, copiedBuckets)) {
    const taken = owned.get(topicId)
    const count = group.partitionCount(topicId)
    for (let partition = 0; partition < count; partition++) {
      if (taken?.has(partition) !== true) free.push({ topicId, partition })
    }
  }
  return free
}

/** What the member keeps of its assignment; partitions over the quota become free. */
function keep(
  member: MemberSpec,
  topicIds: ReadonlySet<string>,
  quota: number,
  free: Partition[],
): { assignment: Map<string, number[]>; left: number } {
  const assignment = new Map<string, number[]>()
  let left = quota
  for (const [topicId, partitions] of member.assignment) {
    if (!topicIds.has(topicId)) continue
    const kept = partitions.slice(0, left)
    for (const partition of partitions.slice(left)) free.push({ topicId, partition })
    left -= kept.length
    if (kept.length > 0) assignment.set(topicId, kept)
  }
  return { assignment, left }
}

function fill(unfilled: readonly Unfilled[], free: readonly Partition[]): void {
  let next = 0
  for (const { assignment, quota } of unfilled) {
    for (const { topicId, partition } of free.slice(next, next + quota)) {
      const partitions = assignment.get(topicId)
      if (partitions === undefined) assignment.set(topicId, [partition])
      else partitions.push(partition)
    }
    next += quota
    for (const partitions of assignment.values()) partitions.sort((a, b) => a - b)
  }
}
