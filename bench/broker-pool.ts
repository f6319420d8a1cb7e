import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { RunningBroker } from './brokers/broker.ts'
import { startChronik } from './brokers/chronik.ts'
import type { Contestant } from './contestant.ts'
import type { BenchOptions } from './options.ts'
import { startKafka } from './peer/kafka.ts'

/**
 * The servers of a benchmark. Each configuration is started when it is first needed and stays, warm, until all are stopped;
 * their data goes with them.
 */
export class BrokerPool implements AsyncDisposable {
  readonly #options: BenchOptions
  readonly #running = new Map<string, Promise<RunningBroker>>()
  #started = 0

  constructor(options: BenchOptions) {
    this.#options = options
    rmSync(options.dataDir, { recursive: true, force: true })
    mkdirSync(options.dataDir, { recursive: true })
  }

  /** The running server of a contestant. */
  of(contestant: Contestant): Promise<RunningBroker> {
    const key = JSON.stringify([contestant.system, contestant.settings])
    let broker = this.#running.get(key)
    if (broker === undefined) {
      broker = this.start(contestant, this.newDataDir(contestant))
      this.#running.set(key, broker)
    }
    return broker
  }

  /** A directory that nobody has used. */
  newDataDir({ system }: Contestant): string {
    this.#started += 1
    return join(this.#options.dataDir, `${system}-${this.#started}`)
  }

  /** Starts a server that belongs to the caller. */
  start({ system, settings }: Contestant, dataDir: string): Promise<RunningBroker> {
    switch (system) {
      case 'chronik':
        return startChronik(this.#options.root, {
          dataDir,
          set: { ...settings, ...this.#options.set },
          port: 0,
        })
      case 'kafka':
        return startKafka({ dataDir, set: settings, port: 0 })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const started = await Promise.allSettled(this.#running.values())
    for (const broker of started) if (broker.status === 'fulfilled') await broker.value.stop()
    this.#running.clear()
    rmSync(this.#options.dataDir, { recursive: true, force: true })
  }
}
