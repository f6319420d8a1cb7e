import { errorCode } from '../../../protocol/errors.ts'
import type { ErrorName } from '../../../protocol/errors.ts'
import type { JoinGroupResponse } from '../../../protocol/messages/11-join-group.ts'
import type { SyncGroupResponse } from '../../../protocol/messages/14-sync-group.ts'
import type { GroupTurn } from '../group-turn.ts'
import type { ClassicGroup } from './classic-group.ts'
import { metadataFor, NO_ASSIGNMENT } from './classic-member.ts'
import type { ClassicMember } from './classic-member.ts'

export function joinError(error: ErrorName, memberId: string): JoinGroupResponse {
  return {
    throttleTimeMs: 0,
    errorCode: errorCode(error),
    generationId: -1,
    protocolType: null,
    protocolName: null,
    leader: '',
    skipAssignment: false,
    memberId,
    members: [],
  }
}

/** The member's place in the current generation. Only a leader is told of all members. */
export function joinSuccess(
  group: ClassicGroup,
  memberId: string,
  overrides: Partial<JoinGroupResponse> = {},
): JoinGroupResponse {
  const isLeader = group.leaderId === memberId
  return {
    ...joinError('NONE', memberId),
    generationId: group.generation,
    protocolType: group.protocolType,
    protocolName: group.protocolName,
    leader: group.leaderId ?? '',
    members: isLeader ? membersForLeader(group) : [],
    ...overrides,
  }
}

export function syncError(error: ErrorName): SyncGroupResponse {
  return {
    throttleTimeMs: 0,
    errorCode: errorCode(error),
    protocolType: null,
    protocolName: null,
    assignment: NO_ASSIGNMENT,
  }
}

export function syncSuccess(group: ClassicGroup, member: ClassicMember): SyncGroupResponse {
  return {
    ...syncError('NONE'),
    protocolType: group.protocolType,
    protocolName: group.protocolName,
    assignment: member.assignment,
  }
}

/** Answers the member's parked JoinGroup, if it has one. */
export function replyJoin(turn: GroupTurn, member: ClassicMember, response: JoinGroupResponse): void {
  if (member.joinWaiter === null) return
  turn.replies.push({ kind: 'response', waiter: member.joinWaiter, response })
  member.joinWaiter = null
}

/** Answers the member's parked SyncGroup, if it has one; returns whether it had. */
export function replySync(turn: GroupTurn, member: ClassicMember, response: SyncGroupResponse): boolean {
  if (member.syncWaiter === null) return false
  turn.replies.push({ kind: 'response', waiter: member.syncWaiter, response })
  member.syncWaiter = null
  return true
}

/**
 * Parks the turn's JoinGroup for the member. An older one that is still parked came over a connection that the client
 * has given up; it is told to join again, in case somebody still listens.
 */
export function parkJoin(turn: GroupTurn, member: ClassicMember): void {
  replyJoin(turn, member, joinError('REBALANCE_IN_PROGRESS', member.memberId))
  member.joinWaiter = turn.waiter
}

/** As {@link parkJoin}, for SyncGroup. */
export function parkSync(turn: GroupTurn, member: ClassicMember): void {
  replySync(turn, member, syncError('REBALANCE_IN_PROGRESS'))
  member.syncWaiter = turn.waiter
}

function membersForLeader(group: ClassicGroup): JoinGroupResponse['members'] {
  return [...group.members.values()].map((member) => ({
    memberId: member.memberId,
    groupInstanceId: member.groupInstanceId,
    metadata: metadataFor(member, group.protocolName),
  }))
}
