import type { Assignment } from '../assignor/assignor.ts'
import {
  addMember,
  computeSubscribedTopics,
  newClassicGroup,
  persistedClassicGroup,
  selectProtocol,
  transitionTo,
} from '../classic/classic-group.ts'
import type { ClassicGroup } from '../classic/classic-group.ts'
import { metadataFor, NO_ASSIGNMENT } from '../classic/classic-member.ts'
import type { ClassicMember } from '../classic/classic-member.ts'
import { CONSUMER_PROTOCOL_TYPE } from '../classic/consumer-protocol.ts'
import { prepareRebalance } from '../classic/rebalance.ts'
import { restartSession } from '../classic/timers.ts'
import type { GroupContext } from '../group-turn.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import type { ConsumerMember } from './consumer-member.ts'
import { assignmentBytes } from './embedded-protocol.ts'
import { pushGroupTombstones } from './group-tombstones.ts'
import { valuesOf } from './member-change.ts'

/** Makes a classic group of one whose last members of the consumer protocol leave. Returns false when it stays as it is. */
export function downgradeWithout(
  context: GroupContext,
  group: ConsumerGroup,
  leaving: readonly ConsumerMember[],
): boolean {
  const members = valuesOf(group).filter((member) => !leaving.includes(member))
  if (!canDowngrade(context, members)) return false
  downgrade(context, group, members, (member) => group.targetOf(member.memberId), true)
  return true
}

/** Whether a group of these members may become a classic one. */
export function canDowngrade({ options }: GroupContext, members: readonly ConsumerMember[]): boolean {
  const { migrationPolicy } = options.consumer
  if (migrationPolicy === 'upgrade' || migrationPolicy === 'disabled') return false
  return (
    members.length > 0 &&
    members.length <= options.groupMaxSize &&
    members.every(({ classic }) => classic !== null)
  )
}

/**
 * Replaces the group by a classic group in its epoch, whose members have their target assignments. With `rebalance`
 * they join again, else they go on.
 */
export function downgrade(
  context: GroupContext,
  group: ConsumerGroup,
  members: readonly ConsumerMember[],
  targetOf: (member: ConsumerMember) => Assignment,
  rebalance: boolean,
): void {
  const { turn } = context
  pushGroupTombstones(turn, group)
  const classic = classicGroupOf(context, group, members, targetOf)
  turn.records.push({ kind: 'classic-group', groupId: group.groupId, value: persistedClassicGroup(classic) })
  context.adopt(classic)
  for (const member of classic.members.values()) restartSession(turn, classic, member)
  if (rebalance) prepareRebalance(context, classic)
}

function classicGroupOf(
  { turn, topics }: GroupContext,
  group: ConsumerGroup,
  members: readonly ConsumerMember[],
  targetOf: (member: ConsumerMember) => Assignment,
): ClassicGroup {
  const classic = newClassicGroup(group.groupId, turn.now)
  classic.generation = group.epoch
  for (const member of members) addMember(classic, classicMemberOf(member))
  classic.protocolName = selectProtocol(classic)
  transitionTo(classic, 'Stable', turn.now)
  classic.subscribedTopics = computeSubscribedTopics(classic)
  for (const member of members) {
    const known = classic.members.get(member.memberId)
    if (known === undefined) continue
    const metadata = metadataFor(known, classic.protocolName)
    known.assignment = assignmentBytes(targetOf(member), metadata, topics)
  }
  return classic
}

function classicMemberOf(member: ConsumerMember): ClassicMember {
  const { memberId, instanceId, clientId, clientHost, rebalanceTimeoutMs, classic } = member
  return {
    memberId,
    groupInstanceId: instanceId,
    clientId,
    clientHost,
    protocolType: CONSUMER_PROTOCOL_TYPE,
    protocols: classic?.supportedProtocols ?? [],
    rebalanceTimeoutMs,
    sessionTimeoutMs: classic?.sessionTimeoutMs ?? 0,
    assignment: NO_ASSIGNMENT,
    joinWaiter: null,
    syncWaiter: null,
    isNew: false,
  }
}
