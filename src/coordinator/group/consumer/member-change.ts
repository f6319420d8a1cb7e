import type { Assignment } from '../assignor/assignor.ts'
import { NOTHING_ASSIGNED } from '../assignor/assignor.ts'
import type { GroupContext } from '../group-turn.ts'
import type { MemberChange } from './change.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import { equalNames, equalSubscriptions } from './consumer-member.ts'
import type { ConsumerMember, MemberAssignment, MemberSubscription } from './consumer-member.ts'
import { reconcile } from './current-assignment.ts'
import { equalPartitionEpochs } from './partition-epochs.ts'
import type { OwnedPartitions } from './partition-epochs.ts'
import { changeRegex } from './regex-subscription.ts'
import { metadataHash, subscribedNames, topicNamesOf } from './subscriptions.ts'
import type { ResolvedRegexes } from './subscriptions.ts'
import { assignTargets, mayAssign, preferredAssignor } from './target-assignment.ts'
import { cancelTimer, startRebalanceTimeout } from './timers.ts'

/** What the change made of the group. */
export interface ChangedGroup {
  readonly epoch: number
  readonly members: () => readonly ConsumerMember[]
  readonly regexes: ResolvedRegexes
  readonly subscriptionChanged: boolean
}

/**
 * Records what the member says of itself and, when that or the topics that the group reads have changed, the group's
 * next epoch.
 */
export function recordSubscription(context: GroupContext, change: MemberChange): ChangedGroup {
  const { turn, topics, options } = context
  const { group, before, after } = change
  const { groupId } = group
  if (!equalSubscriptions(before, after)) {
    const value = subscriptionOf(after)
    turn.records.push({ kind: 'consumer-member', groupId, memberId: after.memberId, value })
  }
  const namesChanged = !equalNames(before.topicNames, after.topicNames)
  const { regexes, changed: regexChanged, bump } = changeRegex(context, change)
  const members = lazy(() => membersWith(change))
  const assignorChanged =
    before.serverAssignor !== after.serverAssignor &&
    preferredAssignor(valuesOf(group), options.consumer.assignors) !==
      preferredAssignor(members(), options.consumer.assignors)
  // A client takes an epoch of 0 for not having joined, so a group that has a member is past it, whatever he subscribes to.
  const mustBump = namesChanged || bump || assignorChanged || group.epoch === 0
  let { epoch } = group
  if (mustBump || group.checkedVersion !== topics.version) {
    const hash = metadataHash(subscribedNames(members(), regexes), topics)
    if (mustBump || hash !== group.metadataHash) {
      epoch++
      turn.records.push({ kind: 'consumer-group', groupId, value: { epoch, metadataHash: hash } })
    }
    group.checkedVersion = topics.version
  }
  return { epoch, members, regexes, subscriptionChanged: namesChanged || regexChanged }
}

export interface MemberTarget {
  readonly epoch: number
  readonly assignment: Assignment
}

/** The member's target: computed anew if the group's epoch is beyond the last one and enough time has passed. */
export function updateTarget(
  context: GroupContext,
  { group, after, replaced }: MemberChange,
  { epoch, members, regexes }: ChangedGroup,
): MemberTarget {
  const targetOf = (member: ConsumerMember): Assignment =>
    group.targetOf(member === after && replaced !== null ? replaced.memberId : member.memberId)
  if (group.assignmentEpoch >= epoch || !mayAssign(context, group))
    return { epoch: group.assignmentEpoch, assignment: targetOf(after) }
  const targets = assignTargets(context, { group, epoch, members: members(), regexes, targetOf })
  return { epoch, assignment: targets.get(after.memberId) ?? NOTHING_ASSIGNED }
}

/** Moves the member towards its target and records where it stands then. */
export function reconcileMember(
  context: GroupContext,
  { group, after }: MemberChange,
  { regexes, subscriptionChanged }: ChangedGroup,
  target: MemberTarget,
  owned: readonly OwnedPartitions[] | null,
): ConsumerMember {
  const { turn, topics } = context
  const { groupId } = group
  const settled = after.state === 'stable' && after.memberEpoch === target.epoch
  if (settled && !subscriptionChanged) return after
  const subscribed = new Set<string>()
  for (const name of topicNamesOf(after, regexes)) {
    const topic = topics.named(name)
    if (topic !== undefined) subscribed.add(topic.topicId)
  }
  const moved = reconcile(after, {
    targetEpoch: target.epoch,
    target: target.assignment,
    subscribed,
    subscriptionChanged,
    owned,
    held: (topicId, partition) => group.holderEpoch(topicId, partition) !== null,
  })
  if (!differ(moved, after)) return after
  turn.records.push({
    kind: 'consumer-assignment',
    groupId,
    memberId: moved.memberId,
    value: assignmentOf(moved),
  })
  // Members of the classic protocol have other time limits: to join again, and to ask for their assignment.
  if (moved.classic === null) {
    if (moved.state === 'unrevoked-partitions') startRebalanceTimeout(turn, groupId, moved)
    else cancelTimer(turn, 'rebalance', groupId, moved.memberId)
  }
  return moved
}

/** The fields that the record of a member's subscription has. */
export function subscriptionOf(member: ConsumerMember): MemberSubscription {
  const { instanceId, rackId, clientId, clientHost, topicNames, topicRegex } = member
  const { rebalanceTimeoutMs, serverAssignor, classic } = member
  return {
    instanceId,
    rackId,
    clientId,
    clientHost,
    topicNames,
    topicRegex,
    rebalanceTimeoutMs,
    serverAssignor,
    classic,
  }
}

/** The fields that the record of a member's assignment has. */
export function assignmentOf(member: ConsumerMember): MemberAssignment {
  const { memberEpoch, previousMemberEpoch, state, assigned, pendingRevocation } = member
  return { memberEpoch, previousMemberEpoch, state, assigned, pendingRevocation }
}

function differ(a: ConsumerMember, b: ConsumerMember): boolean {
  return (
    a.memberEpoch !== b.memberEpoch ||
    a.previousMemberEpoch !== b.previousMemberEpoch ||
    a.state !== b.state ||
    !equalPartitionEpochs(a.assigned, b.assigned) ||
    !equalPartitionEpochs(a.pendingRevocation, b.pendingRevocation)
  )
}

function membersWith({ group, after, replaced }: MemberChange): readonly ConsumerMember[] {
  const members = valuesOf(group).filter(
    ({ memberId }) => memberId !== after.memberId && memberId !== replaced?.memberId,
  )
  return [...members, after]
}

export function valuesOf(group: ConsumerGroup): ConsumerMember[] {
  return [...group.members.entries()].map(([, member]) => member)
}

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => (made ??= { value: make() }).value
}
