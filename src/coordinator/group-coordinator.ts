import type { Clock } from '../env/clock.ts'
import type { Random } from '../env/random.ts'
import type { Scheduler } from '../env/scheduler.ts'
import { errorCode, KafkaError } from '../protocol/errors.ts'
import type { OffsetCommitRequest, OffsetCommitResponse } from '../protocol/messages/08-offset-commit.ts'
import type { OffsetFetchRequest, OffsetFetchResponse } from '../protocol/messages/09-offset-fetch.ts'
import type { JoinGroupRequest, JoinGroupResponse } from '../protocol/messages/11-join-group.ts'
import type { HeartbeatRequest, HeartbeatResponse } from '../protocol/messages/12-heartbeat.ts'
import type { LeaveGroupRequest, LeaveGroupResponse } from '../protocol/messages/13-leave-group.ts'
import type { SyncGroupRequest, SyncGroupResponse } from '../protocol/messages/14-sync-group.ts'
import type {
  TxnOffsetCommitRequest,
  TxnOffsetCommitResponse,
} from '../protocol/messages/28-txn-offset-commit.ts'
import type { EndMarker } from '../log/producer-state.ts'
import type {
  DescribeGroupsRequest,
  DescribeGroupsResponse,
} from '../protocol/messages/15-describe-groups.ts'
import type { ListGroupsRequest, ListGroupsResponse } from '../protocol/messages/16-list-groups.ts'
import type { DeleteGroupsRequest, DeleteGroupsResponse } from '../protocol/messages/42-delete-groups.ts'
import type { OffsetDeleteRequest, OffsetDeleteResponse } from '../protocol/messages/47-offset-delete.ts'
import type {
  ConsumerGroupHeartbeatRequest,
  ConsumerGroupHeartbeatResponse,
} from '../protocol/messages/68-consumer-group-heartbeat.ts'
import type {
  ConsumerGroupDescribeRequest,
  ConsumerGroupDescribeResponse,
} from '../protocol/messages/69-consumer-group-describe.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import { describeWithoutGroup } from './group/classic/describe-group.ts'
import { joinError, syncError } from './group/classic/responses.ts'
import { describeNoConsumerGroup } from './group/consumer/describe-consumer-group.ts'
import { checkHeartbeat, heartbeatFailure } from './group/consumer/heartbeat.ts'
import type { ConsumerGroupConfigs, GroupOptions } from './group/group-options.ts'
import { GroupShard } from './group/group-shard.ts'
import { groupSnapshot } from './group/group-snapshot.ts'
import type { GroupSnapshot } from './group/group-snapshot.ts'
import type { GroupTurn, GroupTypes } from './group/group-turn.ts'
import { listGroups } from './group/list-groups.ts'
import { noOffset } from './group/offsets/offset-fetch.ts'
import type { FetchedGroup, FetchGroup } from './group/offsets/offset-fetch.ts'
import { partitionForGroup } from './group/partition-for-group.ts'
import { randomUuid } from './group/random-uuid.ts'
import type { RequestContext } from './group/request-context.ts'
import { NO_TOPICS } from './group/topic-catalog.ts'
import type { TopicCatalog } from './group/topic-catalog.ts'
import type { CoordinatorLog, TransactionalProducer } from './runtime/coordinator-log.ts'
import { CoordinatorRuntime } from './runtime/coordinator-runtime.ts'
import type { Parked } from './runtime/turn.ts'

export interface GroupCoordinatorParts {
  readonly log: CoordinatorLog
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly options: GroupOptions
  readonly topics?: TopicCatalog
  /** Configs of single groups over those of all. */
  readonly consumerConfigs?: ConsumerGroupConfigs
  /** Partitions of `__consumer_offsets`. It never changes, since groups are placed by it. */
  readonly partitions: number
  /** Hears of errors that no client can be told about: a broken invariant, a partition that could not be loaded. */
  readonly failed: (error: Error, partition: number) => void
}

/**
 * The group coordinator as the broker's handlers see it (Kafka: GroupCoordinatorService): one method per API, which
 * takes and returns the protocol's messages. Expected failures are error codes in the response, never rejections; a
 * rejection is a bug. Authorization and the resolving of topic ids are done before. It serves the partitions of
 * `__consumer_offsets` that were loaded.
 */
export class GroupCoordinator implements Disposable {
  readonly #parts: GroupCoordinatorParts
  readonly #runtime: CoordinatorRuntime<GroupTypes, GroupShard>

