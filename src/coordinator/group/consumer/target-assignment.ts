import { NOTHING_ASSIGNED } from '../assignor/assignor.ts'
import type { Assignment, Assignor, MemberSpec } from '../assignor/assignor.ts'
import { grownBuckets, inHashOrder } from '../assignor/hash-order.ts'
import { rangeAssignor } from '../assignor/range-assignor.ts'
import { uniformAssignor } from '../assignor/uniform-assignor.ts'
import type { GroupContext } from '../group-turn.ts'
import type { TopicCatalog } from '../topic-catalog.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import type { ConsumerMember } from './consumer-member.ts'
import { equalAssignments } from './partition-epochs.ts'
import { isHomogeneous, topicNamesOf } from './subscriptions.ts'
import type { ResolvedRegexes } from './subscriptions.ts'

const assignors: ReadonlyMap<string, Assignor> = new Map(
  [uniformAssignor, rangeAssignor].map((assignor) => [assignor.name, assignor]),
)

export const assignorNames: readonly string[] = [...assignors.keys()]

/** A group as it will be when the turn's records are replayed. */
export interface NextGroup {
  readonly group: ConsumerGroup
  readonly epoch: number
  readonly members: readonly ConsumerMember[]
  readonly regexes: ResolvedRegexes
  /** The target assignments so far; a static member that takes the place of another has the other's. */
  readonly targetOf: (member: ConsumerMember) => Assignment
}

/** The assignor that most members ask for; the one configured first when none does. */
export function preferredAssignor(members: Iterable<ConsumerMember>, configured: readonly string[]): string {
  const votes = new Map<string, number>()
  for (const { serverAssignor } of members)
    if (serverAssignor !== null) votes.set(serverAssignor, (votes.get(serverAssignor) ?? 0) + 1)
  let preferred = configured[0] ?? uniformAssignor.name
  let most = 0
  for (const [name, count] of votes) {
    if (count > most) {
      preferred = name
      most = count
    }
  }
  return preferred
}

/** Whether enough time has passed since the last target assignment was computed. */
export function mayAssign(context: GroupContext, group: ConsumerGroup): boolean {
  const { assignmentIntervalMs } = context.consumer(group.groupId)
  if (group.assignmentTimestamp === 0 || assignmentIntervalMs === 0) return true
  return context.turn.now >= group.assignmentTimestamp + assignmentIntervalMs
}

/** Computes the target assignment of all members for the group's epoch and records what changes. Returns it by member. */
export function assignTargets(context: GroupContext, next: NextGroup): ReadonlyMap<string, Assignment> {
  const { turn, options, topics } = context
  const { group, members } = next
  const { groupId } = group
  const name = preferredAssignor(members, options.consumer.assignors)
  const assignor = assignors.get(name) ?? uniformAssignor
  const targets = assignor.assign({
    members: members.map((member) => specOf(member, next, topics)),
    homogeneous: isHomogeneous(members),
    partitionCount: (topicId) => topics.withId(topicId)?.partitions ?? 0,
  })
  for (const member of members) {
    const target = targets.get(member.memberId) ?? NOTHING_ASSIGNED
    const known = group.hasTarget(member.memberId) ? group.targetOf(member.memberId) : null
    if (known !== null && equalAssignments(known, target)) continue
    turn.records.push({
      kind: 'consumer-target-member',
      groupId,
      memberId: member.memberId,
      value: target,
    })
  }
  turn.records.push({ kind: 'consumer-target', groupId, value: { epoch: next.epoch, timestamp: turn.now } })
  return targets
}

function specOf(member: ConsumerMember, { regexes, targetOf }: NextGroup, topics: TopicCatalog): MemberSpec {
  const topicIds = new Set<string>()
  for (const name of topicNamesOf(member, regexes)) {
    const topic = topics.named(name)
    if (topic !== undefined) topicIds.add(topic.topicId)
  }
  const target = targetOf(member)
  return {
    memberId: member.memberId,
    instanceId: member.instanceId,
    topicIds,
    assignment: new Map(
      inHashOrder(target.keys(), grownBuckets).map((topicId) => [topicId, target.get(topicId) ?? []]),
    ),
  }
}
