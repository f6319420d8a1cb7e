import { KafkaError } from '../../../protocol/errors.ts'
import type { ErrorName } from '../../../protocol/errors.ts'
import type { Committer } from '../offsets/committer.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import type { ConsumerMember } from './consumer-member.ts'
import { memberNamed } from './member-checks.ts'
import { valuesOf } from './member-change.ts'
import { topicNamesOf } from './subscriptions.ts'

/** The error for committing one partition, or `NONE`. */
export type PartitionCheck = (topicId: string, partition: number) => ErrorName

/** From this version on OffsetCommit has member epochs. */
const MEMBER_EPOCH_VERSION = 9

/**
 * Throws a KafkaError unless the committer is a member, or nobody is. A member may commit in its epoch, and in an older one
 * partitions that it was assigned in that epoch or before and still has (KIP-1251); the check returned is for those.
 */
export function validateConsumerCommit(
  group: ConsumerGroup,
  { memberId, generationIdOrMemberEpoch: epoch }: Committer,
  apiVersion: number,
  transactional: boolean,
): PartitionCheck | null {
  if (epoch < 0 && (group.members.size === 0 || (transactional && memberId === ''))) return null
  const member = memberNamed(group, memberId)
  if (!transactional && member.classic === null && apiVersion < MEMBER_EPOCH_VERSION) {
    throw new KafkaError(
      'UNSUPPORTED_VERSION',
      `members of the consumer protocol commit with OffsetCommit ${MEMBER_EPOCH_VERSION} or above, not ${apiVersion}`,
    )
  }
  if (epoch === member.memberEpoch) return null
  if (epoch > member.memberEpoch) throw staleEpoch(member, epoch)
  const stale = staleErrorOf(member)
  return (topicId, partition) => {
    const assigned =
      member.assigned.get(topicId)?.get(partition) ?? member.pendingRevocation.get(topicId)?.get(partition)
    return assigned === undefined || epoch < assigned ? stale : 'NONE'
  }
}

/** Throws a KafkaError unless the request names no member or one of the epoch that is durable. */
export function validateConsumerFetch(
  group: ConsumerGroup,
  memberId: string | null,
  memberEpoch: number,
): void {
  if (memberId === null && memberEpoch < 0) return
  const member = group.committedMember(memberId ?? '')
  if (member === undefined) {
    throw new KafkaError('UNKNOWN_MEMBER_ID', `group "${group.groupId}" has no member "${memberId}"`)
  }
  if (member.memberEpoch !== memberEpoch) throw staleEpoch(member, memberEpoch)
}

export function isSubscribedToConsumerTopic(group: ConsumerGroup, topic: string): boolean {
  const { regexes } = group
  return valuesOf(group).some((member) => topicNamesOf(member, regexes).includes(topic))
}

function staleEpoch(member: ConsumerMember, epoch: number): KafkaError {
  return new KafkaError(
    staleErrorOf(member),
    `member "${member.memberId}" is in epoch ${member.memberEpoch}, not ${epoch}`,
  )
}

function staleErrorOf({ classic }: ConsumerMember): ErrorName {
  return classic === null ? 'STALE_MEMBER_EPOCH' : 'ILLEGAL_GENERATION'
}
