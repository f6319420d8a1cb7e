import { KafkaError } from '../../protocol/errors.ts'
import { isSubscribedTo, validateMember } from './classic/classic-group.ts'
import type { ClassicGroup } from './classic/classic-group.ts'
import { CONSUMER_PROTOCOL_TYPE } from './classic/consumer-protocol.ts'
import type { ConsumerGroup } from './consumer/consumer-group.ts'
import { isSubscribedToConsumerTopic, validateConsumerCommit } from './consumer/group-offsets.ts'
import type { PartitionCheck } from './consumer/group-offsets.ts'
import type { Committer } from './offsets/committer.ts'

/** A group of any kind. What offsets need to know about it is below. */
export type Group = ClassicGroup | ConsumerGroup

/** How ListGroups names the kinds. */
export const groupTypeNames: Readonly<Record<Group['kind'], string>> = {
  classic: 'classic',
  consumer: 'consumer',
}

/**
 * Throws a KafkaError unless the committer may commit now. Returns what is to be checked for each partition, or null
 * when all may be committed. In a transaction a producer that does not say for which member is taken at its word (clients before
 * KIP-447), and a rebalance does not keep a member of the generation from it.
 */
export function validateOffsetCommit(
  group: Group,
  committer: Committer,
  apiVersion: number,
  transactional = false,
): PartitionCheck | null {
  if (group.kind === 'consumer') return validateConsumerCommit(group, committer, apiVersion, transactional)
  validateClassicCommit(group, committer, transactional)
  return null
}

function validateClassicCommit(group: ClassicGroup, committer: Committer, transactional: boolean): void {
  const { memberId, groupInstanceId, generationIdOrMemberEpoch: generation } = committer
  if (generation < 0 && group.state === 'Empty') return
  if (generation < 0 && memberId === '' && groupInstanceId === null) {
    if (transactional) return
    throw new KafkaError(
      'UNKNOWN_MEMBER_ID',
      `group "${group.groupId}" has members, so only they can commit; use another group id or stop them`,
    )
  }
  validateMember(group, memberId, groupInstanceId)
  if (generation !== group.generation) {
    throw new KafkaError(
      'ILLEGAL_GENERATION',
      `group "${group.groupId}" is in generation ${group.generation}, not ${generation}`,
    )
  }
  if (group.state === 'CompletingRebalance' && !transactional) {
    throw new KafkaError('REBALANCE_IN_PROGRESS', `group "${group.groupId}" is being assigned its partitions`)
  }
}

/** Throws NON_EMPTY_GROUP unless offsets of the group can be deleted: of consumers, those of topics not subscribed to. */
export function validateOffsetDelete(group: Group): void {
  if (group.state !== 'Empty' && group.protocolType !== CONSUMER_PROTOCOL_TYPE) throw nonEmpty(group)
}

/** Throws NON_EMPTY_GROUP while the group has members. */
export function validateGroupDelete(group: Group): void {
  if (group.state !== 'Empty') throw nonEmpty(group)
}

export function isSubscribedToTopic(group: Group, topic: string): boolean {
  return group.kind === 'consumer' ? isSubscribedToConsumerTopic(group, topic) : isSubscribedTo(group, topic)
}

/** From when the retention of offsets counts: a time of the group's, or each offset's own commit. */
export type ExpirationBase =
  | { readonly kind: 'never' }
  | { readonly kind: 'commit' }
  | { readonly kind: 'since'; readonly timestamp: number }

export function expirationBaseOf(group: Group): ExpirationBase {
  if (group.kind === 'consumer') return { kind: 'commit' }
  // Without a protocol type nobody ever joined: a consumer that assigns partitions to itself.
  if (group.protocolType === null) return { kind: 'commit' }
  if (group.state === 'Empty') {
    return group.stateTimestamp === null
      ? { kind: 'commit' }
      : { kind: 'since', timestamp: group.stateTimestamp }
  }
  const known = group.protocolType === CONSUMER_PROTOCOL_TYPE && group.subscribedTopics !== null
  return known && group.state === 'Stable' ? { kind: 'commit' } : { kind: 'never' }
}

/** Whether nobody is in the group or about to come in. */
export function isDeserted(group: Group): boolean {
  return group.state === 'Empty' && (group.kind === 'consumer' || group.pendingJoins.size === 0)
}

function nonEmpty(group: Group): KafkaError {
  return new KafkaError(
    'NON_EMPTY_GROUP',
    `group "${group.groupId}" has ${group.members.size} members; stop them first`,
  )
}
