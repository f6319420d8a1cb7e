import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RunningBroker, SystemName } from '../../bench/brokers/broker.ts'
import { startChronik } from '../../bench/brokers/chronik.ts'
import { startKafka } from '../../bench/peer/kafka.ts'
import { ClusterClient } from '../../src/client/cluster-client.ts'
import { fetchCommitted } from '../../src/client/group-offsets.ts'
import { createTopics, deleteTopics } from '../../src/client/topic-admin.ts'
import { nodeEnv } from '../../src/env/node/env.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** A broker that can be killed: it comes back at the same address, with the same data. */
export class BrokerUnderTest implements AsyncDisposable {
  readonly system: SystemName
  readonly #dataDir: string
  readonly #set: Readonly<Record<string, string>>
  #running: RunningBroker
  #kills = 0

  private constructor(
    system: SystemName,
    dataDir: string,
    set: Readonly<Record<string, string>>,
    running: RunningBroker,
  ) {
    this.system = system
    this.#dataDir = dataDir
    this.#set = set
    this.#running = running
  }

  static async start(
    system: SystemName,
    folder: string,
    settings: Readonly<Record<string, string>> = {},
  ): Promise<BrokerUnderTest> {
    const set = { 'group.initial.rebalance.delay.ms': '0', ...settings }
    const dataDir = join(folder, system)
    return new BrokerUnderTest(system, dataDir, set, await launch(system, dataDir, set))
  }

  get address(): string {
    return `${this.#running.host}:${this.#running.port}`
  }

  /** How often it was killed. */
  get kills(): number {
    return this.#kills
  }

  /** SIGKILL, and a new process on what the old one left. */
  async killAndRestart(): Promise<void> {
    await this.#running.kill()
    this.#kills++
    this.#running = await launch(this.system, this.#dataDir, this.#set)
  }

  async createTopic(
    name: string,
    partitions: number,
    configs: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    await using client = this.#client()
    const [outcome] = await createTopics(client, [{ name, partitions, replicationFactor: 1, configs }])
    if (outcome?.error !== null) throw new Error(`topic ${name}: ${outcome?.error.message ?? 'no answer'}`)
  }

  async deleteTopics(...names: readonly string[]): Promise<void> {
    await using client = this.#client()
    for (const { name, error } of await deleteTopics(client, names))
      if (error !== null) throw new Error(`topic ${name} was not deleted: ${error.message}`)
  }

  /** The sum of the offsets that a group has committed for a topic. */
  async committed(group: string, topic: string): Promise<number> {
    await using client = this.#client()
    const offsets = await fetchCommitted(client, group)
    return offsets.filter((each) => each.topic === topic).reduce((sum, each) => sum + each.offset, 0)
  }

  #client(): ClusterClient {
    return new ClusterClient(nodeEnv(), [{ host: this.#running.host, port: this.#running.port }])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running.stop()
  }
}

function launch(
  system: SystemName,
  dataDir: string,
  set: Readonly<Record<string, string>>,
): Promise<RunningBroker> {
  const settings = { dataDir, set }
  return system === 'chronik' ? startChronik(ROOT, settings) : startKafka(settings)
}
