import type { BrokerConnection } from '../../src/client/broker-connection.ts'
import type { Prng } from '../../src/env/sim/prng.ts'
import { errorNameOf } from '../../src/protocol/errors.ts'
import { compare, type Finding } from './compare.ts'
import { connect, isGone, sleep } from './connect.ts'
import { addWriter, allowSent, copyLedger, newPartitionLedger, type PartitionLedger } from './ledger.ts'
import { OffsetsWriter } from './offsets-writer.ts'
import { readPartition } from './partition-reader.ts'
import { ProducerWriter } from './producer-writer.ts'
import { TailObserver } from './tail-observer.ts'
import { createTopic, TopicsWriter } from './topics-writer.ts'
import { transactionsTopic } from './transaction-names.ts'
import { TransactionsWriter, transactionsPartitions } from './transactions-writer.ts'

const topic = 'crash-suite'

export interface WorkloadOptions {
  readonly partitions: number
  /** Writers of each kind for each partition: one idempotent, one plain. */
  readonly pauseMs: number
  readonly topicConfigs: Readonly<Record<string, string>>
}

export interface CheckResult {
  readonly findings: readonly Finding[]
  readonly acknowledged: number
  readonly read: number
  readonly repeated: number
}

/**
 * Everything that loads the server and remembers what it promised: for each partition an idempotent producer, a plain one and a
 * consumer; one client that commits offsets and one that creates and deletes topics. It outlives the server's runs.
 */
export class Workload {
  readonly #options: WorkloadOptions
  readonly #random: Prng
  readonly #ledgers: PartitionLedger[] = []
  #producers: ProducerWriter[] = []
  #observers: TailObserver[] = []
  #offsets: OffsetsWriter
  #topics: TopicsWriter
  #transactions: TransactionsWriter
  /** What the writers themselves found wrong; `check` hands it out. */
  readonly #found: Finding[] = []
  /** The last sequence of each writer that `check` has read. */
  readonly #lastRead = new Map<number, number>()

  constructor(options: WorkloadOptions, random: Prng) {
    this.#options = options
    this.#random = random
    this.#offsets = new OffsetsWriter(topic, options.partitions)
    this.#topics = new TopicsWriter(random.fork('topics'))
    this.#transactions = new TransactionsWriter(random.fork('transactions'))
  }

  get promises(): { offsetCommits: number; topicChanges: number; transactions: number; resumed: number } {
    return {
      offsetCommits: this.#offsets.acknowledged,
      topicChanges: this.#topics.acknowledged,
      transactions: this.#transactions.acknowledged,
      resumed: this.#transactions.resumed,
    }
  }

  /** Makes the topic and the producers' identities, once. False when the server went away meanwhile; then it is to be called again. */
  async prepare(port: number): Promise<boolean> {
    if (this.#producers.length > 0) return true
    try {
      const connection = await connect(port)
      await using _ = connection
      await createTopic(connection, topic, this.#options.partitions, this.#options.topicConfigs)
      await createTopic(connection, transactionsTopic, transactionsPartitions, this.#options.topicConfigs)
      const identities = []
      for (let i = 0; i < this.#options.partitions; i++) identities.push(await newIdentity(connection))
      for (const [partition, identity] of identities.entries()) {
        const ledger = newPartitionLedger(topic, partition)
        this.#ledgers.push(ledger)
        const report = (finding: Finding): void => void this.#found.push(finding)
        const random = this.#random.fork(`producer ${partition}`)
        const idempotent = addWriter(ledger, partition * 2, true)
        const plain = addWriter(ledger, partition * 2 + 1, false)
        this.#producers.push(
          new ProducerWriter(ledger, idempotent, identity, random.fork('idempotent'), report),
        )
        this.#producers.push(new ProducerWriter(ledger, plain, null, random.fork('plain'), report))
        this.#observers.push(new TailObserver(ledger))
      }
      return true
    } catch (error) {
      if (isGone(error)) return false
      throw error
    }
  }

  /** Puts load on the server until `until` resolves or the server is gone. */
  async load(port: number, until: Promise<unknown>): Promise<void> {
    const connections: BrokerConnection[] = []
    const open = async (): Promise<BrokerConnection> => {
      const connection = await connect(port)
      connections.push(connection)
      return connection
    }
    try {
      const { pauseMs } = this.#options
      const [idempotent, plain, consuming, admin] = [await open(), await open(), await open(), await open()]
      const transacting = await open()
      const running = [
        ...this.#producers.map((producer, index) =>
          producer.run(index % 2 === 0 ? idempotent : plain, pauseMs),
        ),
        ...this.#observers.map((observer) => observer.run(consuming)),
        this.#offsets.run(admin, 30),
        this.#topics.run(admin, 60),
        this.#transactions.run(transacting, 10),
      ]
      const all = Promise.all(running)
      await Promise.race([until, all])
      this.#stop()
      await all
    } catch (error) {
      this.#stop()
      if (!isGone(error)) this.#found.push({ kind: 'hang', where: 'load', detail: String(error) })
    } finally {
      for (const connection of connections) connection.close()
    }
  }

  /** Reads everything back; null when the server went away before it had all been read. */
  async check(port: number): Promise<CheckResult | null> {
    const findings = this.#found.splice(0)
    const sums = { acknowledged: 0, read: 0, repeated: 0 }
    try {
      const connection = await connect(port)
      await using _ = connection
      for (const ledger of this.#ledgers) {
        await this.#attempt(findings, `${ledger.topic}-${ledger.partition}`, async () => {
          const partition = await readPartition(connection, ledger.topic, ledger.partition)
          const comparison = compare(ledger, partition)
          sums.acknowledged += comparison.acknowledged
          sums.read += comparison.read
          sums.repeated += comparison.repeated
          for (const [writer, sequence] of comparison.lastOf) this.#lastRead.set(writer, sequence)
          ledger.highWatermark = Math.max(ledger.highWatermark, partition.highWatermark)
          return comparison.findings
        })
      }
      await this.#attempt(findings, 'topics', () => this.#topics.check(connection))
      await this.#attempt(findings, 'committed offsets', () => this.#offsets.check(connection))
      await this.#attempt(findings, transactionsTopic, () => this.#transactions.check(connection))
    } catch (error) {
      if (!isGone(error)) throw error
      this.#found.push(...findings)
      return null
    }
    return { findings, ...sums }
  }