  constructor(parts: GroupCoordinatorParts) {
    const { options, log, clock, scheduler, failed } = parts
    this.#parts = parts
    const settings = {
      options,
      topics: parts.topics ?? NO_TOPICS,
      consumer: parts.consumerConfigs ?? (() => options.consumer),
    }
    this.#runtime = new CoordinatorRuntime<GroupTypes, GroupShard>(
      (timeline) => new GroupShard(timeline, settings),
      {
        log,
        clock,
        scheduler,
        failed,
        appendMaxBytes: options.appendMaxBytes,
        pendingMaxBytes: options.pendingMaxBytes,
        writeTimeoutMs: options.commitTimeoutMs,
      },
    )
  }

  /** The partition of `__consumer_offsets` whose leader coordinates the group. */
  partitionFor(groupId: string): number {
    return partitionForGroup(groupId, this.#parts.partitions)
  }

  /** This broker leads the partition now. Resolves once its groups are loaded; rejects when the log cannot be read. */
  load(partition: number): Promise<void> {
    return this.#runtime.load(partition)
  }

  /** This broker does not lead the partition any more. Requests that wait end with NOT_COORDINATOR. */
  unload(partition: number): void {
    this.#runtime.unload(partition)
  }

  /** JoinGroup 0-9. */
  async joinGroup(request: JoinGroupRequest, from: RequestContext): Promise<JoinGroupResponse> {
    const response = await this.#joinGroup(request, from)
    // Null is a version 7 thing.
    return from.apiVersion < 7 && response.protocolName === null
      ? { ...response, protocolName: '' }
      : response
  }

  async #joinGroup(request: JoinGroupRequest, from: RequestContext): Promise<JoinGroupResponse> {
    const { groupId, memberId, sessionTimeoutMs } = request
    const { sessionTimeoutMinMs, sessionTimeoutMaxMs } = this.#parts.options
    if (groupId === '') return joinError('INVALID_GROUP_ID', memberId)
    if (sessionTimeoutMs < sessionTimeoutMinMs || sessionTimeoutMs > sessionTimeoutMaxMs) {
      return joinError('INVALID_SESSION_TIMEOUT', memberId)
    }
    const uuid = randomUuid(this.#parts.random)
    return this.#write(
      groupId,
      (shard, turn) => shard.joinGroup(turn, { request, from, uuid }),
      (error) => joinError(error.errorName, memberId),
    )
  }

  /** SyncGroup 0-5. */
  async syncGroup(request: SyncGroupRequest, from: RequestContext): Promise<SyncGroupResponse> {
    if (request.groupId === '') return syncError('INVALID_GROUP_ID')
    if (from.apiVersion >= 5 && (request.protocolType === null || request.protocolName === null)) {
      return syncError('INCONSISTENT_GROUP_PROTOCOL')
    }
    return this.#write(
      request.groupId,
      (shard, turn) => shard.syncGroup(turn, request),
      (error) => syncError(error.errorName),
    )
  }

  /** Heartbeat 0-4. While the group is being loaded it succeeds: the session starts anew after that. */
  async heartbeat(request: HeartbeatRequest): Promise<HeartbeatResponse> {
    if (request.groupId === '') return { throttleTimeMs: 0, errorCode: errorCode('INVALID_GROUP_ID') }
    return this.#write(
      request.groupId,
      (shard, turn) => shard.heartbeat(turn, request),
      ({ errorName, code }) => ({
        throttleTimeMs: 0,
        errorCode: errorName === 'COORDINATOR_LOAD_IN_PROGRESS' ? errorCode('NONE') : code,
      }),
    )
  }

  /** LeaveGroup 0-5. Before version 3 one member leaves, and its error is that of the response. */
  async leaveGroup(request: LeaveGroupRequest, from: RequestContext): Promise<LeaveGroupResponse> {
    const { groupId } = request
    if (groupId === '') return leaveFailure(errorCode('INVALID_GROUP_ID'))
    const single = from.apiVersion < 3
    const leaving = single ? [{ memberId: request.memberId, groupInstanceId: null }] : request.members
    const unknown = errorCode('UNKNOWN_MEMBER_ID')
    const response = await this.#write<LeaveGroupResponse>(
      groupId,
      (shard, turn) => ({
        ...leaveFailure(errorCode('NONE')),
        members: shard.leaveGroup(turn, groupId, leaving),
      }),
      ({ code }) => {
        if (code !== unknown) return leaveFailure(code)
        const members = leaving.map(({ memberId, groupInstanceId }) => ({
          memberId,
          groupInstanceId,
          errorCode: unknown,
        }))
        return { ...leaveFailure(errorCode('NONE')), members }
      },
    )
    if (!single) return response
    return leaveFailure(response.errorCode === 0 ? (response.members[0]?.errorCode ?? 0) : response.errorCode)
  }

  /** ConsumerGroupHeartbeat 0-1. */
  async consumerHeartbeat(
    request: ConsumerGroupHeartbeatRequest,
    from: RequestContext,
  ): Promise<ConsumerGroupHeartbeatResponse> {
    try {
      checkHeartbeat(request, from.apiVersion, this.#parts.options.consumer.assignors)
    } catch (error) {
      if (error instanceof KafkaError) return heartbeatFailure(error)
      throw error
    }
    const uuid = randomUuid(this.#parts.random)
    return this.#write(
      request.groupId,
      (shard, turn) => shard.consumerHeartbeat(turn, { request, from, uuid }),
      heartbeatFailure,
    )
  }

  /** ConsumerGroupDescribe 0-1. Authorized operations are the caller's to fill in. */
  async describeConsumerGroups(
    request: ConsumerGroupDescribeRequest,
  ): Promise<ConsumerGroupDescribeResponse> {
    const now = this.#parts.clock.now()
    const invalid = new KafkaError('INVALID_GROUP_ID', 'the group id must not be empty')
    const groups = request.groupIds.map((groupId) =>
      groupId === ''
        ? describeNoConsumerGroup(groupId, invalid)
        : this.#read(
            groupId,
            (shard) => shard.describeConsumerGroup(groupId, now),
            (error) => describeNoConsumerGroup(groupId, error),
          ),
    )
    return { throttleTimeMs: 0, groups }
  }

  /** OffsetCommit 2-10. Every topic has its name, and its id if the caller knows it. */
  async commitOffsets(request: OffsetCommitRequest, from: RequestContext): Promise<OffsetCommitResponse> {
    return this.#write(
      request.groupId,
      (shard, turn) => shard.commitOffsets(turn, request, from),
      ({ code }) => ({
        throttleTimeMs: 0,
        topics: request.topics.map(({ name, topicId, partitions }) => ({
          name,
          topicId,
          partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: code })),
        })),
      }),
    )
  }

  /** TxnOffsetCommit 0-6: the offsets count once the producer's transaction is committed. Topics as for OffsetCommit. */
  async commitTransactionalOffsets(
    request: TxnOffsetCommitRequest,
    producer: TransactionalProducer,
    from: RequestContext,
  ): Promise<TxnOffsetCommitResponse> {
    return this.#write<TxnOffsetCommitResponse>(
      request.groupId,
      (shard, turn) => shard.commitTransactionalOffsets(turn, request, producer, from),
      ({ code }) => ({
        throttleTimeMs: 0,
        topics: request.topics.map(({ name, topicId, partitions }) => ({
          name,
          topicId,
          partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: code })),
        })),
      }),
    )
  }

  /**
   * Ends a producer's transaction in a partition of `__consumer_offsets`; resolves when the marker is durable.
   * @throws KafkaError those of the log, and NOT_COORDINATOR or COORDINATOR_LOAD_IN_PROGRESS
   */
  async endTransaction(partition: number, marker: EndMarker): Promise<void> {
    await this.#runtime.writeMarker(partition, marker)
  }

  /** OffsetFetch 1-10. Topics of version 10 have their names; those of an answer without a list have no ids. */
  async fetchOffsets(request: OffsetFetchRequest, from: RequestContext): Promise<OffsetFetchResponse> {
    if (from.apiVersion >= 8) {
      const groups = await Promise.all(
        request.groups.map((group) => this.#fetchGroup(group, request.requireStable)),
      )
      return { throttleTimeMs: 0, topics: [], errorCode: errorCode('NONE'), groups }
    }
    const topics = request.topics?.map((topic) => ({ ...topic, topicId: ZERO_UUID })) ?? null
    const group: FetchGroup = { groupId: request.groupId, memberId: null, memberEpoch: -1, topics }
    const fetched = await this.#fetchGroup(group, request.requireStable)
    // Version 1 has no error of the group; it is repeated in the partitions.
    const unanswered = from.apiVersion < 2 && fetched.errorCode !== 0 ? (topics ?? []) : []
    return {
      throttleTimeMs: 0,
      topics: [
        ...fetched.topics.map(({ name, partitions }) => ({ name, partitions })),
        ...unanswered.map(({ name, partitionIndexes }) => ({
          name,
          partitions: partitionIndexes.map((partition) => noOffset(partition, fetched.errorCode)),
        })),
      ],
      errorCode: fetched.errorCode,
      groups: [],
    }
  }

  async #fetchGroup(group: FetchGroup, requireStable: boolean): Promise<FetchedGroup> {
    const failure = ({ code }: KafkaError): FetchedGroup => ({
      groupId: group.groupId,
      topics: [],
      errorCode: code,
    })
    const now = this.#parts.clock.now()
    if (!requireStable) {
      return this.#read(group.groupId, (shard) => shard.fetchOffsets(group, 'committed', now), failure)
    }
    // The latest state, answered when it is durable: what was written before this request is seen.
    return this.#write(group.groupId, (shard) => shard.fetchOffsets(group, 'latest', now), failure)
  }

  /** OffsetDelete 0. Topics that do not exist are the caller's to report. */
  async deleteOffsets(request: OffsetDeleteRequest): Promise<OffsetDeleteResponse> {
    if (request.groupId === '') return deleteFailure(errorCode('INVALID_GROUP_ID'))
    return this.#write<OffsetDeleteResponse>(
      request.groupId,
      (shard, turn) => ({ ...deleteFailure(errorCode('NONE')), topics: shard.deleteOffsets(turn, request) }),
      ({ code }) => deleteFailure(code),
    )
  }

  /** DescribeGroups 0-6. Authorized operations are the caller's to fill in. */
  async describeGroups(
    request: DescribeGroupsRequest,
    from: RequestContext,
  ): Promise<DescribeGroupsResponse> {
    const now = this.#parts.clock.now()
    const groups = request.groups.map((groupId) =>
      this.#read(
        groupId,
        (shard) => shard.describeGroup(groupId, now, from.apiVersion),
        (error) => describeWithoutGroup(groupId, '', error, from.apiVersion),
      ),
    )
    return { throttleTimeMs: 0, groups }
  }

  /** ListGroups 0-5: the groups of the partitions held here. While one of them is being loaded, only its error. */
  async listGroups(request: ListGroupsRequest): Promise<ListGroupsResponse> {
    const now = this.#parts.clock.now()
    try {
      const groups = this.#runtime
        .readAll((shard) => listGroups(shard.groups.allCommitted(now), request))
        .flat()
      return { throttleTimeMs: 0, errorCode: errorCode('NONE'), groups }
    } catch (error) {
      if (error instanceof KafkaError) return { throttleTimeMs: 0, errorCode: error.code, groups: [] }
      throw error
    }
  }

  /** DeleteGroups 0-3. Each group stands for itself. */
  async deleteGroups(request: DeleteGroupsRequest): Promise<DeleteGroupsResponse> {
    const results = await Promise.all(
      request.groupsNames.map((groupId) =>
        this.#write(
          groupId,
          (shard, turn) => shard.deleteGroup(turn, groupId),
          ({ code, message }) => ({ groupId, errorCode: code, errorMessage: message }),
        ),
      ),
    )
    return { throttleTimeMs: 0, results }
  }

  /** Topics were deleted: their offsets go, in every group held here. Rejects with a KafkaError if that cannot be stored. */
  async topicsDeleted(topics: readonly string[]): Promise<void> {
    const names = new Set(topics)
    await Promise.all(
      this.#runtime.partitions.map((partition) =>
        this.#runtime.write(partition, (shard, turn) => shard.deleteOffsetsOfTopics(turn, names)),
      ),
    )
  }

  /** Committed offsets, members and state of every group held here, for metrics and the console. */
  *snapshots(): IterableIterator<GroupSnapshot> {
    const now = this.#parts.clock.now()
    for (const partition of this.#runtime.partitions) {
      if (!this.#runtime.isActive(partition)) continue
      const { groups, offsets } = this.#runtime.read(partition, (shard) => shard)
      for (const group of groups.allCommitted(now))
        yield groupSnapshot(group, offsets.committedOf(group.groupId))
    }
  }

  /** Requests that wait end with COORDINATOR_NOT_AVAILABLE. */
  [Symbol.dispose](): void {
    this.#runtime[Symbol.dispose]()
  }

  async #write<R>(
    groupId: string,
    decide: (shard: GroupShard, turn: GroupTurn) => R | Parked,
    failure: (error: KafkaError) => R,
  ): Promise<R> {
    try {
      return await this.#runtime.write(this.partitionFor(groupId), decide)
    } catch (error) {
      if (error instanceof KafkaError) return failure(error)
      throw error
    }
  }

  #read<R>(groupId: string, query: (shard: GroupShard) => R, failure: (error: KafkaError) => R): R {
    try {
      return this.#runtime.read(this.partitionFor(groupId), query)
    } catch (error) {
      if (error instanceof KafkaError) return failure(error)
      throw error
    }
  }
}

function leaveFailure(code: number): LeaveGroupResponse {
  return { throttleTimeMs: 0, errorCode: code, members: [] }
}

function deleteFailure(code: number): OffsetDeleteResponse {
  return { errorCode: code, throttleTimeMs: 0, topics: [] }
}
