import { errorNameOf, KafkaError } from '../protocol/errors.ts'
import type { ResponseOf } from '../protocol/api-keys.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import type { ClusterClient } from './cluster-client.ts'
import type { ConsumedRecord } from './consumed-record.ts'
import { defaultConsumerOptions, type ConsumerOptions } from './consumer-options.ts'
import { decodeFetched } from './fetched-records.ts'
import { EARLIEST, groupByTopic, LATEST, listOffsets, type TopicPartition } from './offsets.ts'
import { backoffMs, sleep } from './retry.ts'

/** From this version on Fetch names topics by id only. */
const LAST_VERSION_WITH_NAMES = 12

/** Where a partition is being read, and what is known of its ends. */
export interface Position extends TopicPartition {
  /** The next offset to read. */
  offset: number
  /** Offset after the last record that can be read now, as of the last answer; -1 before the first. */
  endOffset: number
  /** First offset in the log, last stable offset and high watermark, as of the last answer; -1 before the first. */
  startOffset: number
  lastStableOffset: number
  highWatermark: number
}

export interface Polled {
  readonly records: readonly ConsumedRecord[]
  /** The partitions that this answer was about; their positions have moved on. */
  readonly positions: readonly Position[]
}

interface Answer {
  readonly leader: number
  readonly asked: readonly Position[]
  readonly response: ResponseOf<'Fetch'> | null
  readonly error: unknown
}

/**
 * Reads partitions from given offsets. Each leader has one fetch under way and its answer is not asked for again before it was
 * taken by `poll`, so memory is bounded by the number of brokers times `maxBytes`.
 */
export class Consumer implements AsyncDisposable {
  readonly #client: ClusterClient
  readonly #options: ConsumerOptions
  readonly #positions = new Map<string, Position>()
  readonly #underWay = new Map<number, Promise<Answer>>()
  readonly #lane: string
  #failures = 0

  constructor(client: ClusterClient, options: Partial<ConsumerOptions> = {}) {
    this.#client = client
    this.#lane = client.newLane('fetch')
    this.#options = { ...defaultConsumerOptions, ...options }
  }

