import { errorCode, KafkaError } from '../../protocol/errors.ts'
import type { OffsetCommitRequest, OffsetCommitResponse } from '../../protocol/messages/08-offset-commit.ts'
import type { TxnOffsetCommitRequest } from '../../protocol/messages/28-txn-offset-commit.ts'
import type { TransactionOutcome } from '../../records/control-record.ts'
import type { JoinGroupResponse } from '../../protocol/messages/11-join-group.ts'
import type { HeartbeatRequest, HeartbeatResponse } from '../../protocol/messages/12-heartbeat.ts'
import type { LeaveGroupResponse } from '../../protocol/messages/13-leave-group.ts'
import type { SyncGroupRequest, SyncGroupResponse } from '../../protocol/messages/14-sync-group.ts'
import type {
  ConsumerGroupHeartbeatRequest,
  ConsumerGroupHeartbeatResponse,
} from '../../protocol/messages/68-consumer-group-heartbeat.ts'
import type { DeleteGroupsResponse } from '../../protocol/messages/42-delete-groups.ts'
import type { OffsetDeleteRequest, OffsetDeleteResponse } from '../../protocol/messages/47-offset-delete.ts'
import type { CoordinatorRecord, TransactionalProducer } from '../runtime/coordinator-log.ts'
import type { CoordinatorShard } from '../runtime/coordinator-shard.ts'
import { Timeline } from '../runtime/timeline.ts'
import type { Parked } from '../runtime/turn.ts'
import { describeClassicGroup, describeWithoutGroup } from './classic/describe-group.ts'
import type { DescribedGroup } from './classic/describe-group.ts'
import { heartbeat } from './classic/heartbeat.ts'
import { joinGroup, staticMemberStored } from './classic/join-group.ts'
import type { JoinCommand } from './classic/join-group.ts'
import { leaveGroup } from './classic/leave-group.ts'
import type { LeavingMember } from './classic/leave-group.ts'
import {
  completeJoin,
  initialDelayOver,
  prepareRebalance,
  sessionExpired,
  syncTimeout,
} from './classic/rebalance.ts'
import { joinError, syncError } from './classic/responses.ts'
import { assignmentStored, syncGroup } from './classic/sync-group.ts'
import { cancelAllTimers, restartSession } from './classic/timers.ts'
import { heartbeatConsumerGroup, joinConsumerGroup, syncConsumerGroup } from './consumer/classic-requests.ts'
import { ConsumerGroup } from './consumer/consumer-group.ts'
import { describeConsumerGroup } from './consumer/describe-consumer-group.ts'
import type { DescribedConsumerGroup } from './consumer/describe-consumer-group.ts'
import { validateConsumerFetch } from './consumer/group-offsets.ts'
import type { PartitionCheck } from './consumer/group-offsets.ts'
import { pushGroupTombstones } from './consumer/group-tombstones.ts'
import { heartbeat as consumerHeartbeat } from './consumer/heartbeat.ts'
import type { HeartbeatCommand } from './consumer/heartbeat.ts'
import { leaveByHeartbeat, leaveByRequest } from './consumer/leave.ts'
import { memberTimedOut } from './consumer/member-timeout.ts'
import { startRebalanceTimeout, startSession } from './consumer/timers.ts'
import { sendToNewGroup, upgrade } from './consumer/upgrade.ts'
import { isDeserted, validateGroupDelete, validateOffsetCommit, validateOffsetDelete } from './group.ts'
import type { Group } from './group.ts'
import type { ConsumerGroupConfigs, GroupOptions } from './group-options.ts'
import type { GroupRecord } from './group-record.ts'
import { decodeGroupRecord, encodeGroupRecord } from './group-record-codec.ts'
import { GroupStore } from './group-store.ts'
import type { GroupCompletion, GroupContext, GroupEvent, GroupTurn, GroupTypes } from './group-turn.ts'
import { commitOffsets } from './offsets/offset-commit.ts'
import { deleteAllOffsets, deleteOffsets, deleteOffsetsOfTopics } from './offsets/offset-delete.ts'
import { expireOffsets } from './offsets/offset-expiration.ts'
import { fetchOffsets } from './offsets/offset-fetch.ts'
import type { FetchedGroup, FetchGroup, OffsetView } from './offsets/offset-fetch.ts'
import { OffsetStore } from './offsets/offset-store.ts'
import type { RequestContext } from './request-context.ts'
import type { TopicCatalog } from './topic-catalog.ts'

