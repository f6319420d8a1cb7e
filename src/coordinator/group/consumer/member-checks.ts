import { KafkaError } from '../../../protocol/errors.ts'
import type { GroupContext } from '../group-turn.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import type { ConsumerMember } from './consumer-member.ts'
import { ownsOnly } from './partition-epochs.ts'
import type { OwnedPartitions } from './partition-epochs.ts'

/** Throws UNKNOWN_MEMBER_ID. */
export function memberNamed(group: ConsumerGroup, memberId: string): ConsumerMember {
  const member = group.member(memberId)
  if (member !== undefined) return member
  throw new KafkaError(
    'UNKNOWN_MEMBER_ID',
    `group "${group.groupId}" has no member "${memberId}"; join again`,
  )
}

/** The static member of the instance id. Throws UNKNOWN_MEMBER_ID, or FENCED_INSTANCE_ID when another one has the id. */
export function staticMemberNamed(
  group: ConsumerGroup,
  instanceId: string,
  memberId: string,
): ConsumerMember {
  const member = staticMemberOf(group, instanceId)
  if (member.memberId === memberId) return member
  throw new KafkaError(
    'FENCED_INSTANCE_ID',
    `instance id "${instanceId}" of group "${group.groupId}" belongs to member "${member.memberId}" now, not to "${memberId}"`,
  )
}

/** Throws UNKNOWN_MEMBER_ID. */
export function staticMemberOf(group: ConsumerGroup, instanceId: string): ConsumerMember {
  const member = group.staticMember(instanceId)
  if (member !== undefined) return member
  throw new KafkaError(
    'UNKNOWN_MEMBER_ID',
    `group "${group.groupId}" has no static member with instance id "${instanceId}"`,
  )
}

/** The member that a request of the classic protocol comes from. */
export function classicMemberNamed(
  group: ConsumerGroup,
  memberId: string,
  instanceId: string | null,
): ConsumerMember {
  const member =
    instanceId === null ? memberNamed(group, memberId) : staticMemberNamed(group, instanceId, memberId)
  if (member.classic !== null) return member
  throw new KafkaError(
    'UNKNOWN_MEMBER_ID',
    `member "${memberId}" of group "${group.groupId}" speaks the consumer protocol, not the classic one`,
  )
}

/** Throws GROUP_MAX_SIZE_REACHED unless the member is in the group or there is room for one more. */
export function checkRoom(
  { options }: GroupContext,
  group: ConsumerGroup,
  memberId: string,
  instanceId: string | null,
): void {
  const { groupMaxSize } = options.consumer
  if (group.staticMember(instanceId) !== undefined || group.members.size < groupMaxSize) return
  if (memberId !== '' && group.members.has(memberId)) return
  throw new KafkaError(
    'GROUP_MAX_SIZE_REACHED',
    `group "${group.groupId}" has ${groupMaxSize} members, which is the most it may have (group.consumer.max.size)`,
  )
}

/**
 * Throws FENCED_MEMBER_EPOCH unless the member is in the epoch it says, or in the one before and has no more than it
 * should: then the answer with its new epoch was lost. Epoch 0 joins, which is always allowed.
 */
export function checkEpoch(
  member: ConsumerMember,
  epoch: number,
  owned: readonly OwnedPartitions[] | null,
): void {
  if (epoch === 0 || epoch === member.memberEpoch) return
  const lostAnswer =
    epoch < member.memberEpoch && epoch === member.previousMemberEpoch && ownsOnly(owned, member.assigned)
  if (lostAnswer) return
  throw new KafkaError(
    'FENCED_MEMBER_EPOCH',
    `member "${member.memberId}" is in epoch ${member.memberEpoch}, not ${epoch}; give up all partitions and join again`,
  )
}

/** Throws UNRELEASED_INSTANCE_ID unless the static member has left, so that another can take its place. */
export function checkReleased(member: ConsumerMember, instanceId: string, leftEpoch: number): void {
  if (member.memberEpoch === leftEpoch) return
  throw new KafkaError(
    'UNRELEASED_INSTANCE_ID',
    `instance id "${instanceId}" belongs to member "${member.memberId}", which has not left; stop it or use another group.instance.id`,
  )
}