  get positions(): readonly Position[] {
    return [...this.#positions.values()]
  }

  /** Adds a partition, or moves its position. An answer for the old position that is under way is thrown away. */
  seek(topic: string, partition: number, offset: number): void {
    const unknown = { endOffset: -1, startOffset: -1, lastStableOffset: -1, highWatermark: -1 }
    this.#positions.set(keyOf(topic, partition), { topic, partition, offset, ...unknown })
  }

  remove(topic: string, partition: number): void {
    this.#positions.delete(keyOf(topic, partition))
  }

  /**
   * Waits for the next answer of any broker and returns its records, which may be none. Errors that will pass are waited out
   * here for a while, others are thrown.
   */
  async poll(): Promise<Polled> {
    if (this.#positions.size === 0) return { records: [], positions: [] }
    try {
      await this.#fetchFromLeaders()
    } catch (error) {
      await this.#pauseAfter(error)
      return { records: [], positions: [] }
    }
    const answer = await Promise.race(this.#underWay.values())
    this.#underWay.delete(answer.leader)
    if (answer.response === null) {
      for (const { topic } of answer.asked) this.#client.forgetTopic(topic)
      await this.#pauseAfter(answer.error)
      return { records: [], positions: [] }
    }
    return this.#take(answer.asked, answer.response)
  }

  /** Closes the consumer's connections. A consumer that lives as long as its client may leave that to it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.closeLane(this.#lane)
  }

  async #fetchFromLeaders(): Promise<void> {
    const byLeader = new Map<number, Position[]>()
    for (const position of this.#positions.values()) {
      const leader = await this.#client.leaderOf(position.topic, position.partition)
      if (this.#underWay.has(leader)) continue
      byLeader.set(leader, [...(byLeader.get(leader) ?? []), position])
    }
    for (const [leader, positions] of byLeader) {
      const request = this.#fetch(leader, positions).then(
        (response): Answer => ({ leader, asked: positions, response, error: null }),
        (error: unknown): Answer => ({ leader, asked: positions, response: null, error }),
      )
      this.#underWay.set(leader, request)
    }
  }

  async #fetch(leader: number, positions: readonly Position[]): Promise<ResponseOf<'Fetch'>> {
    const { maxWaitMs, minBytes, maxBytes, maxPartitionBytes, readCommitted } = this.#options
    const topics = []
    let idsKnown = true
    for (const [topic, partitions] of groupByTopic(positions, ({ partition, offset }) => ({
      partition,
      fetchOffset: offset,
      partitionMaxBytes: maxPartitionBytes,
    }))) {
      const { topicId } = await this.#client.topic(topic)
      idsKnown &&= topicId !== ZERO_UUID
      topics.push({ topic, topicId, partitions })
    }
    const body = { maxWaitMs, minBytes, maxBytes, isolationLevel: readCommitted ? 1 : 0, topics }
    const timeoutMs = this.#client.options.requestTimeoutMs + maxWaitMs
    const maxVersion = idsKnown ? Number.POSITIVE_INFINITY : LAST_VERSION_WITH_NAMES
    return this.#client.node(leader, 'Fetch', body, { timeoutMs, maxVersion, lane: this.#lane })
  }

  async #take(asked: readonly Position[], response: ResponseOf<'Fetch'>): Promise<Polled> {
    if (response.errorCode !== 0) throw new KafkaError(errorNameOf(response.errorCode))
    const records: ConsumedRecord[] = []
    const positions: Position[] = []
    const names = new Map<string, string>()
    for (const { topic } of asked) names.set((await this.#client.topic(topic)).topicId, topic)
    for (const answered of response.responses) {
      const topic = answered.topic === '' ? (names.get(answered.topicId) ?? '') : answered.topic
      for (const fetched of answered.partitions) {
        const position = this.#positions.get(keyOf(topic, fetched.partitionIndex))
        // It was removed or moved while the fetch was under way.
        if (position === undefined || !asked.includes(position)) continue
        if (fetched.errorCode !== 0) {
          await this.#partitionFailed(position, fetched.errorCode)
          continue
        }
        this.#failures = 0
        const decoded = decodeFetched(fetched, {
          topic,
          fromOffset: position.offset,
          readCommitted: this.#options.readCommitted,
          maxDecompressedBytes: this.#options.maxDecompressedBytes,
          withControl: this.#options.withControl,
        })
        position.offset = decoded.nextOffset
        position.endOffset = this.#options.readCommitted ? fetched.lastStableOffset : fetched.highWatermark
        position.startOffset = fetched.logStartOffset
        position.lastStableOffset = fetched.lastStableOffset
        position.highWatermark = fetched.highWatermark
        for (const record of decoded.records) records.push(record)
        positions.push(position)
      }
    }
    return { records, positions }
  }

  async #partitionFailed(position: Position, code: number): Promise<void> {
    const { topic, partition, offset } = position
    const error = errorNameOf(code)
    this.#client.forgetTopic(topic)
    const where = `partition ${partition} of topic "${topic}"`
    if (error !== 'OFFSET_OUT_OF_RANGE') {
      await this.#pauseAfter(new KafkaError(error, `${where}: ${error}`))
      return
    }
    const ends = await listOffsets(this.#client, [
      { topic, partition, timestamp: EARLIEST },
      { topic, partition, timestamp: LATEST },
    ])
    const [start, end] = [ends[0]?.offset ?? 0, ends[1]?.offset ?? 0]
    if (this.#options.onOutOfRange === 'fail') {
      throw new KafkaError(error, `${where} has offsets ${start} to ${end}, not ${offset}`)
    }
    position.offset = this.#options.onOutOfRange === 'start' ? start : end
  }

  /** Waits before the next attempt, or throws when the error is final or lasts too long. */
  async #pauseAfter(error: unknown): Promise<void> {
    const { env, options } = this.#client
    const limit = options.retryTimeoutMs / options.retryBackoffMaxMs + 10
    if (!(error instanceof KafkaError) || !this.#client.isWorthRetrying(error) || this.#failures >= limit)
      throw error
    await sleep(env, backoffMs(env, options, this.#failures++))
  }
}

function keyOf(topic: string, partition: number): string {
  return `${partition} ${topic}`
}
