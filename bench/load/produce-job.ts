import { Histogram, type LatencySummary } from './histogram.ts'
import { logBatch, randomBatch, recordsPerBatch } from './payload.ts'
import { ProduceConnection, type ProduceTarget } from './produce-connection.ts'
import { startTicker } from './ticker.ts'
import { sleep } from './sleep.ts'
import { beginUsage, type Usage } from './usage.ts'

/** Random bytes, or log records in JSON. */
export type PayloadKind = 'random' | 'logs'

/** Produces for a while, as fast as the broker answers or at a given rate. */
export interface ProduceJob extends ProduceTarget {
  readonly kind: 'produce'
  readonly brokerPid: number
  readonly partitions: number
  readonly connections: number
  /** Of each connection. At a given rate, the most that may be; what is due beyond it waits, and its waiting counts. */
  readonly inFlight: number
  readonly batchBytes: number
  readonly recordBytes: number
  readonly warmUpMs: number
  readonly measureMs: number
  /** Requests a second over all connections, sent when they are due whatever the answers do; null: as fast as possible. */
  readonly rate: number | null
  readonly payload: PayloadKind
}

export interface ProduceResult {
  readonly kind: 'produce'
  /** Within the measured window. */
  readonly requests: number
  readonly records: number
  /** Record values, nothing else. */
  readonly bytes: number
  /** From the time at which a request was sent, or was due when a rate is given, to its answer. */
  readonly latency: LatencySummary
  /** How late requests were sent, when a rate is given: the generator's own share of the latency. */
  readonly lateness: LatencySummary
  readonly usage: Usage
  /** Records of acknowledged requests by partition, warm-up and the end included: what must be in the log. */
  readonly acknowledged: readonly number[]
}

/** Batches of different content that are made at most; more would only cost memory. */
const DISTINCT_BATCHES = 8

/** Runs the job. `ready` is called before the first request and resolves when it may be sent. */
export async function produce(job: ProduceJob, ready: () => Promise<void>): Promise<ProduceResult> {
  const state = new ProduceRun(job)
  await state.open()
  await ready()
  return state.run()
}

class ProduceRun {
  readonly #job: ProduceJob
  readonly #connections: ProduceConnection[] = []
  readonly #acknowledged: number[]
  #latency = new Histogram()
  #lateness = new Histogram()
  #requests = 0
  #records = 0
  #measuring = false
  #stopping = false
  #drained: (() => void) | null = null
  /** Times at which requests were due that could not be sent, oldest first. */
  readonly #due: number[] = []

  constructor(job: ProduceJob) {
    this.#job = job
    this.#acknowledged = Array.from({ length: job.partitions }, () => 0)
    const records = recordsPerBatch(job.batchBytes, job.recordBytes)
    const makeBatch = job.payload === 'random' ? randomBatch : logBatch
    const batches = Array.from({ length: DISTINCT_BATCHES }, () => makeBatch(records, job.recordBytes))
    for (let connection = 0; connection < job.connections; connection++) {
      const partitions = partitionsOf(connection, job)
      const slots = Math.max(job.inFlight, partitions.length)
      // Whole turns over the partitions, so that the slots' order spreads the requests evenly.
      const turns = Math.ceil(slots / partitions.length)
      const built = Array.from({ length: turns * partitions.length }, (_, slot) => ({
        partition: partitions[slot % partitions.length]!,
        batch: batches[(slot + connection) % batches.length]!,
        records,
      }))
      const made: ProduceConnection = new ProduceConnection(
        job,
        built,
        (sentAt, partition, count) => this.#answered(sentAt, partition, count),
        () => this.#refill(made),
      )
      this.#connections.push(made)
    }
  }

  async open(): Promise<void> {
    for (const connection of this.#connections) await connection.open()
  }

  async run(): Promise<ProduceResult> {
    const job = this.#job
    const stopTicker = job.rate === null ? this.#startClosed() : this.#startOpen(job.rate)
    await sleep(job.warmUpMs)
    this.#measuring = true
    const endUsage = beginUsage(job.brokerPid)
    await sleep(job.measureMs)
    const usage = endUsage()
    this.#measuring = false
    const measured = { requests: this.#requests, records: this.#records }
    stopTicker()
    this.#stopping = true
    await this.#whenDrained()
    for (const connection of this.#connections) connection.close()
    return {
      kind: 'produce',
      ...measured,
      bytes: measured.records * job.recordBytes,
      latency: this.#latency.summary(),
      lateness: this.#lateness.summary(),
      usage,
      acknowledged: this.#acknowledged,
    }
  }

  #startClosed(): () => void {
    for (const connection of this.#connections) this.#refill(connection)
    return () => undefined
  }

  #startOpen(rate: number): () => void {
    return startTicker(rate, (dueAt) => {
      this.#due.push(dueAt)
      this.#sendDue()
    })
  }

  #answered(sentAt: number, partition: number, records: number): void {
    this.#acknowledged[partition]! += records
    if (!this.#measuring) return
    this.#requests += 1
    this.#records += records
    this.#latency.add(performance.now() - sentAt)
  }

  #refill(connection: ProduceConnection): void {
    if (this.#job.rate !== null) {
      this.#sendDue()
    } else if (!this.#stopping) {
      const free = this.#job.inFlight - connection.inFlight
      if (free > 0) connection.send(free, performance.now())
    }
    if (this.#stopping && this.#connections.every(({ inFlight }) => inFlight === 0)) this.#drained?.()
  }

  /** Sends what is due on the connections that have the fewest requests in flight. */
  #sendDue(): void {
    while (this.#due.length > 0 && !this.#stopping) {
      const connection = this.#connections.reduce((best, each) =>
        each.inFlight < best.inFlight ? each : best,
      )
      if (connection.inFlight >= this.#job.inFlight) return
      const dueAt = this.#due.shift()!
      connection.send(1, dueAt)
      if (this.#measuring) this.#lateness.add(performance.now() - dueAt)
    }
  }

  #whenDrained(): Promise<void> {
    if (this.#connections.every(({ inFlight }) => inFlight === 0)) return Promise.resolve()
    return new Promise((resolve) => {
      this.#drained = resolve
    })
  }
}

/** The partitions that a connection produces to: each partition has one connection, unless there are more connections. */
function partitionsOf(connection: number, { partitions, connections }: ProduceJob): number[] {
  if (connections >= partitions) return [connection % partitions]
  const own: number[] = []
  for (let partition = connection; partition < partitions; partition += connections) own.push(partition)
  return own
}
