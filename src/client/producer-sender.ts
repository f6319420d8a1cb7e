import { errorNameOf, KafkaError, type ErrorName } from '../protocol/errors.ts'
import type { RequestInputOf, ResponseOf } from '../protocol/api-keys.ts'
import { ZERO_UUID } from '../protocol/schema.ts'
import type { ClusterClient } from './cluster-client.ts'
import type { ProducerBatch } from './producer-batch.ts'
import { newProducerIdentity, type ProducerIdentity } from './producer-identity.ts'
import type { ProducerOptions } from './producer-options.ts'
import { backoffMs } from './retry.ts'

/** From this version on Produce names topics by id only. */
const LAST_VERSION_WITH_NAMES = 12
/** The request must outlive the broker's own wait for replicas. */
const REQUEST_SLACK_MS = 5_000
/** Every batch of the producer ends with one of these after which its sequence numbers cannot go on. */
const endsIdentity: ReadonlySet<ErrorName> = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
])

interface Lane {
  /** Batches of one partition in order; the first may be under way. */
  readonly queue: ProducerBatch[]
  underWay: boolean
}

/** Sends closed batches to the leaders, one batch of each partition at a time, and repeats what may be repeated. */
export class ProducerSender {
  readonly #client: ClusterClient
  readonly #options: ProducerOptions
  readonly #lanes = new Map<string, Lane>()
  readonly #inFlight = new Map<number, number>()
  #identity: Promise<ProducerIdentity> | null = null
  #bufferedBytes = 0
  #pumping = false
  #again = false
  #firstError: Error | null = null
  #waiting: (() => void)[] = []

  constructor(client: ClusterClient, options: ProducerOptions) {
    this.#client = client
    this.#options = options
  }

  get bufferedBytes(): number {
    return this.#bufferedBytes
  }

  buffered(bytes: number): void {
    this.#bufferedBytes += bytes
  }

  enqueue(batch: ProducerBatch): void {
    const key = `${batch.partition} ${batch.topic}`
    let lane = this.#lanes.get(key)
    if (lane === undefined) {
      lane = { queue: [], underWay: false }
      this.#lanes.set(key, lane)
    }
    lane.queue.push(batch)
    this.#wake()
  }

  /** Resolves when less than the limit is buffered. */
  async room(): Promise<void> {
    while (this.#bufferedBytes > this.#options.bufferBytes) await this.#change()
  }

  /** Resolves when nothing is left, whether it was acknowledged or failed. */
  async settle(): Promise<void> {
    while (this.#bufferedBytes > 0) await this.#change()
  }

  /** As `settle`; then throws the first error since the last call. */
  async idle(): Promise<void> {
    await this.settle()
    const error = this.#firstError
    this.#firstError = null
    if (error !== null) throw error
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
    })
  }

  #wake(): void {
    this.#again = true
    if (this.#pumping) return
    this.#pumping = true
    void this.#pump()
  }

