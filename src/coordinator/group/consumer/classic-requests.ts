import { errorCode, KafkaError } from '../../../protocol/errors.ts'
import type { JoinGroupResponse } from '../../../protocol/messages/11-join-group.ts'
import type { HeartbeatRequest, HeartbeatResponse } from '../../../protocol/messages/12-heartbeat.ts'
import type { SyncGroupRequest, SyncGroupResponse } from '../../../protocol/messages/14-sync-group.ts'
import { ownProtocols } from '../classic/classic-member.ts'
import { CONSUMER_PROTOCOL_TYPE } from '../classic/consumer-protocol.ts'
import type { JoinCommand } from '../classic/join-group.ts'
import { joinError, syncError } from '../classic/responses.ts'
import type { GroupContext } from '../group-turn.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import { newConsumerMember, sortedNames } from './consumer-member.ts'
import type { ClassicMetadata, ConsumerMember } from './consumer-member.ts'
import { canDowngrade, downgrade } from './downgrade.ts'
import { assignmentBytes, subscriptionFrom, withTopicIds } from './embedded-protocol.ts'
import { checkRoom, classicMemberNamed, staticMemberNamed } from './member-checks.ts'
import { reconcileMember, recordSubscription, updateTarget, valuesOf } from './member-change.ts'
import type { MemberChange } from './change.ts'
import { withoutEpochs } from './partition-epochs.ts'
import { recordReplacement } from './static-replacement.ts'
import { cancelTimer, startJoinTimeout, startSession, startSyncTimeout } from './timers.ts'

/** From this version on a new dynamic member gets its id first and joins with it (KIP-394). */
const MEMBER_ID_REQUIRED_VERSION = 4

/**
 * JoinGroup of a member that speaks the classic protocol. It is answered at once: the coordinator assigns, and each
 * member goes at its own pace. Throws a KafkaError when it cannot join.
 */
export function joinConsumerGroup(
  context: GroupContext,
  group: ConsumerGroup,
  command: JoinCommand,
): JoinGroupResponse {
  const { turn, options, topics } = context
  const { request, from } = command
  if (options.consumer.migrationPolicy === 'disabled')
    throw inconsistent(`group "${group.groupId}" uses the consumer protocol, and migration is disabled`)
  const memberId = request.memberId === '' ? command.uuid : request.memberId
  checkRoom(context, group, request.memberId, request.groupInstanceId)
  checkProtocols(group, command)
  if (
    request.memberId === '' &&
    request.groupInstanceId === null &&
    from.apiVersion >= MEMBER_ID_REQUIRED_VERSION
  )
    return joinError('MEMBER_ID_REQUIRED', memberId)
  const supportedProtocols = ownProtocols(request.protocols)
  const subscription = subscriptionFrom(supportedProtocols[0]?.metadata ?? Buffer.alloc(0))
  const start = turn.records.length
  const { before, replaced } = memberBefore(context, group, command, memberId)
  const classic = { sessionTimeoutMs: request.sessionTimeoutMs, supportedProtocols }
  const after: ConsumerMember = {
    ...memberAfter(before, command, classic),
    rackId: subscription.rackId ?? before.rackId,
    topicNames: sortedNames(subscription.topics),
  }
  const change: MemberChange = { group, before, after, replaced }
  const changed = recordSubscription(context, change)
  const owned = withTopicIds(subscription.ownedPartitions, topics)
  const response = (member: ConsumerMember): JoinGroupResponse => ({
    ...joinError('NONE', memberId),
    generationId: member.memberEpoch,
    protocolType: CONSUMER_PROTOCOL_TYPE,
    protocolName: supportedProtocols[0]?.name ?? '',
  })
  if (replaced !== null && canDowngrade(context, [...membersWithout(group, replaced), after])) {
    return response(downgradeJoin(context, change, group.assignmentEpoch < changed.epoch, start))
  }
  const target = updateTarget(context, change, changed)
  const member = reconcileMember(context, change, changed, target, owned)
  const { groupId } = group
  cancelTimer(turn, 'join', groupId, memberId)
  startSession(turn, groupId, memberId, request.sessionTimeoutMs)
  startSyncTimeout(turn, groupId, memberId, request.rebalanceTimeoutMs)
  return response(member)
}

/** SyncGroup of such a member: it gets what it has been assigned. Throws a KafkaError when it must join first. */
export function syncConsumerGroup(
  { turn, topics }: GroupContext,
  group: ConsumerGroup,
  request: SyncGroupRequest,
): SyncGroupResponse {
  const { groupId } = group
  const member = classicMemberNamed(group, request.memberId, request.groupInstanceId)
  const { protocol, sessionTimeoutMs } = classicOf(member)
  checkGeneration(member, request.generationId)
  const { protocolType, protocolName } = request
  if (protocolType !== null && protocolType !== CONSUMER_PROTOCOL_TYPE)
    throw inconsistent(
      `group "${groupId}" uses the protocol type ${CONSUMER_PROTOCOL_TYPE}, not ${protocolType}`,
    )
  if (protocolName !== null && protocolName !== protocol.name)
    throw inconsistent(`member "${member.memberId}" uses the protocol ${protocol.name}, not ${protocolName}`)
  // One that is to revoke partitions has joined already: it goes on once it has.
  if (group.assignmentEpoch > member.memberEpoch && member.state !== 'unrevoked-partitions') {
    startJoinTimeout(turn, groupId, member)
    return syncError('REBALANCE_IN_PROGRESS')
  }
  cancelTimer(turn, 'sync', groupId, member.memberId)
  startSession(turn, groupId, member.memberId, sessionTimeoutMs)
  return {
    ...syncError('NONE'),
    protocolType,
    protocolName,
    assignment: assignmentBytes(withoutEpochs(member.assigned), protocol.metadata, topics),
  }
}

