import { KafkaError } from '../../../protocol/errors.ts'
import type { JoinGroupRequest, JoinGroupResponse } from '../../../protocol/messages/11-join-group.ts'
import { PARKED } from '../../runtime/turn.ts'
import type { Parked } from '../../runtime/turn.ts'
import type { GroupCompletion, GroupContext } from '../group-turn.ts'
import type { RequestContext } from '../request-context.ts'
import {
  addMember,
  awaitingJoinCount,
  memberOf,
  persistedClassicGroup,
  removeMember,
  renameMember,
  selectProtocol,
  supportsProtocols,
  updateMember,
  validateMember,
} from './classic-group.ts'
import type { ClassicGroup } from './classic-group.ts'
import { matchesProtocols, NO_ASSIGNMENT, ownProtocols } from './classic-member.ts'
import type { ClassicMember } from './classic-member.ts'
import type { MemberProtocol } from './member-protocol.ts'
import { completeJoinIfAllJoined, prepareRebalance, rebalance } from './rebalance.ts'
import { joinError, joinSuccess, parkJoin, replyJoin, replySync, syncError } from './responses.ts'
import { cancelSession, restartSession, startSession } from './timers.ts'

/** From this version on a new dynamic member gets its id first and joins with it (KIP-394). */
const MEMBER_ID_REQUIRED_VERSION = 4
/** From this version on a leader can be told to skip the assignment (KIP-814). */
const SKIP_ASSIGNMENT_VERSION = 9

export interface JoinCommand {
  readonly request: JoinGroupRequest
  readonly from: RequestContext
  /** Random part of the id of a new member. */
  readonly uuid: string
}

interface Joining {
  readonly context: GroupContext
  readonly group: ClassicGroup
  readonly command: JoinCommand
  /** The request's, copied. */
  readonly protocols: readonly MemberProtocol[]
}

/**
 * JoinGroup on an existing group. Parks the request until the join phase ends, except where the answer is known. A
 * version 0 request has no rebalance timeout; its session timeout stands in.
 */
export function joinGroup(
  context: GroupContext,
  group: ClassicGroup,
  command: JoinCommand,
): JoinGroupResponse | Parked {
  const { request } = command
  const { memberId } = request
  if (!acceptsMember(context, group, memberId)) {
    removeMember(group, memberId)
    cancelSession(context.turn, group.groupId, memberId)
    completeJoinIfAllJoined(context, group)
    return joinError('GROUP_MAX_SIZE_REACHED', '')
  }
  if (!supportsProtocols(group, request.protocolType, request.protocols)) {
    return joinError('INCONSISTENT_GROUP_PROTOCOL', memberId)
  }
  const joining: Joining = { context, group, command, protocols: ownProtocols(request.protocols) }
  if (memberId !== '') return joinKnown(joining)
  return request.groupInstanceId === null
    ? joinNewDynamic(joining)
    : joinNewStatic(joining, request.groupInstanceId)
}

/** The size limit. While members join, those that wait count, so that after it was lowered the last to rejoin are out. */
function acceptsMember({ options }: GroupContext, group: ClassicGroup, memberId: string): boolean {
  const { groupMaxSize } = options
  const member = group.members.get(memberId)
  if (group.state === 'Empty' || group.members.size < groupMaxSize) return true
  if (group.state !== 'PreparingRebalance') return member !== undefined
  return (member !== undefined && member.joinWaiter !== null) || awaitingJoinCount(group) < groupMaxSize
}

function joinNewDynamic(joining: Joining): JoinGroupResponse | Parked {
  const { context, group, command } = joining
  const memberId = `${command.from.clientId}-${command.uuid}`
  if (command.from.apiVersion < MEMBER_ID_REQUIRED_VERSION) return addAndRebalance(joining, memberId)
  group.pendingJoins.add(memberId)
  startSession(context.turn, group.groupId, memberId, command.request.sessionTimeoutMs)
  return joinError('MEMBER_ID_REQUIRED', memberId)
}

function joinNewStatic(joining: Joining, groupInstanceId: string): JoinGroupResponse | Parked {
  const { group, command } = joining
  const memberId = `${groupInstanceId}-${command.uuid}`
  const existing = group.staticMembers.get(groupInstanceId)
  if (existing === undefined) return addAndRebalance(joining, memberId)
  return replaceStatic(joining, memberOf(group, existing), memberId)
}

function joinKnown(joining: Joining): JoinGroupResponse | Parked {
  const { group, command } = joining
  const { memberId, groupInstanceId } = command.request
  if (group.pendingJoins.has(memberId) && groupInstanceId === null) return addAndRebalance(joining, memberId)
  try {
    validateMember(group, memberId, groupInstanceId)
  } catch (error) {
    if (error instanceof KafkaError) return joinError(error.errorName, memberId)
    throw error
  }
  if (group.state === 'Empty') return joinError('UNKNOWN_MEMBER_ID', memberId)
  const member = memberOf(group, memberId)
  // With the same metadata it is a retry of a member that did not get its answer; but the leader of a stable group
  // joins again to have things assigned anew, for reasons that its metadata need not show.
  const nothingNew =
    group.state === 'CompletingRebalance' || (group.state === 'Stable' && group.leaderId !== memberId)
  if (nothingNew && matchesProtocols(member, joining.protocols)) return joinSuccess(group, memberId)
  return updateAndRebalance(joining, member)
}

