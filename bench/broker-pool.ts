import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { RunningBroker } from './brokers/broker.ts'
import { startChronik } from './brokers/chronik.ts'
import type { Contestant } from './contestant.ts'
import type { BenchOptions } from './options.ts'
import { startKafka } from './peer/kafka.ts'

interface PooledBroker {
  readonly directory: string
  readonly broker: RunningBroker
}

/**
 * The servers of a benchmark. Each configuration is started when it is first needed and stays, warm, until all are stopped;
 * their data goes with them.
 */
export class BrokerPool implements AsyncDisposable {
  readonly #options: BenchOptions
  readonly #running = new Map<string, PooledBroker>()
  #directories = 0

  constructor(options: BenchOptions) {
    this.#options = options
    rmSync(options.dataDir, { recursive: true, force: true })
    mkdirSync(options.dataDir, { recursive: true })
  }

  /** The running server of a contestant. */
  async of(contestant: Contestant): Promise<RunningBroker> {
    const known = this.#running.get(keyOf(contestant))
    if (known !== undefined) return known.broker
    const directory = this.newDirectory(contestant)
    const broker = await this.start(contestant, directory)
    this.#running.set(keyOf(contestant), { directory, broker })
    return broker
  }

  /** Ends the running server of a contestant and starts it again, on the same ports. */
  async restart(contestant: Contestant, how: 'stop' | 'kill'): Promise<RunningBroker> {
    const known = this.#running.get(keyOf(contestant))
    if (known === undefined) throw new Error(`${contestant.label} does not run`)
    this.#running.delete(keyOf(contestant))
    await known.broker[how]()
    const broker = await this.start(contestant, known.directory)
    this.#running.set(keyOf(contestant), { directory: known.directory, broker })
    return broker
  }

  /** Ends the running server of a contestant, if there is one, and removes its data. */
  async discard(contestant: Contestant): Promise<void> {
    const known = this.#running.get(keyOf(contestant))
    if (known === undefined) return
    this.#running.delete(keyOf(contestant))
    await known.broker.kill()
    rmSync(known.directory, { recursive: true, force: true })
  }

  /** A directory that nobody has used. */
  newDirectory({ system }: Contestant): string {
    this.#directories += 1
    return join(this.#options.dataDir, `${system}-${this.#directories}`)
  }

  /** Starts a server that belongs to the caller. */
  start({ system, settings }: Contestant, dataDir: string): Promise<RunningBroker> {
    if (system === 'kafka') return startKafka({ dataDir, set: settings })
    return startChronik(this.#options.root, { dataDir, set: { ...settings, ...this.#options.set } })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { broker } of this.#running.values()) await broker.stop()
    this.#running.clear()
    rmSync(this.#options.dataDir, { recursive: true, force: true })
  }
}

function keyOf({ system, settings }: Contestant): string {
  return JSON.stringify([system, settings])
}