/** What a shard decides with besides its groups. */
export interface GroupSettings {
  readonly options: GroupOptions
  readonly topics: TopicCatalog
  readonly consumer: ConsumerGroupConfigs
}

/** Groups looked at for expired offsets before other work gets its turn. */
const EXPIRATION_SLICE = 1_000
const EXPIRATION_TIMER = 'expire-offsets'

/**
 * One partition of `__consumer_offsets`: its groups and their offsets (Kafka: GroupCoordinatorShard). It finds the
 * group that a request is for and hands it to the functions of the group's kind.
 */
export class GroupShard implements CoordinatorShard<GroupTypes> {
  readonly groups: GroupStore
  readonly offsets: OffsetStore
  readonly #options: GroupOptions
  readonly #topics: TopicCatalog
  readonly #consumer: ConsumerGroupConfigs

  constructor(timeline: Timeline, { options, topics, consumer }: GroupSettings) {
    this.#options = options
    this.#topics = topics
    this.#consumer = consumer
    this.offsets = new OffsetStore(timeline)
    this.groups = new GroupStore(timeline, this.offsets)
  }

  replay(record: GroupRecord, producerId = -1): void {
    if (record.kind !== 'classic-group' && record.kind !== 'offset') return this.groups.replayConsumer(record)
    switch (record.kind) {
      case 'classic-group':
        this.groups.replayClassic(record.groupId, record.value)
        return
      case 'offset': {
        const { groupId, topic, partition, value } = record
        if (value === null) this.offsets.remove(groupId, topic, partition)
        else this.offsets.put(groupId, { ...value, topic, partition }, producerId)
      }
    }
  }

  replayMarker(producerId: number, outcome: TransactionOutcome): void {
    this.offsets.endTransaction(producerId, outcome)
  }

  encode(record: GroupRecord): CoordinatorRecord {
    return encodeGroupRecord(record)
  }

  decode(key: Buffer, value: Buffer | null): GroupRecord | null {
    return decodeGroupRecord(key, value)
  }

