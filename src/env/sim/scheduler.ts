import type { Scheduler, Timer } from '../scheduler.ts'
import type { Kernel } from './kernel.ts'
import type { SimProcess } from './process.ts'

/** Timers on virtual time. Those of a dead process do not fire. */
export class SimScheduler implements Scheduler {
  readonly #kernel: Kernel
  readonly #process: SimProcess

  constructor(kernel: Kernel, process: SimProcess) {
    this.#kernel = kernel
    this.#process = process
  }

  after(delayMs: number, work: () => void): Timer {
    return this.#kernel.schedule(delayMs, `${this.#process.name} timer`, () => {
      if (this.#process.alive) work()
    })
  }

  every(periodMs: number, work: () => void): Timer {
    if (!(periodMs >= 1)) throw new RangeError(`a period must be a number of at least 1 ms, not ${periodMs}`)
    let timer: Timer
    const tick = (): void => {
      timer = this.after(periodMs, tick)
      work()
    }
    timer = this.after(periodMs, tick)
    return { cancel: () => timer.cancel() }
  }

  endOfTurn(work: () => void): void {
    this.#kernel.scheduleLast(`${this.#process.name} end of turn`, () => {
      if (this.#process.alive) work()
    })
  }
}