/** Heartbeat of such a member: tells it to join again when that gets it further. Throws a KafkaError when it is unknown. */
export function heartbeatConsumerGroup(
  { turn }: GroupContext,
  group: ConsumerGroup,
  request: HeartbeatRequest,
): HeartbeatResponse {
  const member = classicMemberNamed(group, request.memberId, request.groupInstanceId)
  checkGeneration(member, request.generationId)
  startSession(turn, group.groupId, member.memberId, classicOf(member).sessionTimeoutMs)
  const mustJoin =
    member.memberEpoch < group.assignmentEpoch ||
    member.state === 'unrevoked-partitions' ||
    (member.state === 'unreleased-partitions' && !group.waitsForPartitions(member))
  if (mustJoin) startJoinTimeout(turn, group.groupId, member)
  return { throttleTimeMs: 0, errorCode: errorCode(mustJoin ? 'REBALANCE_IN_PROGRESS' : 'NONE') }
}

/**
 * The last member of the consumer protocol comes back as one of the classic: the group becomes a classic one. What was
 * recorded from `start` on goes, since it was about a consumer group.
 */
function downgradeJoin(
  context: GroupContext,
  { group, after, replaced }: MemberChange,
  rebalance: boolean,
  start: number,
): ConsumerMember {
  context.turn.records.length = start
  const members = [...membersWithout(group, replaced), after]
  const targetOf = (member: ConsumerMember): ReturnType<ConsumerGroup['targetOf']> =>
    group.targetOf(member === after && replaced !== null ? replaced.memberId : member.memberId)
  downgrade(context, group, members, targetOf, rebalance)
  return { ...after, memberEpoch: group.epoch }
}

function membersWithout(group: ConsumerGroup, replaced: ConsumerMember | null): ConsumerMember[] {
  return valuesOf(group).filter((member) => member !== replaced)
}

function memberBefore(
  context: GroupContext,
  group: ConsumerGroup,
  { request: { memberId: known, groupInstanceId } }: JoinCommand,
  memberId: string,
): { before: ConsumerMember; replaced: ConsumerMember | null } {
  if (groupInstanceId === null)
    return { before: group.member(memberId) ?? newConsumerMember(memberId), replaced: null }
  if (known !== '') return { before: staticMemberNamed(group, groupInstanceId, memberId), replaced: null }
  const existing = group.staticMember(groupInstanceId)
  if (existing === undefined) return { before: newConsumerMember(memberId), replaced: null }
  return { before: recordReplacement(context, group, existing, memberId), replaced: existing }
}

function memberAfter(
  before: ConsumerMember,
  { request, from }: JoinCommand,
  classic: ClassicMetadata,
): ConsumerMember {
  return {
    ...before,
    instanceId: request.groupInstanceId ?? before.instanceId,
    rebalanceTimeoutMs:
      request.rebalanceTimeoutMs === -1 ? before.rebalanceTimeoutMs : request.rebalanceTimeoutMs,
    topicRegex: '',
    clientId: from.clientId,
    clientHost: from.clientHost,
    classic,
  }
}

/** The protocol type must be the consumers', and one protocol known to all members that speak the classic one. */
function checkProtocols(group: ConsumerGroup, { request }: JoinCommand): void {
  const members = valuesOf(group).flatMap(({ classic }) => (classic === null ? [] : [classic]))
  const shared = request.protocols.some(({ name }) =>
    members.every(({ supportedProtocols }) => supportedProtocols.some((protocol) => protocol.name === name)),
  )
  if (request.protocolType !== CONSUMER_PROTOCOL_TYPE || !shared)
    throw inconsistent(
      `the protocols of member "${request.memberId}" are not those of group "${group.groupId}"`,
    )
}

function checkGeneration(member: ConsumerMember, generation: number): void {
  if (generation === member.memberEpoch) return
  throw new KafkaError(
    'ILLEGAL_GENERATION',
    `member "${member.memberId}" is in generation ${member.memberEpoch}, not ${generation}`,
  )
}

function classicOf({ memberId, classic }: ConsumerMember): {
  protocol: ClassicMetadata['supportedProtocols'][number]
  sessionTimeoutMs: number
} {
  const protocol = classic?.supportedProtocols[0]
  if (classic === null || protocol === undefined)
    throw new Error(`member ${memberId} has no classic protocol`)
  return { protocol, sessionTimeoutMs: classic.sessionTimeoutMs }
}

function inconsistent(message: string): KafkaError {
  return new KafkaError('INCONSISTENT_GROUP_PROTOCOL', message)
}