  async #pump(): Promise<void> {
    while (this.#again) {
      this.#again = false
      // One turn of the event loop lets more partitions join the same request.
      await Promise.resolve()
      const byLeader = await this.#readyByLeader()
      for (const [leader, batches] of byLeader) this.#sendTo(leader, batches)
    }
    this.#pumping = false
  }

  /** The first batch of every partition that can be sent now, by leader. Batches whose time is up fail here. */
  async #readyByLeader(): Promise<Map<number, ProducerBatch[]>> {
    const ready = new Map<number, ProducerBatch[]>()
    const bytes = new Map<number, number>()
    const now = this.#client.env.clock.monotonic()
    for (const lane of this.#lanes.values()) {
      const batch = lane.queue[0]
      if (batch === undefined || lane.underWay) continue
      if (now < batch.notBeforeMs) continue
      const leader = await this.#leaderFor(batch)
      if (leader === null || (this.#inFlight.get(leader) ?? 0) >= this.#options.maxInFlight) continue
      const size = (bytes.get(leader) ?? 0) + batch.bytes
      const batches = ready.get(leader) ?? []
      if (batches.length > 0 && size > this.#options.maxRequestBytes) {
        this.#again = true
        continue
      }
      lane.underWay = true
      ready.set(leader, [...batches, batch])
      bytes.set(leader, size)
    }
    return ready
  }

  async #leaderFor(batch: ProducerBatch): Promise<number | null> {
    try {
      return await this.#client.leaderOf(batch.topic, batch.partition)
    } catch (error) {
      this.#batchFailed(batch, error)
      return null
    }
  }

  #sendTo(leader: number, batches: readonly ProducerBatch[]): void {
    this.#inFlight.set(leader, (this.#inFlight.get(leader) ?? 0) + 1)
    void this.#produce(leader, batches)
      .catch((error: unknown) => {
        for (const batch of batches) {
          this.#client.forgetTopic(batch.topic)
          this.#batchFailed(batch, error)
        }
      })
      .finally(() => {
        this.#inFlight.set(leader, (this.#inFlight.get(leader) ?? 1) - 1)
        this.#wake()
      })
  }

  async #produce(leader: number, batches: readonly ProducerBatch[]): Promise<void> {
    const identity = this.#options.idempotent ? await this.#currentIdentity() : null
    const { body, byId } = await this.#requestOf(batches, identity)
    const connection = await this.#client.connectionTo(leader)
    const maxVersion = byId.has(ZERO_UUID) ? LAST_VERSION_WITH_NAMES : Number.POSITIVE_INFINITY
    if (this.#options.acks === 0) {
      connection.sendProduceWithoutAnswer(body, maxVersion)
      for (const batch of batches) this.#acknowledged(batch, -1, -1)
      return
    }
    const timeoutMs = body.timeoutMs + REQUEST_SLACK_MS
    const response = await connection.request('Produce', body, { timeoutMs, maxVersion })
    this.#settle(batches, response, byId)
  }

  async #requestOf(
    batches: readonly ProducerBatch[],
    identity: ProducerIdentity | null,
  ): Promise<{ body: RequestInputOf<'Produce'>; byId: Map<string, string> }> {
    const { acks, compression, compressionLevel } = this.#options
    const topics = new Map<string, { index: number; records: Buffer }[]>()
    for (const batch of batches) {
      const partitionData = topics.get(batch.topic) ?? []
      partitionData.push({
        index: batch.partition,
        records: batch.build(compression, compressionLevel, identity),
      })
      topics.set(batch.topic, partitionData)
    }
    const byId = new Map<string, string>()
    const topicData = []
    for (const [name, partitionData] of topics) {
      const { topicId } = await this.#client.topic(name)
      byId.set(topicId, name)
      topicData.push({ name, topicId, partitionData })
    }
    return { body: { acks, timeoutMs: this.#client.options.requestTimeoutMs, topicData }, byId }
  }

  #settle(
    batches: readonly ProducerBatch[],
    response: ResponseOf<'Produce'>,
    byId: ReadonlyMap<string, string>,
  ): void {
    const waiting = new Map(batches.map((batch) => [`${batch.partition} ${batch.topic}`, batch]))
    for (const topic of response.responses) {
      const name = topic.name === '' ? byId.get(topic.topicId) : topic.name
      for (const answer of topic.partitionResponses) {
        const key = `${answer.index} ${name}`
        const batch = waiting.get(key)
        if (batch === undefined) continue
        waiting.delete(key)
        const error = errorNameOf(answer.errorCode)
        if (error === 'NONE') this.#acknowledged(batch, answer.baseOffset, answer.logAppendTimeMs)
        else if (error === 'DUPLICATE_SEQUENCE_NUMBER') this.#acknowledged(batch, -1, -1)
        else this.#refused(batch, error, answer.errorMessage)
      }
    }
    for (const batch of waiting.values()) {
      this.#batchFailed(
        batch,
        new KafkaError('UNKNOWN_SERVER_ERROR', 'the broker did not answer for this partition'),
      )
    }
  }

  #refused(batch: ProducerBatch, error: ErrorName, message: string | null): void {
    this.#client.forgetTopic(batch.topic)
    const where = `partition ${batch.partition} of topic "${batch.topic}"`
    const failure = new KafkaError(error, `${where} refused ${batch.count} records: ${message ?? error}`)
    this.#batchFailed(batch, failure)
  }

  #acknowledged(batch: ProducerBatch, baseOffset: number, logAppendTime: number): void {
    this.#leave(batch)
    batch.acknowledged(baseOffset, logAppendTime)
  }

  /** Puts the batch back for another attempt, or fails it when the error is final or its time is up. */
  #batchFailed(batch: ProducerBatch, error: unknown): void {
    const { env, options } = this.#client
    const now = env.clock.monotonic()
    const late = now - batch.createdMs > this.#options.deliveryTimeoutMs
    if (error instanceof KafkaError && this.#client.isWorthRetrying(error) && !late) {
      const pause = backoffMs(env, options, batch.attempts++)
      batch.notBeforeMs = now + pause
      const lane = this.#lanes.get(`${batch.partition} ${batch.topic}`)
      if (lane !== undefined) lane.underWay = false
      env.scheduler.after(pause, () => this.#wake())
      return
    }
    // The sequence numbers of the batch are used up but not in the log, so those after them would be out of order.
    const ends =
      !(error instanceof KafkaError) || batch.identity !== null || endsIdentity.has(error.errorName)
    if (ends) this.#identity = null
    this.#leave(batch)
    const failure = error instanceof Error ? error : new Error(String(error))
    this.#firstError ??= failure
    batch.failed(failure)
  }

  #leave(batch: ProducerBatch): void {
    const key = `${batch.partition} ${batch.topic}`
    const lane = this.#lanes.get(key)
    if (lane?.queue[0] !== batch) return
    lane.queue.shift()
    lane.underWay = false
    if (lane.queue.length === 0) this.#lanes.delete(key)
    this.#bufferedBytes -= batch.bytes
    for (const resolve of this.#waiting.splice(0)) resolve()
    this.#wake()
  }

  #currentIdentity(): Promise<ProducerIdentity> {
    if (this.#identity === null) {
      const made = newProducerIdentity(this.#client)
      this.#identity = made
      made.catch(() => {
        if (this.#identity === made) this.#identity = null
      })
    }
    return this.#identity
  }
}