  /** What can not be read at all is a finding as well; only a server that is gone is none. */
  async #attempt(findings: Finding[], where: string, work: () => Promise<readonly Finding[]>): Promise<void> {
    try {
      findings.push(...(await work()))
    } catch (error) {
      if (isGone(error)) throw error
      findings.push({ kind: 'unreadable', where, detail: String(error) })
    }
  }

  /**
   * Has every producer send again what has no answer, and stops there: afterwards nothing is in flight. A producer of which `check`
   * has read more than it knows to have sent is left out: what it would repeat may lie too far back to be recognised.
   */
  async settle(port: number): Promise<void> {
    const connection = await connect(port)
    await using _ = connection
    for (const producer of this.#producers) {
      if ((this.#lastRead.get(producer.id) ?? -1) >= producer.nextSequence) continue
      await this.#attempt(this.#found, `writer ${producer.id}`, async () => {
        await producer.settle(connection)
        return []
      })
    }
  }

  /** A workload that stands where this one stands now, to be held against a copy of the disk. */
  fork(): Workload {
    const fork = new Workload(this.#options, this.#random.fork('copy'))
    for (const ledger of this.#ledgers) fork.#ledgers.push(copyLedger(ledger))
    const report = (finding: Finding): void => void fork.#found.push(finding)
    fork.#producers = this.#producers.map((producer, index) => {
      const ledger = fork.#ledgers[index >> 1]
      if (ledger === undefined) throw new Error('a producer without a ledger')
      return producer.fork(ledger, fork.#random.fork(`producer ${index}`), report)
    })
    fork.#observers = fork.#ledgers.map((ledger) => new TailObserver(ledger))
    fork.#offsets = this.#offsets.fork()
    fork.#topics = this.#topics.fork()
    fork.#transactions = this.#transactions.fork()
    return fork
  }

  /** What was sent since the fork may be on the copied disk as well, though nothing of it was promised before. */
  allow(later: Workload): void {
    for (const [index, ledger] of this.#ledgers.entries()) {
      const other = later.#ledgers[index]
      if (other !== undefined) allowSent(ledger, other)
    }
    this.#offsets.allow(later.#offsets)
    this.#topics.allow(later.#topics)
    this.#transactions.allow(later.#transactions)
  }

  #stop(): void {
    for (const producer of this.#producers) producer.stop()
    for (const observer of this.#observers) observer.stop()
    this.#offsets.stop()
    this.#topics.stop()
    this.#transactions.stop()
  }
}

async function newIdentity(
  connection: BrokerConnection,
): Promise<{ producerId: number; producerEpoch: number }> {
  for (;;) {
    const response = await connection.request('InitProducerId', {
      transactionalId: null,
      transactionTimeoutMs: 60_000,
    })
    if (response.errorCode === 0)
      return { producerId: response.producerId, producerEpoch: response.producerEpoch }
    const name = errorNameOf(response.errorCode)
    if (name !== 'COORDINATOR_LOAD_IN_PROGRESS') throw new Error(`InitProducerId was answered with ${name}`)
    await sleep(20)
  }
}
