import { ClusterClient, type Bootstrap } from '../client/cluster-client.ts'
import { Producer } from '../client/producer.ts'
import { createTopics } from '../client/topic-admin.ts'
import type { Env } from '../env/env.ts'
import { type SampleRecord, sampleTopics } from './sample-record.ts'
import { Shop } from './shop.ts'

const PARTITIONS = 3
const HISTORY_MS = 6 * 3_600_000
const HISTORY_PIECE_MS = 600_000
/** One customer in so many milliseconds, on average. */
const VISIT_MS = 3000
/** How often what is due is written. */
const TICK_MS = 200
/** After the process was suspended nothing is made up for. */
const CATCH_UP_MS = 60_000

export interface SampleSummary {
  /** Records of the past that were written; 0 when the topics were there already. */
  readonly history: number
}

/**
 * Writes the sample topics through an ordinary client, as any application would: some hours of the past when they are new, then what
 * happens from now on until it is disposed of.
 */
export class SampleWriter implements AsyncDisposable {
  readonly #env: Env
  readonly #client: ClusterClient
  readonly #producer: Producer
  readonly #shop: Shop
  readonly #onFailure: (error: Error) => void
  /** Of visits that have begun: what is still to come, in the order of time. */
  #pending: SampleRecord[] = []
  #nextVisit: number
  #timer: { cancel(): void } | null = null
  #writing: Promise<void> = Promise.resolve()
  #stopping = false

  /** `onFailure` is told once why nothing more is written. */
  constructor(env: Env, broker: Bootstrap, softwareVersion: string, onFailure: (error: Error) => void) {
    this.#env = env
    this.#client = new ClusterClient(env, [broker], { softwareVersion })
    this.#producer = new Producer(this.#client, {})
    this.#shop = new Shop(env.random)
    this.#onFailure = onFailure
    this.#nextVisit = env.clock.now()
  }

  /** Resolves when the past is written and acknowledged; the present follows by itself. */
  async start(): Promise<SampleSummary> {
    const topics = sampleTopics.map((name) => ({
      name,
      partitions: PARTITIONS,
      replicationFactor: -1,
      configs: {},
    }))
    const outcomes = await createTopics(this.#client, topics)
    const failed = outcomes.find(({ error }) => error !== null && error.errorName !== 'TOPIC_ALREADY_EXISTS')
    if (failed?.error !== undefined && failed.error !== null) throw failed.error
    const isNew = outcomes.some(({ error }) => error === null)
    const now = this.#env.clock.now()
    this.#nextVisit = isNew ? now - HISTORY_MS : now
    const history = isNew ? await this.#writeHistory(now) : 0
    if (this.#stopping) return { history }
    this.#timer = this.#env.scheduler.every(TICK_MS, () => this.#tick())
    return { history }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true
    this.#timer?.cancel()
    await this.#writing
    // Whatever the last batches did, the server that they went to is stopping.
    await this.#producer[Symbol.asyncDispose]().catch(() => undefined)
    await this.#client[Symbol.asyncDispose]()
  }

  /** In pieces, so that the first records can be seen before the last are written. */
  async #writeHistory(now: number): Promise<number> {
    let written = 0
    for (let until = now - HISTORY_MS; until < now && !this.#stopping;) {
      until = Math.min(now, until + HISTORY_PIECE_MS)
      written += await this.#write(until)
      await this.#producer.flush()
    }
    return written
  }

  #tick(): void {
    const now = this.#env.clock.now()
    this.#nextVisit = Math.max(this.#nextVisit, now - CATCH_UP_MS)
    this.#writing = this.#writing
      .then(async () => void (await this.#write(now)))
      .catch((error: unknown) => this.#fail(error))
  }

  #fail(error: unknown): void {
    if (this.#timer === null) return
    this.#timer.cancel()
    this.#timer = null
    this.#onFailure(error instanceof Error ? error : new Error(String(error)))
  }

  /** Hands over everything up to `now`; returns how many records that were. */
  async #write(now: number): Promise<number> {
    while (this.#nextVisit < now) {
      this.#pending.push(...this.#shop.visit(this.#nextVisit))
      this.#nextVisit += 1 + this.#env.random.below(2 * VISIT_MS)
    }
    this.#pending.sort((a, b) => a.timestamp - b.timestamp)
    const due = this.#pending.findIndex(({ timestamp }) => timestamp > now)
    const ready = this.#pending.splice(0, due < 0 ? this.#pending.length : due)
    for (const record of ready) await this.#send(record)
    return ready.length
  }

  async #send({ topic, key, value, headers, timestamp }: SampleRecord): Promise<void> {
    const { acknowledged } = await this.#producer.enqueue({
      topic,
      key: Buffer.from(key),
      value: Buffer.from(value),
      headers: headers.map((header) => ({ key: header.key, value: Buffer.from(header.value) })),
      timestamp,
    })
    acknowledged.catch((error: unknown) => this.#fail(error))
  }
}
