import type { GroupContext } from '../group-turn.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import type { ConsumerMember } from './consumer-member.ts'
import { assignmentOf, subscriptionOf } from './member-change.ts'

/**
 * Records that a static member came back under another member id: all that the old one had, its target assignment
 * too, goes over to the new one, which starts from epoch 0. Returns the new one.
 */
export function recordReplacement(
  { turn }: GroupContext,
  group: ConsumerGroup,
  existing: ConsumerMember,
  memberId: string,
): ConsumerMember {
  const { groupId } = group
  const member: ConsumerMember = { ...existing, memberId, memberEpoch: 0, previousMemberEpoch: 0 }
  turn.records.push(
    ...memberTombstones(groupId, existing.memberId),
    { kind: 'consumer-member', groupId, memberId, value: subscriptionOf(member) },
    { kind: 'consumer-target-member', groupId, memberId, value: group.targetOf(existing.memberId) },
    { kind: 'consumer-assignment', groupId, memberId, value: assignmentOf(member) },
  )
  return member
}

export function memberTombstones(
  groupId: string,
  memberId: string,
): readonly [
  { kind: 'consumer-assignment'; groupId: string; memberId: string; value: null },
  { kind: 'consumer-target-member'; groupId: string; memberId: string; value: null },
  { kind: 'consumer-member'; groupId: string; memberId: string; value: null },
] {
  return [
    { kind: 'consumer-assignment', groupId, memberId, value: null },
    { kind: 'consumer-target-member', groupId, memberId, value: null },
    { kind: 'consumer-member', groupId, memberId, value: null },
  ]
}
