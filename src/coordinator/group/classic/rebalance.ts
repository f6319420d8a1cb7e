import type { ErrorName } from '../../../protocol/errors.ts'
import type { GroupContext } from '../group-turn.ts'
import {
  hasAllMembersJoined,
  initNextGeneration,
  memberOf,
  persistedClassicGroup,
  rebalanceTimeoutOf,
  removeMember,
  transitionTo,
} from './classic-group.ts'
import type { ClassicGroup } from './classic-group.ts'
import { hasSatisfiedHeartbeat, NO_ASSIGNMENT } from './classic-member.ts'
import type { ClassicMember } from './classic-member.ts'
import { joinError, joinSuccess, replyJoin, replySync, syncError, syncSuccess } from './responses.ts'
import {
  cancelJoinTimeout,
  cancelSession,
  cancelSyncTimeout,
  restartSession,
  startInitialDelay,
  startJoinTimeout,
  startSyncTimeout,
} from './timers.ts'

/** Something about the members changed: start a rebalance, or see whether the one that runs can go on. */
export function rebalance(context: GroupContext, group: ClassicGroup): void {
  if (group.state === 'PreparingRebalance') completeJoinIfAllJoined(context, group)
  else prepareRebalance(context, group)
}

/** Starts the join phase. Members that wait for an assignment have to join again. */
export function prepareRebalance(context: GroupContext, group: ClassicGroup): void {
  const { turn, options } = context
  if (group.state === 'CompletingRebalance') resetAssignments(context, group, 'REBALANCE_IN_PROGRESS')
  group.assignmentBeingStored = false
  cancelSyncTimeout(turn, group)
  const initial = group.state === 'Empty'
  transitionTo(group, 'PreparingRebalance', turn.now)
  if (initial) {
    const delayMs = options.initialRebalanceDelayMs
    startInitialDelay(turn, group, delayMs, Math.max(rebalanceTimeoutOf(group) - delayMs, 0))
  } else if (hasAllMembersJoined(group)) {
    completeJoin(context, group)
  } else {
    startJoinTimeout(turn, group)
  }
}

/** Ends the join phase early once nobody is missing. The initial rebalance always waits out its delay. */
export function completeJoinIfAllJoined(context: GroupContext, group: ClassicGroup): void {
  if (group.state !== 'PreparingRebalance' || group.previousState === 'Empty') return
  if (hasAllMembersJoined(group)) completeJoin(context, group)
}

/** The delay of the initial rebalance is over; new members since then prolong it while the rebalance timeout lasts. */
export function initialDelayOver(
  context: GroupContext,
  group: ClassicGroup,
  { delayMs, remainingMs }: { readonly delayMs: number; readonly remainingMs: number },
): void {
  if (group.newMemberAdded && remainingMs !== 0) {
    group.newMemberAdded = false
    const nextDelayMs = Math.min(context.options.initialRebalanceDelayMs, remainingMs)
    startInitialDelay(context.turn, group, nextDelayMs, Math.max(remainingMs - delayMs, 0))
  } else {
    completeJoin(context, group)
  }
}

/**
 * Ends the join phase: dynamic members that did not come back are out, static ones stay with their session running,
 * and the next generation begins with whoever is left.
 */
export function completeJoin(context: GroupContext, group: ClassicGroup): void {
  const { turn } = context
  cancelJoinTimeout(turn, group)
  for (const member of group.members.values()) {
    if (member.joinWaiter === null && member.groupInstanceId === null) dropMember(context, group, member)
  }
  group.newMemberAdded = false
  if (group.members.size > 0 && !electJoinedLeader(group)) {
    // Only static members are left and none has joined: their sessions will end them, or they join.
    startJoinTimeout(turn, group)
    return
  }
  initNextGeneration(group, turn.now)
  if (group.state === 'Empty') {
    turn.records.push({ kind: 'classic-group', groupId: group.groupId, value: persistedClassicGroup(group) })
    return
  }
  for (const member of group.members.values()) {
    replyJoin(turn, member, joinSuccess(group, member.memberId))
    restartSession(turn, group, member)
    member.isNew = false
    group.pendingSyncs.add(member.memberId)
  }
  startSyncTimeout(turn, group)
}

/** The leader's assignment is durable: hand it out. */
export function propagateAssignments(
  { turn }: GroupContext,
  group: ClassicGroup,
  assignments: ReadonlyMap<string, Buffer>,
): void {
  group.assignmentBeingStored = false
  for (const member of group.members.values()) {
    member.assignment = assignments.get(member.memberId) ?? NO_ASSIGNMENT
    // A session that ended while the member was parked went unnoticed, so it starts again here.
    if (replySync(turn, member, syncSuccess(group, member))) restartSession(turn, group, member)
  }
  transitionTo(group, 'Stable', turn.now)
}

/** Takes all assignments away and answers the members that wait for one with the error. */
export function resetAssignments({ turn }: GroupContext, group: ClassicGroup, error: ErrorName): void {
  for (const member of group.members.values()) {
    member.assignment = NO_ASSIGNMENT
    if (replySync(turn, member, syncError(error))) restartSession(turn, group, member)
  }
}

/** A session ran out. Members that wait here for an answer are alive whatever the clock says. */
export function sessionExpired(context: GroupContext, group: ClassicGroup, memberId: string): void {
  if (group.pendingJoins.has(memberId)) {
    removeMember(group, memberId)
    // Unlike other ways to lose a member, this may end an initial rebalance before its delay is over, as in Kafka.
    if (group.state === 'PreparingRebalance' && hasAllMembersJoined(group)) completeJoin(context, group)
    return
  }
  const member = group.members.get(memberId)
  if (member === undefined || hasSatisfiedHeartbeat(member)) return
  dropMember(context, group, member)
  if (group.state !== 'PreparingRebalance') rebalance(context, group)
  else if (hasAllMembersJoined(group)) completeJoin(context, group)
}

/** Removes a member for good. Should its JoinGroup wait here, it is told to come back as a new one. */
export function dropMember({ turn }: GroupContext, group: ClassicGroup, member: ClassicMember): void {
  replyJoin(turn, member, joinError('UNKNOWN_MEMBER_ID', ''))
  replySync(turn, member, syncError('UNKNOWN_MEMBER_ID'))
  removeMember(group, member.memberId)
  cancelSession(turn, group.groupId, member.memberId)
}

/** Members took longer than the rebalance timeout from JoinGroup to SyncGroup: on without them. */
export function syncTimeout(context: GroupContext, group: ClassicGroup, generation: number): void {
  if (generation !== group.generation || group.pendingSyncs.size === 0) return
  if (group.state !== 'CompletingRebalance' && group.state !== 'Stable') return
  for (const memberId of group.pendingSyncs) dropMember(context, group, memberOf(group, memberId))
  prepareRebalance(context, group)
}

/** Keeps the leader if it has joined, else takes the first member that has. False when none has. */
function electJoinedLeader(group: ClassicGroup): boolean {
  const leader = group.leaderId === null ? undefined : group.members.get(group.leaderId)
  if (leader !== undefined && leader.joinWaiter !== null) return true
  for (const member of group.members.values()) {
    if (member.joinWaiter === null) continue
    group.leaderId = member.memberId
    return true
  }
  return false
}
