import { join } from 'node:path'
import { startKafka } from '../../bench/peer/kafka.ts'
import { startChronik } from '../support/chronik-process.ts'
import { SingleReplicaProxy } from './single-replica-proxy.ts'
import type { RunnerTest } from './tests.ts'

export type SystemName = 'chronik' | 'kafka'

/** The brokers of one system, each started when a test asks for it first. They end with this. */
export class Brokers implements AsyncDisposable {
  readonly #system: SystemName
  readonly #folder: string
  readonly #resources = new AsyncDisposableStack()
  readonly #addresses = new Map<string, Promise<string>>()

  constructor(system: SystemName, folder: string) {
    this.#system = system
    this.#folder = folder
  }

  /** The address of the broker that this test wants. */
  addressFor({ scenario, threeReplicas = false }: RunnerTest): Promise<string> {
    const name = threeReplicas ? `${scenario}-three-replicas` : scenario
    const known = this.#addresses.get(name)
    if (known !== undefined) return known
    const set = {
      'num.partitions': '4',
      'auto.create.topics.enable': String(scenario === 'default'),
      // Some tests count on it that two consumers which start together get one assignment.
      'group.initial.rebalance.delay.ms': '3000',
    }
    const address = threeReplicas ? this.#startBehindProxy(name, set) : this.#start(name, set, null)
    this.#addresses.set(name, address)
    return address
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#addresses.values())
    await this.#resources.disposeAsync()
  }

  async #startBehindProxy(name: string, set: Readonly<Record<string, string>>): Promise<string> {
    const proxy = this.#resources.use(new SingleReplicaProxy())
    const advertised = `127.0.0.1:${await proxy.listen()}`
    const address = await this.#start(name, set, advertised)
    proxy.forwardTo(Number(address.split(':')[1]))
    return advertised
  }

  async #start(
    name: string,
    set: Readonly<Record<string, string>>,
    advertised: string | null,
  ): Promise<string> {
    if (this.#system === 'chronik') {
      const all = { ...set, ...(advertised === null ? {} : { advertise: advertised }) }
      const given = Object.entries(all).flatMap(([key, value]) => ['--set', `${key}=${value}`])
      return this.#resources.use(await startChronik(given)).kafka
    }
    const listeners = advertised === null ? {} : { 'advertised.listeners': `PLAINTEXT://${advertised}` }
    const dataDir = join(this.#folder, `kafka-${name}`)
    const server = await startKafka({ dataDir, set: { ...set, ...listeners } })
    this.#resources.defer(() => server.kill())
    return `${server.host}:${server.port}`
  }
}
