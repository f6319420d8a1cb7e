import { errorCode, KafkaError } from '../../../protocol/errors.ts'
import type { ErrorName } from '../../../protocol/errors.ts'
import type { LeaveGroupResponse } from '../../../protocol/messages/13-leave-group.ts'
import type { GroupContext } from '../group-turn.ts'
import { memberOf, removeMember, validateMember } from './classic-group.ts'
import type { ClassicGroup } from './classic-group.ts'
import { dropMember, rebalance } from './rebalance.ts'
import { cancelSession } from './timers.ts'

/** A member that leaves. An administrator names static members by instance id alone. */
export interface LeavingMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
}

/** LeaveGroup: one result per member; one rebalance for all. */
export function leaveGroup(
  context: GroupContext,
  group: ClassicGroup,
  leaving: readonly LeavingMember[],
): LeaveGroupResponse['members'] {
  const results = leaving.map((identity) => ({
    memberId: identity.memberId,
    groupInstanceId: identity.groupInstanceId,
    errorCode: errorCode(leave(context, group, identity)),
  }))
  if (results.some((result) => result.errorCode === 0) && group.state !== 'Empty') rebalance(context, group)
  return results
}

function leave(
  context: GroupContext,
  group: ClassicGroup,
  { memberId, groupInstanceId }: LeavingMember,
): ErrorName {
  if (memberId === '') {
    const existing = groupInstanceId === null ? undefined : group.staticMembers.get(groupInstanceId)
    if (existing === undefined) return 'UNKNOWN_MEMBER_ID'
    dropMember(context, group, memberOf(group, existing))
    return 'NONE'
  }
  if (group.pendingJoins.has(memberId)) {
    removeMember(group, memberId)
    cancelSession(context.turn, group.groupId, memberId)
    return 'NONE'
  }
  try {
    validateMember(group, memberId, groupInstanceId)
  } catch (error) {
    if (error instanceof KafkaError) return error.errorName
    throw error
  }
  dropMember(context, group, memberOf(group, memberId))
  return 'NONE'
}
