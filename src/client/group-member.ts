import type { Timer } from '../env/scheduler.ts'
import type { ResponseOf } from '../protocol/api-keys.ts'
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from '../protocol/consumer-protocol.ts'
import { errorNameOf, KafkaError, type ErrorName } from '../protocol/errors.ts'
import type { ClusterClient } from './cluster-client.ts'
import { commitOffsets } from './group-offsets.ts'
import { groupByTopic, type TopicPartition } from './offsets.ts'
import { assignRanges } from './range-assignor.ts'
import { errorOf, throwFor } from './results.ts'

const PROTOCOL = 'range'
/** The oldest version of the embedded messages: every client reads it, and no later field is needed here. */
const EMBEDDED_VERSION = 0
const SESSION_TIMEOUT_MS = 30_000
const HEARTBEAT_MS = 3_000
const REBALANCE_TIMEOUT_MS = 60_000
/** A join waits for all other members, as long as the rebalance timeout. */
const JOIN_REQUEST_MS = REBALANCE_TIMEOUT_MS + 10_000

/** After these the group has moved on without this member's generation; it must join again. */
const rejoinAfter: ReadonlySet<ErrorName> = new Set([
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'FENCED_INSTANCE_ID',
])

/**
 * A member of a classic consumer group that reads some topics, with the range assignor. `join` may be called again at any time; until
 * then heartbeats go on by themselves and tell through `mustRejoin` that the group rebalances.
 */
export class GroupMember implements AsyncDisposable {
  readonly #client: ClusterClient
  readonly #group: string
  readonly #topics: readonly string[]
  /** Joins wait for the other members, and nothing else shall wait for that. */
  readonly #lane: string
  #memberId = ''
  #generation = -1
  #heartbeats: Timer | null = null
  #mustRejoin = false
  #failure: Error | null = null

  constructor(client: ClusterClient, group: string, topics: readonly string[]) {
    this.#client = client
    this.#group = group
    this.#lane = client.newLane('join')
    this.#topics = topics
  }

  /** Throws when heartbeats have failed for good. */
  get mustRejoin(): boolean {
    if (this.#failure !== null) throw this.#failure
    return this.#mustRejoin
  }

  /** Joins, or joins again, and returns the partitions that this member shall read now. */
  async join(): Promise<TopicPartition[]> {
    this.#heartbeats?.cancel()
    for (;;) {
      this.#mustRejoin = false
      const joined = await this.#joinGroup()
      this.#memberId = joined.memberId
      this.#generation = joined.generationId
      const assignment = await this.#sync(joined)
      if (assignment === null) continue
      this.#heartbeats = this.#client.env.scheduler.every(HEARTBEAT_MS, () => void this.#heartbeat())
      return assignment
    }
  }

  /** Commits as this member; a commit that comes too late for its generation is dropped and leads to a new join. */
  async commit(offsets: readonly (TopicPartition & { readonly offset: number })[]): Promise<void> {
    const committer = { memberId: this.#memberId, generation: this.#generation }
    try {
      await commitOffsets(this.#client, this.#group, offsets, committer)
    } catch (error) {
      if (!(error instanceof KafkaError) || !rejoinAfter.has(error.errorName)) throw error
      this.#lost(error.errorName)
    }
  }

  /** Leaves, so that the others get the partitions at once and not when the session has timed out. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#heartbeats?.cancel()
    await this.#client.closeLane(this.#lane)
    if (this.#memberId === '') return
    const member = { memberId: this.#memberId, reason: 'the consumer was closed' }
    await this.#client.coordinator('group', this.#group, 'LeaveGroup', {
      groupId: this.#group,
      members: [member],
    })
    this.#memberId = ''
  }

  #joinGroup(): Promise<ResponseOf<'JoinGroup'>> {
    const metadata = encodeSubscription(EMBEDDED_VERSION, { topics: [...this.#topics] })
    const attempt = (): Promise<ResponseOf<'JoinGroup'>> =>
      this.#client.coordinator(
        'group',
        this.#group,
        'JoinGroup',
        {
          groupId: this.#group,
          sessionTimeoutMs: SESSION_TIMEOUT_MS,
          rebalanceTimeoutMs: REBALANCE_TIMEOUT_MS,
          memberId: this.#memberId,
          protocolType: 'consumer',
          protocols: [{ name: PROTOCOL, metadata }],
        },
        ({ errorCode, memberId }) => {
          const error = errorNameOf(errorCode)
          // The coordinator hands a new member its id first; the member then joins with it (KIP-394).
          if (error === 'MEMBER_ID_REQUIRED') this.#memberId = memberId
          if (error === 'UNKNOWN_MEMBER_ID') this.#memberId = ''
          throwFor(errorCode)
        },
        { timeoutMs: JOIN_REQUEST_MS, lane: this.#lane },
      )
    return attempt().catch((error: unknown) => {
      const again =
        error instanceof KafkaError &&
        (error.errorName === 'MEMBER_ID_REQUIRED' || error.errorName === 'UNKNOWN_MEMBER_ID')
      if (again) return attempt()
      throw error
    })
  }

  /** Gives the leader's assignment to the group and gets one's own; null when the group began another rebalance. */
  async #sync(joined: ResponseOf<'JoinGroup'>): Promise<TopicPartition[] | null> {
    const assignments = joined.leader === joined.memberId ? await this.#assign(joined) : []
    const body = {
      groupId: this.#group,
      generationId: this.#generation,
      memberId: this.#memberId,
      protocolType: 'consumer',
      protocolName: PROTOCOL,
      assignments,
    }
    const settings = { timeoutMs: JOIN_REQUEST_MS, lane: this.#lane }
    const response = await this.#client.coordinator(
      'group',
      this.#group,
      'SyncGroup',
      body,
      undefined,
      settings,
    )
    const error = errorOf(response.errorCode, null)
    if (error !== null) {
      if (!rejoinAfter.has(error.errorName)) throw error
      this.#lost(error.errorName)
      return null
    }
    if (response.assignment.length === 0) return []
    return decodeAssignment(response.assignment).assignedPartitions.flatMap(({ topic, partitions }) =>
      partitions.map((partition) => ({ topic, partition })),
    )
  }

  async #assign(joined: ResponseOf<'JoinGroup'>): Promise<{ memberId: string; assignment: Buffer }[]> {
    const members = joined.members.map(({ memberId, metadata }) => ({
      memberId,
      topics: decodeSubscription(metadata).topics,
    }))
    const { topics } = await this.#client.metadata([...new Set(members.flatMap((member) => member.topics))])
    const ranges = assignRanges(members, (topic) => topics.get(topic)?.partitions.length ?? 0)
    return [...ranges].map(([memberId, partitions]) => ({
      memberId,
      assignment: encodeAssignment(EMBEDDED_VERSION, {
        assignedPartitions: groupByTopic(partitions, ({ partition }) => partition).map(
          ([topic, numbers]) => ({
            topic,
            partitions: numbers,
          }),
        ),
      }),
    }))
  }

  async #heartbeat(): Promise<void> {
    try {
      const body = { groupId: this.#group, generationId: this.#generation, memberId: this.#memberId }
      await this.#client.coordinator('group', this.#group, 'Heartbeat', body, ({ errorCode }) => {
        const error = errorNameOf(errorCode)
        if (rejoinAfter.has(error)) this.#lost(error)
        else throwFor(errorCode)
      })
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error))
    }
  }

  #lost(error: ErrorName): void {
    this.#mustRejoin = true
    if (error === 'UNKNOWN_MEMBER_ID') this.#memberId = ''
  }
}
