import { KafkaError } from '../../../protocol/errors.ts'
import type { SyncGroupRequest, SyncGroupResponse } from '../../../protocol/messages/14-sync-group.ts'
import { PARKED } from '../../runtime/turn.ts'
import type { Parked } from '../../runtime/turn.ts'
import type { GroupCompletion, GroupContext } from '../group-turn.ts'
import { memberOf, persistedClassicGroup, validateMember } from './classic-group.ts'
import type { ClassicGroup } from './classic-group.ts'
import { NO_ASSIGNMENT } from './classic-member.ts'
import { propagateAssignments, rebalance, resetAssignments } from './rebalance.ts'
import { parkSync, syncError, syncSuccess } from './responses.ts'
import { cancelSyncTimeout } from './timers.ts'

/** SyncGroup: members wait for the leader's assignment, which is stored before anybody hears of it. */
export function syncGroup(
  context: GroupContext,
  group: ClassicGroup,
  request: SyncGroupRequest,
): SyncGroupResponse | Parked {
  if (group.state === 'Empty') return syncError('UNKNOWN_MEMBER_ID')
  try {
    validateSync(group, request)
  } catch (error) {
    if (error instanceof KafkaError) return syncError(error.errorName)
    throw error
  }
  const member = memberOf(group, request.memberId)
  if (group.state === 'PreparingRebalance') return syncError('REBALANCE_IN_PROGRESS')
  hasSynced(context, group, member.memberId)
  if (group.state === 'Stable') return syncSuccess(group, member)
  parkSync(context.turn, member)
  if (group.leaderId === member.memberId && !group.assignmentBeingStored)
    storeAssignments(context, group, request)
  return PARKED
}

/** The record of the leader's assignment is durable, or failed, in which case the members join again. */
export function assignmentStored(
  context: GroupContext,
  group: ClassicGroup,
  stored: Extract<GroupCompletion, { kind: 'assignment-stored' }>,
  error: KafkaError | null,
): void {
  if (group.state !== 'CompletingRebalance' || group.generation !== stored.generation) return
  if (error === null) {
    propagateAssignments(context, group, stored.assignments)
  } else {
    resetAssignments(context, group, error.errorName)
    rebalance(context, group)
  }
}

function validateSync(group: ClassicGroup, request: SyncGroupRequest): void {
  validateMember(group, request.memberId, request.groupInstanceId)
  if (request.generationId !== group.generation) {
    throw new KafkaError(
      'ILLEGAL_GENERATION',
      `group "${group.groupId}" is in generation ${group.generation}, not ${request.generationId}`,
    )
  }
  if (
    differs(request.protocolType, group.protocolType) ||
    differs(request.protocolName, group.protocolName)
  ) {
    throw new KafkaError(
      'INCONSISTENT_GROUP_PROTOCOL',
      `group "${group.groupId}" uses ${group.protocolType}/${group.protocolName}, not ${request.protocolType}/${request.protocolName}`,
    )
  }
}

/** Versions before 5 do not say. */
function differs(requested: string | null, chosen: string | null): boolean {
  return requested !== null && chosen !== null && requested !== chosen
}

function hasSynced({ turn }: GroupContext, group: ClassicGroup, memberId: string): void {
  group.pendingSyncs.delete(memberId)
  if (group.pendingSyncs.size === 0) cancelSyncTimeout(turn, group)
}

function storeAssignments({ turn }: GroupContext, group: ClassicGroup, request: SyncGroupRequest): void {
  const assignments = new Map<string, Buffer>()
  for (const { memberId, assignment } of request.assignments) {
    if (group.members.has(memberId)) assignments.set(memberId, Buffer.from(assignment))
  }
  group.assignmentBeingStored = true
  turn.records.push({
    kind: 'classic-group',
    groupId: group.groupId,
    value: persistedClassicGroup(group, (member) => assignments.get(member.memberId) ?? NO_ASSIGNMENT),
  })
  turn.completion = {
    kind: 'assignment-stored',
    groupId: group.groupId,
    generation: group.generation,
    assignments,
  }
}
