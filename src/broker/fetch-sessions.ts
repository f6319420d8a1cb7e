import { errorCode } from '../protocol/errors.ts'
import type { RequestOf } from '../protocol/api-keys.ts'
import type { Clock } from '../env/clock.ts'
import type { Random } from '../env/random.ts'

/** One partition that a client wants, from the request or remembered by its session. */
export interface FetchPartition {
  readonly topic: string
  readonly topicId: string
  readonly partition: number
  fetchOffset: number
  maxBytes: number
  currentLeaderEpoch: number
  lastFetchedEpoch: number
  /** What the session has told the client last; -1 before that. */
  toldHighWatermark: number
  toldLogStart: number
}

interface Session {
  readonly id: number
  /** The epoch that the next request must have. */
  epoch: number
  readonly usesTopicIds: boolean
  /** In the order in which partitions are served: those that gave data go to the end, so that none starves. */
  readonly partitions: Map<string, FetchPartition>
  lastUsedMs: number
}

/** How a fetch request is to be answered. */
export type FetchPlan =
  | { readonly kind: 'full'; readonly sessionId: number; readonly partitions: FetchPartition[] }
  | {
      readonly kind: 'incremental'
      readonly sessionId: number
      readonly partitions: FetchPartition[]
      served(partition: FetchPartition): void
    }
  | { readonly kind: 'refused'; readonly errorCode: number }

const finalEpoch = -1
const initialEpoch = 0
const epochMax = 0x7fffffff
/** A session is only pushed out by another one after so long without use (Kafka: min.incremental.fetch.session.eviction.ms). */
const evictionMs = 120_000
const partitionsPerSessionMax = 20_000

/**
 * Incremental fetch sessions (KIP-227): the broker remembers what a client fetches, so that requests name only what changed and
 * answers only what is new. Bounded; a client that gets none is answered in full, which is always right.
 */
export class FetchSessions {
  readonly #slots: number
  readonly #clock: Clock
  readonly #random: Random
  /** Least recently used first. */
  readonly #sessions = new Map<number, Session>()

  constructor(slots: number, clock: Clock, random: Random) {
    this.#slots = slots
    this.#clock = clock
    this.#random = random
  }

  get size(): number {
    return this.#sessions.size
  }

  plan(request: RequestOf<'Fetch'>, apiVersion: number): FetchPlan {
    const { sessionId, sessionEpoch } = request
    if (apiVersion < 7 || sessionEpoch === finalEpoch || sessionEpoch === initialEpoch) {
      if (sessionId !== 0) this.#sessions.delete(sessionId)
      const partitions = requested(request)
      const opened =
        apiVersion >= 7 && sessionEpoch === initialEpoch ? this.#open(partitions, apiVersion >= 13) : 0
      return { kind: 'full', sessionId: opened, partitions }
    }
    const session = this.#sessions.get(sessionId)
    if (session === undefined) return { kind: 'refused', errorCode: errorCode('FETCH_SESSION_ID_NOT_FOUND') }
    if (session.epoch !== sessionEpoch)
      return { kind: 'refused', errorCode: errorCode('INVALID_FETCH_SESSION_EPOCH') }
    if (session.usesTopicIds !== apiVersion >= 13) {
      return { kind: 'refused', errorCode: errorCode('FETCH_SESSION_TOPIC_ID_ERROR') }
    }
    return this.#continue(session, request)
  }

  #continue(session: Session, request: RequestOf<'Fetch'>): FetchPlan {
    session.epoch = session.epoch === epochMax ? 1 : session.epoch + 1
    session.lastUsedMs = this.#clock.monotonic()
    this.#sessions.delete(session.id)
    this.#sessions.set(session.id, session)
    for (const wanted of requested(request)) {
      const key = keyOf(wanted)
      const known = session.partitions.get(key)
      if (known === undefined) {
        session.partitions.set(key, wanted)
        continue
      }
      known.fetchOffset = wanted.fetchOffset
      known.maxBytes = wanted.maxBytes
      known.currentLeaderEpoch = wanted.currentLeaderEpoch
      known.lastFetchedEpoch = wanted.lastFetchedEpoch
    }
    for (const { topic, topicId, partitions } of request.forgottenTopicsData) {
      for (const partition of partitions) session.partitions.delete(keyOf({ topic, topicId, partition }))
    }
    const served = (partition: FetchPartition): void => {
      const key = keyOf(partition)
      if (session.partitions.delete(key)) session.partitions.set(key, partition)
    }
    return {
      kind: 'incremental',
      sessionId: session.id,
      partitions: [...session.partitions.values()],
      served,
    }
  }

  #open(partitions: readonly FetchPartition[], usesTopicIds: boolean): number {
    if (partitions.length > partitionsPerSessionMax || !this.#makeRoom()) return 0
    let id = 0
    while (id === 0 || this.#sessions.has(id)) id = this.#random.below(epochMax)
    this.#sessions.set(id, {
      id,
      epoch: 1,
      usesTopicIds,
      partitions: new Map(partitions.map((partition) => [keyOf(partition), partition])),
      lastUsedMs: this.#clock.monotonic(),
    })
    return id
  }

  #makeRoom(): boolean {
    if (this.#sessions.size < this.#slots) return true
    const [oldest] = this.#sessions.values()
    if (oldest === undefined || this.#clock.monotonic() - oldest.lastUsedMs < evictionMs) return false
    this.#sessions.delete(oldest.id)
    return true
  }
}

function keyOf(partition: { topic: string; topicId: string; partition: number }): string {
  return `${partition.topic}/${partition.topicId}/${partition.partition}`
}

function requested(request: RequestOf<'Fetch'>): FetchPartition[] {
  return request.topics.flatMap(({ topic, topicId, partitions }) =>
    partitions.map((wanted) => ({
      topic,
      topicId,
      partition: wanted.partition,
      fetchOffset: wanted.fetchOffset,
      maxBytes: wanted.partitionMaxBytes,
      currentLeaderEpoch: wanted.currentLeaderEpoch,
      lastFetchedEpoch: wanted.lastFetchedEpoch,
      toldHighWatermark: -1,
      toldLogStart: -1,
    })),
  )
}