  /** Members get their sessions; groups that are larger than now allowed rebalance, so that the last to rejoin are out. */
  loaded(turn: GroupTurn): void {
    const context = this.#context(turn)
    for (const group of this.groups.openAll(turn.now)) {
      if (group.kind === 'consumer') {
        this.#startConsumerTimers(turn, group)
        continue
      }
      for (const member of group.members.values()) restartSession(turn, group, member)
      if (group.members.size > this.#options.groupMaxSize) prepareRebalance(context, group)
    }
    this.#scheduleExpiration(turn, null, 0, this.#options.offsetsRetentionCheckIntervalMs)
  }

  handle(event: GroupEvent, turn: GroupTurn): void {
    if (event.kind === 'expire-offsets') {
      this.#expireOffsets(event.groupIds ?? this.groups.ids(), event.next, turn)
      return
    }
    const group = this.groups.find(event.groupId, turn.now)
    if (group === null) return
    const context = this.#context(turn)
    if (event.kind === 'consumer-member-timeout' || event.kind === 'consumer-rebalance-timeout') {
      if (group.kind === 'consumer') memberTimedOut(context, group, event)
      return
    }
    // A timer of a group that is of another kind by now has nothing to say.
    if (group.kind !== 'classic') return
    switch (event.kind) {
      case 'classic-session-expired':
        return sessionExpired(context, group, event.memberId)
      case 'classic-initial-delay-over':
        if (group.state === 'PreparingRebalance') initialDelayOver(context, group, event)
        return
      case 'classic-join-timeout':
        if (group.state === 'PreparingRebalance') completeJoin(context, group)
        return
      case 'classic-sync-timeout':
        return syncTimeout(context, group, event.generation)
    }
  }

  stored(completion: GroupCompletion, error: KafkaError | null, turn: GroupTurn): void {
    const group = this.groups.find(completion.groupId, turn.now)
    if (group?.kind !== 'classic') return
    switch (completion.kind) {
      case 'assignment-stored':
        return assignmentStored(this.#context(turn), group, completion, error)
      case 'static-member-stored':
        return staticMemberStored(this.#context(turn), group, completion, error)
    }
  }

  /** Groups whose first record failed were never there: whoever waits in them is told. */
  rolledBack(error: KafkaError, turn: GroupTurn): void {
    this.groups.forgetChecks()
    for (const group of this.groups.closeUnfounded()) {
      for (const { joinWaiter, syncWaiter } of group.members.values()) {
        if (joinWaiter !== null) turn.replies.push({ kind: 'error', waiter: joinWaiter, error })
        if (syncWaiter !== null) turn.replies.push({ kind: 'error', waiter: syncWaiter, error })
      }
      cancelAllTimers(this.#context(turn), group)
    }
  }

  /** The first JoinGroup of a group leaves a record of the empty group, so that the group exists from then on. */
  joinGroup(turn: GroupTurn, command: JoinCommand): JoinGroupResponse | Parked {
    const { groupId, memberId } = command.request
    const known = this.groups.find(groupId, turn.now)
    if (known?.kind === 'consumer' && known.state !== 'Empty')
      return joinConsumerGroup(this.#context(turn), known, command)
    const isNew = known?.kind !== 'classic'
    if (isNew && memberId !== '') return joinError('UNKNOWN_MEMBER_ID', memberId)
    if (known?.kind === 'consumer') pushGroupTombstones(turn, known)
    const tombstones = turn.records.length
    const group = this.groups.open(groupId, turn.now)
    const response = joinGroup(this.#context(turn), group, command)
    if (isNew && turn.records.length === tombstones) {
      turn.records.push({
        kind: 'classic-group',
        groupId,
        value: {
          protocolType: '',
          generation: 0,
          protocol: null,
          leader: null,
          currentStateTimestamp: turn.now,
          members: [],
        },
      })
    }
    return response
  }

  syncGroup(turn: GroupTurn, request: SyncGroupRequest): SyncGroupResponse | Parked {
    const group = this.groups.find(request.groupId, turn.now)
    if (group === null) return syncError('UNKNOWN_MEMBER_ID')
    if (group.kind === 'classic') return syncGroup(this.#context(turn), group, request)
    return syncConsumerGroup(this.#context(turn), group, request)
  }

  /** Throws a KafkaError when the member is not, or not any more, in the group. */
  heartbeat(turn: GroupTurn, request: HeartbeatRequest): HeartbeatResponse {
    const group = this.#memberGroup(request.groupId, turn.now)
    return group.kind === 'classic'
      ? heartbeat(this.#context(turn), group, request)
      : heartbeatConsumerGroup(this.#context(turn), group, request)
  }

  /** Throws UNKNOWN_MEMBER_ID when there is no such group. */
  leaveGroup(
    turn: GroupTurn,
    groupId: string,
    leaving: readonly LeavingMember[],
  ): LeaveGroupResponse['members'] {
    const group = this.#memberGroup(groupId, turn.now)
    return group.kind === 'classic'
      ? leaveGroup(this.#context(turn), group, leaving)
      : leaveByRequest(this.#context(turn), group, leaving)
  }

  /** Throws a KafkaError when the group does not let the committer commit. */
  commitOffsets(turn: GroupTurn, request: OffsetCommitRequest, from: RequestContext): OffsetCommitResponse {
    const group = this.groups.find(request.groupId, turn.now)
    let check: PartitionCheck | null = null
    if (group !== null) {
      check = validateOffsetCommit(group, request, from.apiVersion)
      this.#keepAlive(turn, group, request.memberId)
    } else if (request.generationIdOrMemberEpoch >= 0) {
      throw new KafkaError(
        from.apiVersion >= 9 ? 'GROUP_ID_NOT_FOUND' : 'ILLEGAL_GENERATION',
        `group "${request.groupId}" does not exist; join it first`,
      )
    }
    return commitOffsets(this.#context(turn), request, check)
  }

  /** TxnOffsetCommit. Throws a KafkaError when the group does not let the committer commit. */
  commitTransactionalOffsets(
    turn: GroupTurn,
    request: TxnOffsetCommitRequest,
    producer: TransactionalProducer,
    from: RequestContext,
  ): OffsetCommitResponse {
    const { groupId, topics } = request
    const group = this.groups.find(groupId, turn.now)
    let check: PartitionCheck | null = null
    if (group !== null) {
      check = validateOffsetCommit(group, request, from.apiVersion, true)
      this.#keepAlive(turn, group, request.memberId)
    } else if (request.generationIdOrMemberEpoch >= 0) {
      throw new KafkaError(
        from.apiVersion >= 6 ? 'GROUP_ID_NOT_FOUND' : 'ILLEGAL_GENERATION',
        `group "${groupId}" does not exist; join it first`,
      )
    }
    turn.producer = producer
    return commitOffsets(this.#context(turn), { groupId, topics, retentionTimeMs: -1 }, check)
  }

  /** Throws a KafkaError when the request names a member that is not in the group, or not in this epoch. */
  fetchOffsets(request: FetchGroup, view: OffsetView, now: number): FetchedGroup {
    const group = this.groups.findCommitted(request.groupId, now)
    if (group?.kind === 'consumer') validateConsumerFetch(group, request.memberId, request.memberEpoch)
    return fetchOffsets(this.offsets, request, view)
  }

  /** Throws GROUP_ID_NOT_FOUND or NON_EMPTY_GROUP. */
  deleteOffsets(turn: GroupTurn, request: OffsetDeleteRequest): OffsetDeleteResponse['topics'] {
    const group = this.groups.find(request.groupId, turn.now)
    if (group === null) throw notFound(request.groupId)
    validateOffsetDelete(group)
    return deleteOffsets(turn, this.offsets, group, request)
  }

  deleteGroup(turn: GroupTurn, groupId: string): DeleteGroupsResponse['results'][number] {
    try {
      const group = this.groups.find(groupId, turn.now)
      if (group === null) throw notFound(groupId)
      validateGroupDelete(group)
      turn.atomic = false
      deleteAllOffsets(turn, this.offsets, groupId)
      this.#pushGroupTombstone(turn, group)
      return { groupId, errorCode: errorCode('NONE'), errorMessage: null }
    } catch (error) {
      if (error instanceof KafkaError) return { groupId, errorCode: error.code, errorMessage: error.message }
      throw error
    }
  }

  deleteOffsetsOfTopics(turn: GroupTurn, topics: ReadonlySet<string>): void {
    turn.atomic = false
    deleteOffsetsOfTopics(turn, this.offsets, topics)
  }

  /** Version 6 of DescribeGroups tells a group that does not exist from a dead one. */
  describeGroup(groupId: string, now: number, apiVersion: number): DescribedGroup {
    const group = this.groups.findCommitted(groupId, now)
    if (group?.kind === 'classic') return describeClassicGroup(group)
    const error = group === null ? notFound(groupId) : notOfKind(groupId, 'classic')
    return describeWithoutGroup(groupId, 'Dead', apiVersion < 6 ? null : error, apiVersion)
  }

  /** Throws GROUP_ID_NOT_FOUND when there is no group, or one of another kind. */
  describeConsumerGroup(groupId: string, now: number): DescribedConsumerGroup {
    const group = this.groups.findCommitted(groupId, now)
    if (group === null) throw notFound(groupId)
    if (group.kind !== 'consumer') throw notOfKind(groupId, 'consumer')
    return describeConsumerGroup(group, this.#topics, this.#options.consumer.assignors)
  }

  /** A heartbeat of the consumer protocol. Throws a KafkaError when the member is fenced, unknown or not let in. */
  consumerHeartbeat(turn: GroupTurn, command: HeartbeatCommand): ConsumerGroupHeartbeatResponse {
    const { request } = command
    const context = this.#context(turn)
    const known = this.groups.find(request.groupId, turn.now)
    if (request.memberEpoch < 0) {
      if (known === null) throw notFound(request.groupId)
      if (known.kind !== 'consumer') throw notOfKind(request.groupId, 'consumer')
      return leaveByHeartbeat(context, known, request)
    }
    const group = this.#consumerGroup(context, known, request)
    const response = consumerHeartbeat(context, group, command)
    if (known?.kind === 'classic') sendToNewGroup(turn, known)
    return response
  }

  /** The group to heartbeat in. Who joins makes one where there is none, or makes one of a classic group. */
  #consumerGroup(
    context: GroupContext,
    known: Group | null,
    { groupId, memberEpoch }: ConsumerGroupHeartbeatRequest,
  ): ConsumerGroup {
    if (known?.kind === 'consumer') return known
    if (memberEpoch !== 0) throw known === null ? notFound(groupId) : notOfKind(groupId, 'consumer')
    if (known !== null && known.state !== 'Empty') return upgrade(context, known)
    if (known !== null) this.#pushGroupTombstone(context.turn, known)
    return new ConsumerGroup(new Timeline(), groupId)
  }

  #startConsumerTimers(turn: GroupTurn, group: ConsumerGroup): void {
    const { groupId } = group
    const { sessionTimeoutMs } = this.#consumer(groupId)
    for (const [memberId, member] of group.members.entries()) {
      startSession(turn, groupId, memberId, member.classic?.sessionTimeoutMs ?? sessionTimeoutMs)
      if (member.state === 'unrevoked-partitions' && member.classic === null)
        startRebalanceTimeout(turn, groupId, member)
    }
  }

  #context(turn: GroupTurn): GroupContext {
    return {
      turn,
      options: this.#options,
      topics: this.#topics,
      consumer: this.#consumer,
      adopt: (group) => this.groups.adopt(group),
    }
  }

  #memberGroup(groupId: string, now: number): Group {
    const group = this.groups.find(groupId, now)
    if (group !== null) return group
    throw new KafkaError('UNKNOWN_MEMBER_ID', `group "${groupId}" does not exist; join it again`)
  }

  /** A commit shows that the member lives, as a heartbeat does. */
  #keepAlive(turn: GroupTurn, group: Group, memberId: string): void {
    if (group.kind === 'consumer') return
    const member = group.members.get(memberId)
    if (member !== undefined) restartSession(turn, group, member)
  }

  #pushGroupTombstone(turn: GroupTurn, group: Group): void {
    if (group.kind === 'consumer') return pushGroupTombstones(turn, group)
    cancelAllTimers(this.#context(turn), group)
    if (this.groups.isPersisted(group.groupId)) {
      turn.records.push({ kind: 'classic-group', groupId: group.groupId, value: null })
    }
  }

  #expireOffsets(groupIds: readonly string[], next: number, turn: GroupTurn): void {
    const context = this.#context(turn)
    const end = Math.min(next + EXPIRATION_SLICE, groupIds.length)
    turn.atomic = false
    for (const groupId of groupIds.slice(next, end)) {
      const group = this.groups.find(groupId, turn.now)
      if (group === null) continue
      if (expireOffsets(context, this.offsets, group) && isDeserted(group))
        this.#pushGroupTombstone(turn, group)
    }
    if (end < groupIds.length) this.#scheduleExpiration(turn, groupIds, end, 0)
    else this.#scheduleExpiration(turn, null, 0, this.#options.offsetsRetentionCheckIntervalMs)
  }

  #scheduleExpiration(
    turn: GroupTurn,
    groupIds: readonly string[] | null,
    next: number,
    delayMs: number,
  ): void {
    const event: GroupEvent = { kind: 'expire-offsets', groupIds, next }
    turn.timers.push({ kind: 'schedule', key: EXPIRATION_TIMER, delayMs, event })
  }
}

function notOfKind(groupId: string, kind: Group['kind']): KafkaError {
  return new KafkaError('GROUP_ID_NOT_FOUND', `Group ${groupId} is not a ${kind} group.`)
}

function notFound(groupId: string): KafkaError {
  return new KafkaError('GROUP_ID_NOT_FOUND', `Group ${groupId} not found.`)
}
