import type { Env } from '../env.ts'
import { SimClock } from './clock.ts'
import type { SimDisk } from './disk.ts'
import type { SimFabric } from './fabric.ts'
import type { Survival } from './file-content.ts'
import { SimFiles } from './files.ts'
import type { Kernel } from './kernel.ts'
import { SimNetwork } from './network.ts'
import { SimProcess } from './process.ts'
import { SimScheduler } from './scheduler.ts'

/** A simulated machine: a clock, a disk and an address, on which one process at a time runs. */
export class SimNode {
  readonly name: string
  readonly address: string
  readonly disk: SimDisk
  readonly clock: SimClock
  readonly #kernel: Kernel
  readonly #fabric: SimFabric
  #process: SimProcess | null = null
  #boots = 0

  constructor(kernel: Kernel, fabric: SimFabric, disk: SimDisk, name: string, address: string) {
    this.#kernel = kernel
    this.#fabric = fabric
    this.disk = disk
    this.name = name
    this.address = address
    this.clock = new SimClock(kernel)
  }

  /** Starts a process, on a machine that is switched on when it was not. */
  boot(): Env {
    if (this.#process?.alive === true) throw new Error(`${this.name} runs already; kill it first`)
    const process = new SimProcess(this.name)
    this.#process = process
    this.#boots++
    this.#fabric.setPower(this.name, true)
    this.#kernel.trace(`${this.name} boots`)
    return {
      clock: this.clock,
      random: this.#kernel.random(`process ${this.name} ${this.#boots}`),
      scheduler: new SimScheduler(this.#kernel, process),
      files: new SimFiles(this.disk, process, this.clock),
      network: new SimNetwork(this.#fabric, process),
    }
  }

  /** kill -9: timers, pending operations and connections end; what was written to files is still there. */
  kill(): void {
    this.#kernel.trace(`${this.name} is killed`)
    this.#process?.die('killed')
  }

  /** Power cut: as `kill`, but peers hear nothing, and what was not synced survives as the seed, or `survival`, says. */
  crash(survival?: Survival): void {
    this.#kernel.trace(`${this.name} loses power`)
    this.#process?.die('power-cut')
    this.#fabric.setPower(this.name, false)
    this.disk.crash(survival)
  }
}
