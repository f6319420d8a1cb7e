import { errorCode, KafkaError } from '../../../protocol/errors.ts'
import type {
  ConsumerGroupHeartbeatRequest,
  ConsumerGroupHeartbeatResponse,
} from '../../../protocol/messages/68-consumer-group-heartbeat.ts'
import type { LeaveGroupResponse } from '../../../protocol/messages/13-leave-group.ts'
import type { LeavingMember } from '../classic/leave-group.ts'
import type { GroupContext } from '../group-turn.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import { STATIC_LEAVE_EPOCH } from './consumer-member.ts'
import type { ConsumerMember } from './consumer-member.ts'
import { downgradeWithout } from './downgrade.ts'
import { emptyResponse } from './heartbeat.ts'
import { memberNamed, staticMemberNamed, staticMemberOf } from './member-checks.ts'
import { assignmentOf, valuesOf } from './member-change.ts'
import { NO_PARTITIONS } from './partition-epochs.ts'
import { memberTombstones } from './static-replacement.ts'
import { metadataHash, subscribedNames } from './subscriptions.ts'
import { cancelTimers } from './timers.ts'

/** A heartbeat with epoch -1, or -2 of a static member that may come back. Throws a KafkaError when it is not known. */
export function leaveByHeartbeat(
  context: GroupContext,
  group: ConsumerGroup,
  { memberId, memberEpoch, instanceId }: ConsumerGroupHeartbeatRequest,
): ConsumerGroupHeartbeatResponse {
  const member =
    instanceId === null ? memberNamed(group, memberId) : staticMemberNamed(group, instanceId, memberId)
  if (instanceId !== null && memberEpoch === STATIC_LEAVE_EPOCH) leaveForAWhile(context, group, member)
  else fence(context, group, [member])
  return emptyResponse(memberId, memberEpoch)
}

/** LeaveGroup on a consumer group: one result per member. */
export function leaveByRequest(
  context: GroupContext,
  group: ConsumerGroup,
  leaving: readonly LeavingMember[],
): LeaveGroupResponse['members'] {
  const members = new Set<ConsumerMember>()
  const results = leaving.map(({ memberId, groupInstanceId }) => {
    const result = { memberId, groupInstanceId }
    try {
      members.add(leavingMember(group, memberId, groupInstanceId))
      return { ...result, errorCode: errorCode('NONE') }
    } catch (error) {
      if (error instanceof KafkaError) return { ...result, errorCode: error.code }
      throw error
    }
  })
  if (members.size > 0) fence(context, group, [...members])
  return results
}

/** Administrators name static members by instance id alone. */
function leavingMember(group: ConsumerGroup, memberId: string, instanceId: string | null): ConsumerMember {
  if (instanceId === null) return memberNamed(group, memberId)
  return memberId === '' ? staticMemberOf(group, instanceId) : staticMemberNamed(group, instanceId, memberId)
}

/**
 * Takes members out: their partitions are free at once, and the group gets its next epoch. A group that is left with
 * members of the classic protocol alone may become a classic group.
 */
export function fence(context: GroupContext, group: ConsumerGroup, members: readonly ConsumerMember[]): void {
  if (downgradeWithout(context, group, members)) return
  const { turn, topics } = context
  const { groupId } = group
  const gone = new Set(members.map(({ memberId }) => memberId))
  const left = valuesOf(group).filter(({ memberId }) => !gone.has(memberId))
  for (const memberId of gone) turn.records.push(...memberTombstones(groupId, memberId))
  const regexes = new Map(group.regexes)
  for (const regex of regexes.keys()) {
    if (left.some(({ topicRegex }) => topicRegex === regex)) continue
    regexes.delete(regex)
    turn.records.push({ kind: 'consumer-regex', groupId, regex, value: null })
  }
  const epoch = group.epoch + 1
  const hash = metadataHash(subscribedNames(left, regexes), topics)
  turn.records.push({ kind: 'consumer-group', groupId, value: { epoch, metadataHash: hash } })
  // An empty group has nothing to assign; without a time its next member need not wait for its assignment.
  if (left.length === 0)
    turn.records.push({ kind: 'consumer-target', groupId, value: { epoch, timestamp: 0 } })
  for (const memberId of gone) cancelTimers(turn, groupId, memberId)
}

/** Its partitions stay with it until it comes back or its session ends. */
function leaveForAWhile({ turn }: GroupContext, group: ConsumerGroup, member: ConsumerMember): void {
  const assigned = new Map(
    [...member.assigned].map(([topicId, epochs]) => [
      topicId,
      new Map([...epochs.keys()].map((partition) => [partition, 0])),
    ]),
  )
  const left = { ...member, memberEpoch: STATIC_LEAVE_EPOCH, assigned, pendingRevocation: NO_PARTITIONS }
  turn.records.push({
    kind: 'consumer-assignment',
    groupId: group.groupId,
    memberId: member.memberId,
    value: assignmentOf(left),
  })
}
