import { errorCode, KafkaError } from '../../../protocol/errors.ts'
import type {
  ConsumerGroupHeartbeatRequest,
  ConsumerGroupHeartbeatResponse,
} from '../../../protocol/messages/68-consumer-group-heartbeat.ts'
import type { GroupContext } from '../group-turn.ts'
import type { RequestContext } from '../request-context.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import { LEAVE_EPOCH, newConsumerMember, sortedNames, STATIC_LEAVE_EPOCH } from './consumer-member.ts'
import type { ConsumerMember } from './consumer-member.ts'
import { checkEpoch, checkReleased, checkRoom, memberNamed, staticMemberNamed } from './member-checks.ts'
import { reconcileMember, recordSubscription, updateTarget } from './member-change.ts'
import { equalPartitionEpochs, topicPartitions, withoutEpochs } from './partition-epochs.ts'
import { recordReplacement } from './static-replacement.ts'
import { startSession } from './timers.ts'

/** From this version on clients make their member ids themselves (KIP-1082). */
const CLIENT_MEMBER_ID_VERSION = 1

export interface HeartbeatCommand {
  readonly request: ConsumerGroupHeartbeatRequest
  readonly from: RequestContext
  /** The id of a new member that brings none. */
  readonly uuid: string
}

/** Throws INVALID_REQUEST or UNSUPPORTED_ASSIGNOR when the request makes no sense in any group. */
export function checkHeartbeat(
  request: ConsumerGroupHeartbeatRequest,
  apiVersion: number,
  assignors: readonly string[],
): void {
  const { groupId, memberId, memberEpoch, instanceId, rackId, serverAssignor } = request
  const needsMemberId =
    apiVersion >= CLIENT_MEMBER_ID_VERSION || memberEpoch > 0 || memberEpoch === LEAVE_EPOCH
  if (needsMemberId && memberId.trim() === '') throw invalid("MemberId can't be empty.")
  if (groupId.trim() === '') throw invalid("GroupId can't be empty.")
  if (instanceId !== null && instanceId.trim() === '') throw invalid("InstanceId can't be empty.")
  if (rackId !== null && rackId.trim() === '') throw invalid("RackId can't be empty.")
  if (memberEpoch === 0) checkJoin(request)
  else if (memberEpoch === STATIC_LEAVE_EPOCH && instanceId === null)
    throw invalid("InstanceId can't be null.")
  else if (memberEpoch < STATIC_LEAVE_EPOCH) throw invalid(`MemberEpoch ${memberEpoch} is invalid.`)
  if (serverAssignor !== null && !assignors.includes(serverAssignor)) {
    throw new KafkaError(
      'UNSUPPORTED_ASSIGNOR',
      `ServerAssignor ${serverAssignor} is not supported. Supported assignors: ${assignors.join(', ')}.`,
    )
  }
}

function checkJoin(request: ConsumerGroupHeartbeatRequest): void {
  const { rebalanceTimeoutMs, topicPartitions, subscribedTopicNames, subscribedTopicRegex } = request
  if (rebalanceTimeoutMs === -1) throw invalid('RebalanceTimeoutMs must be provided in first request.')
  if (topicPartitions === null || topicPartitions.length > 0)
    throw invalid('TopicPartitions must be empty when (re-)joining.')
  if (subscribedTopicNames === null && subscribedTopicRegex === null)
    throw invalid('Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.')
}

/** A heartbeat of a member that joins or is in the group. Throws a KafkaError when it is fenced or unknown. */
export function heartbeat(
  context: GroupContext,
  group: ConsumerGroup,
  { request, from, uuid }: HeartbeatCommand,
): ConsumerGroupHeartbeatResponse {
  const { turn } = context
  const { groupId } = group
  const memberId = request.memberId === '' ? uuid : request.memberId
  checkRoom(context, group, request.memberId, request.instanceId)
  const { before, replaced } = memberBefore(context, group, request, memberId)
  const after = memberAfter(before, request, from)
  const change = { group, before, after, replaced }
  const changed = recordSubscription(context, change)
  const target = updateTarget(context, change, changed)
  const member = reconcileMember(context, change, changed, target, request.topicPartitions)
  const config = context.consumer(groupId)
  startSession(turn, groupId, memberId, config.sessionTimeoutMs)
  const { memberEpoch, rebalanceTimeoutMs, subscribedTopicNames, subscribedTopicRegex } = request
  const fullRequest =
    rebalanceTimeoutMs !== -1 &&
    (subscribedTopicNames !== null || subscribedTopicRegex !== null) &&
    request.topicPartitions !== null
  const tell = memberEpoch === 0 || fullRequest || !equalPartitionEpochs(after.assigned, member.assigned)
  return {
    ...emptyResponse(memberId, member.memberEpoch),
    heartbeatIntervalMs: config.heartbeatIntervalMs,
    assignment: tell ? { topicPartitions: topicPartitions(withoutEpochs(member.assigned)) } : null,
  }
}

export function emptyResponse(memberId: string, memberEpoch: number): ConsumerGroupHeartbeatResponse {
  return {
    throttleTimeMs: 0,
    errorCode: errorCode('NONE'),
    errorMessage: null,
    memberId,
    memberEpoch,
    heartbeatIntervalMs: 0,
    assignment: null,
  }
}

export function heartbeatFailure({ code, message }: KafkaError): ConsumerGroupHeartbeatResponse {
  return { ...emptyResponse('', 0), memberId: null, errorCode: code, errorMessage: message }
}

interface MemberBefore {
  readonly before: ConsumerMember
  readonly replaced: ConsumerMember | null
}

function memberBefore(
  context: GroupContext,
  group: ConsumerGroup,
  { memberEpoch, instanceId, topicPartitions }: ConsumerGroupHeartbeatRequest,
  memberId: string,
): MemberBefore {
  const joins = memberEpoch === 0
  if (instanceId === null) {
    const before = joins
      ? (group.member(memberId) ?? newConsumerMember(memberId))
      : memberNamed(group, memberId)
    checkEpoch(before, memberEpoch, topicPartitions)
    return { before, replaced: null }
  }
  if (!joins) {
    const before = staticMemberNamed(group, instanceId, memberId)
    checkEpoch(before, memberEpoch, topicPartitions)
    return { before, replaced: null }
  }
  const existing = group.staticMember(instanceId)
  if (existing === undefined)
    return { before: group.member(memberId) ?? newConsumerMember(memberId), replaced: null }
  if (existing.classic === null) checkReleased(existing, instanceId, STATIC_LEAVE_EPOCH)
  return { before: recordReplacement(context, group, existing, memberId), replaced: existing }
}

function memberAfter(
  before: ConsumerMember,
  request: ConsumerGroupHeartbeatRequest,
  from: RequestContext,
): ConsumerMember {
  const { subscribedTopicNames: names, rebalanceTimeoutMs } = request
  return {
    ...before,
    instanceId: request.instanceId ?? before.instanceId,
    rackId: request.rackId ?? before.rackId,
    rebalanceTimeoutMs: rebalanceTimeoutMs === -1 ? before.rebalanceTimeoutMs : rebalanceTimeoutMs,
    serverAssignor: request.serverAssignor ?? before.serverAssignor,
    topicNames: names === null ? before.topicNames : sortedNames(names),
    topicRegex: request.subscribedTopicRegex ?? before.topicRegex,
    clientId: from.clientId,
    clientHost: from.clientHost,
    classic: null,
  }
}

function invalid(message: string): KafkaError {
  return new KafkaError('INVALID_REQUEST', message)
}
