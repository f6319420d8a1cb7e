import { KafkaError } from '../../../protocol/errors.ts'
import { CONSUMER_PROTOCOL_TYPE } from '../classic/consumer-protocol.ts'
import { selectProtocol } from '../classic/classic-group.ts'
import type { ClassicGroup } from '../classic/classic-group.ts'
import { metadataFor } from '../classic/classic-member.ts'
import type { ClassicMember } from '../classic/classic-member.ts'
import { joinError, replyJoin, replySync, syncError } from '../classic/responses.ts'
import type { GroupContext, GroupTurn } from '../group-turn.ts'
import { Timeline } from '../../runtime/timeline.ts'
import type { Assignment } from '../assignor/assignor.ts'
import { ConsumerGroup } from './consumer-group.ts'
import { newConsumerMember, sortedNames } from './consumer-member.ts'
import type { ConsumerMember } from './consumer-member.ts'
import type { ConsumerRecord } from './consumer-record.ts'
import { assignmentFrom, subscriptionFrom } from './embedded-protocol.ts'
import { assignmentOf, subscriptionOf } from './member-change.ts'
import { withEpoch } from './partition-epochs.ts'
import { metadataHash, subscribedNames } from './subscriptions.ts'
import { startSession } from './timers.ts'

/**
 * Makes a consumer group of a classic one whose members stay what they are, because somebody joins who speaks the
 * consumer protocol. Returns it as the turn's records leave it. Throws GROUP_ID_NOT_FOUND when that cannot be, as Kafka.
 */
export function upgrade(context: GroupContext, classic: ClassicGroup): ConsumerGroup {
  checkUpgrade(context, classic)
  const { turn } = context
  const members = membersOf(context, classic)
  const { groupId } = classic
  const group = new ConsumerGroup(new Timeline(), groupId)
  turn.records.push({ kind: 'classic-group', groupId, value: null })
  for (const record of records(context, classic, members)) {
    turn.records.push(record)
    group.replay(record)
  }
  for (const { memberId, classic: metadata } of members.keys())
    startSession(turn, groupId, memberId, metadata?.sessionTimeoutMs ?? 0)
  return group
}

/** Whoever waits for the old group is told to join the rebalance of the new one. */
export function sendToNewGroup(turn: GroupTurn, classic: ClassicGroup): void {
  for (const member of classic.members.values()) {
    replyJoin(turn, member, joinError('REBALANCE_IN_PROGRESS', member.memberId))
    replySync(turn, member, syncError('REBALANCE_IN_PROGRESS'))
  }
}

function checkUpgrade({ options }: GroupContext, group: ClassicGroup): void {
  const { migrationPolicy, groupMaxSize } = options.consumer
  if (migrationPolicy === 'downgrade' || migrationPolicy === 'disabled')
    throw cannot(group, 'online upgrade is disabled (group.consumer.migration.policy)')
  if (group.protocolType !== CONSUMER_PROTOCOL_TYPE)
    throw cannot(
      group,
      `its members use the protocol type ${group.protocolType}, not ${CONSUMER_PROTOCOL_TYPE}`,
    )
  if (group.members.size > groupMaxSize)
    throw cannot(group, `it has more than ${groupMaxSize} members (group.consumer.max.size)`)
}

function membersOf(context: GroupContext, group: ClassicGroup): Map<ConsumerMember, Assignment> {
  const protocolName = group.protocolName ?? selectProtocol(group)
  try {
    return new Map(
      [...group.members.values()].map((member) => memberOf(context, group, member, protocolName)),
    )
  } catch (error) {
    if (error instanceof KafkaError) throw cannot(group, error.message)
    throw error
  }
}

function memberOf(
  { topics }: GroupContext,
  group: ClassicGroup,
  member: ClassicMember,
  protocolName: string,
): [ConsumerMember, Assignment] {
  const { assignment, userData } = assignmentFrom(member.assignment, topics)
  if (userData !== null && userData.length > 0)
    throw cannot(group, 'a custom assignor is in use whose user data would be lost')
  const subscription = subscriptionFrom(metadataFor(member, protocolName))
  const { memberId, clientId, clientHost, rebalanceTimeoutMs, sessionTimeoutMs } = member
  return [
    {
      ...newConsumerMember(memberId),
      instanceId: member.groupInstanceId,
      rackId: subscription.rackId,
      clientId,
      clientHost,
      rebalanceTimeoutMs,
      topicNames: sortedNames(subscription.topics),
      classic: { sessionTimeoutMs, supportedProtocols: member.protocols },
      memberEpoch: group.generation,
      previousMemberEpoch: group.generation,
      assigned: withEpoch(assignment, group.generation),
    },
    assignment,
  ]
}

function* records(
  { topics }: GroupContext,
  { groupId, generation }: ClassicGroup,
  members: ReadonlyMap<ConsumerMember, Assignment>,
): IterableIterator<ConsumerRecord> {
  for (const member of members.keys())
    yield { kind: 'consumer-member', groupId, memberId: member.memberId, value: subscriptionOf(member) }
  const hash = metadataHash(subscribedNames(members.keys(), new Map()), topics)
  yield { kind: 'consumer-group', groupId, value: { epoch: generation, metadataHash: hash } }
  for (const [{ memberId }, assignment] of members)
    yield { kind: 'consumer-target-member', groupId, memberId, value: assignment }
  yield { kind: 'consumer-target', groupId, value: { epoch: generation, timestamp: 0 } }
  for (const member of members.keys())
    yield { kind: 'consumer-assignment', groupId, memberId: member.memberId, value: assignmentOf(member) }
}

function cannot({ groupId }: ClassicGroup, reason: string): KafkaError {
  return new KafkaError(
    'GROUP_ID_NOT_FOUND',
    `Cannot upgrade classic group ${groupId} to consumer group: ${reason}.`,
  )
}
