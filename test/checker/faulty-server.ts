import type { Prng } from '../../src/env/sim/prng.ts'
import { sleep } from '../crash/connect.ts'
import type { FaultPlan } from '../crash/fault-plan.ts'
import { type ServerOptions, ServerProcess } from '../crash/server-process.ts'

const settings = {
  'wal.file.bytes': 1 << 20,
  'wal.group.max.bytes': 512 << 10,
  'log.cache.bytes': 4 << 20,
  'offsets.topic.num.partitions': 3,
  'transaction.state.log.num.partitions': 3,
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': 500,
  'group.initial.rebalance.delay.ms': 100,
  'group.min.session.timeout.ms': 1000,
  'log.level': 'error',
}

/** One data directory, and the server on it, which is killed, started again and stopped for a while. */
export class FaultyServer {
  readonly faults = { kills: 0, pauses: 0 }
  readonly #options: ServerOptions
  readonly #random: Prng
  #process: ServerProcess

  private constructor(options: ServerOptions, random: Prng, process: ServerProcess) {
    this.#options = options
    this.#random = random
    this.#process = process
  }

  static async start(
    dataDirectory: string,
    port: number,
    plan: FaultPlan,
    random: Prng,
  ): Promise<FaultyServer> {
    const options = { dataDirectory, port, settings, plan }
    return new FaultyServer(options, random, await started(options))
  }

  get port(): number {
    return this.#options.port
  }

  /** Kills and pauses the server until the load is over; leaves it running. */
  async disturb(over: () => boolean): Promise<void> {
    const { plan = {} } = this.#options
    // The planted bug of the disk shows at a kill and nowhere else, those of transactions everywhere: controls are short.
    if (plan.bug !== undefined) {
      while (!over()) await sleep(100)
      return
    }
    const control = plan.defect !== undefined
    while (!over()) {
      await sleep(control ? 500 + this.#random.below(1000) : 1500 + this.#random.below(3500))
      if (control || this.#random.chance(0.6)) await this.#kill()
      else await this.#pause()
    }
  }

  async stop(): Promise<void> {
    this.#process.stop()
    await this.#process.exited
  }

  async #kill(): Promise<void> {
    this.#process.kill()
    await this.#process.exited
    this.faults.kills += 1
    if (this.#random.chance(0.5)) await sleep(this.#random.below(1500))
    this.#process = await started(this.#options)
  }

  async #pause(): Promise<void> {
    this.#process.pause()
    this.faults.pauses += 1
    await sleep(200 + this.#random.below(5000))
    this.#process.resume()
  }
}

async function started(options: ServerOptions): Promise<ServerProcess> {
  const { process, ready } = await ServerProcess.start(options)
  if (!ready) throw new Error(`the server did not start:\n${process.output}`)
  return process
}
