import type { Clock } from '../../env/clock.ts'
import type { Random } from '../../env/random.ts'
import type { Scheduler, Timer } from '../../env/scheduler.ts'

interface Waiting {
  readonly at: number
  readonly order: number
  readonly work: () => void
}

/** Clock, scheduler and randomness of tests: time stands still until a test moves it. */
export class ManualTime implements Clock, Scheduler, Random {
  #now = 1_000_000
  #order = 0
  #random = 0
  #waiting: Waiting[] = []
  #endOfTurn: (() => void)[] = []

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#now
  }

  after(delayMs: number, work: () => void): Timer {
    const waiting = { at: this.#now + delayMs, order: this.#order++, work }
    this.#waiting.push(waiting)
    return {
      cancel: () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting)
      },
    }
  }

  every(periodMs: number, work: () => void): Timer {
    let timer = this.after(periodMs, tick)
    const restart = (): void => {
      timer = this.after(periodMs, tick)
    }
    function tick(): void {
      restart()
      work()
    }
    return { cancel: () => timer.cancel() }
  }

  endOfTurn(work: () => void): void {
    this.#endOfTurn.push(work)
  }

  /** Counts up, so that ids are the same in every run. */
  bytes(size: number): Buffer {
    const bytes = Buffer.alloc(size)
    bytes.writeUInt32BE(++this.#random, size - 4)
    return bytes
  }

  below(bound: number): number {
    return this.#random++ % bound
  }

  get timers(): number {
    return this.#waiting.length
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    for (let idle = 0; idle < 12; idle++) {
      const ended = this.#endOfTurn
      this.#endOfTurn = []
      if (ended.length > 0) idle = 0
      for (const work of ended) work()
      await Promise.resolve()
    }
  }

  /** Moves time on, one timer after the other. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await this.settle()
    for (;;) {
      const [next] = this.#waiting.toSorted((a, b) => a.at - b.at || a.order - b.order)
      if (next === undefined || next.at > end) break
      this.#waiting = this.#waiting.filter((other) => other !== next)
      this.#now = Math.max(this.#now, next.at)
      next.work()
      await this.settle()
    }
    this.#now = end
  }
}