function addAndRebalance(joining: Joining, memberId: string): Parked {
  const { context, group, command, protocols } = joining
  const { request, from } = command
  const member: ClassicMember = {
    memberId,
    groupInstanceId: request.groupInstanceId,
    clientId: from.clientId,
    clientHost: from.clientHost,
    protocolType: request.protocolType,
    protocols,
    rebalanceTimeoutMs: rebalanceTimeout(command),
    sessionTimeoutMs: request.sessionTimeoutMs,
    assignment: NO_ASSIGNMENT,
    joinWaiter: null,
    syncWaiter: null,
    isNew: true,
  }
  if (group.state === 'PreparingRebalance' && group.previousState === 'Empty') group.newMemberAdded = true
  addMember(group, member)
  parkJoin(context.turn, member)
  // It cannot heartbeat before it has its answer, and whether it still waits for that cannot be seen either.
  restartSession(context.turn, group, member, context.options.newMemberJoinTimeoutMs)
  rebalance(context, group)
  return PARKED
}

function updateAndRebalance(joining: Joining, member: ClassicMember): Parked {
  const { context, group } = joining
  applyRequest(joining, member)
  parkJoin(context.turn, member)
  rebalance(context, group)
  return PARKED
}

/**
 * A static member came back without its member id, mostly after a restart. It takes the place of its former self,
 * whose requests are fenced. In a stable group whose protocol stays this needs no rebalance, only a record.
 */
function replaceStatic(joining: Joining, existing: ClassicMember, memberId: string): Parked {
  const { context, group, command } = joining
  const { turn } = context
  const previous = {
    leader: group.leaderId ?? '',
    memberId: existing.memberId,
    protocols: existing.protocols,
    rebalanceTimeoutMs: existing.rebalanceTimeoutMs,
    sessionTimeoutMs: existing.sessionTimeoutMs,
  }
  replyJoin(turn, existing, joinError('FENCED_INSTANCE_ID', existing.memberId))
  replySync(turn, existing, syncError('FENCED_INSTANCE_ID'))
  const member = renameMember(group, existing, memberId)
  applyRequest(joining, member)
  parkJoin(turn, member)
  restartSession(turn, group, member)
  if (group.state === 'PreparingRebalance') {
    completeJoinIfAllJoined(context, group)
  } else if (group.state === 'CompletingRebalance' || selectProtocol(group) !== group.protocolName) {
    // The leader may be assigning to the old id right now, which would leave the new one with nothing.
    prepareRebalance(context, group)
  } else {
    turn.records.push({ kind: 'classic-group', groupId: group.groupId, value: persistedClassicGroup(group) })
    turn.completion = {
      kind: 'static-member-stored',
      groupId: group.groupId,
      generation: group.generation,
      apiVersion: command.from.apiVersion,
      memberId,
      waiter: turn.waiter,
      previous,
    }
  }
  return PARKED
}

type StaticMemberStored = Extract<GroupCompletion, { kind: 'static-member-stored' }>

/** The record of a replaced static member is durable, or failed: answer it, or put its former self back. */
export function staticMemberStored(
  context: GroupContext,
  group: ClassicGroup,
  stored: StaticMemberStored,
  error: KafkaError | null,
): void {
  const member = group.members.get(stored.memberId)
  if (member === undefined) return
  if (error !== null) {
    if (member.joinWaiter === stored.waiter) replyJoin(context.turn, member, joinError(error.errorName, ''))
    updateMember(group, member, stored.previous)
    restartSession(context.turn, group, renameMember(group, member, stored.previous.memberId))
    return
  }
  // Should a rebalance have begun meanwhile, the request has joined it and is answered at its end.
  if (
    member.joinWaiter !== stored.waiter ||
    group.state !== 'Stable' ||
    group.generation !== stored.generation
  )
    return
  const overrides =
    stored.apiVersion >= SKIP_ASSIGNMENT_VERSION
      ? { skipAssignment: group.leaderId === member.memberId }
      : { leader: stored.previous.leader, members: [] }
  replyJoin(context.turn, member, joinSuccess(group, member.memberId, overrides))
}

function applyRequest({ group, command, protocols }: Joining, member: ClassicMember): void {
  updateMember(group, member, {
    protocols,
    rebalanceTimeoutMs: rebalanceTimeout(command),
    sessionTimeoutMs: command.request.sessionTimeoutMs,
  })
}

function rebalanceTimeout({ request, from }: JoinCommand): number {
  return from.apiVersion === 0 ? request.sessionTimeoutMs : request.rebalanceTimeoutMs
}
