import { createHash } from 'node:crypto'
import type { Timer } from '../scheduler.ts'
import { EventHeap } from './event-heap.ts'
import type { SimEvent } from './event-heap.ts'
import { Prng } from './prng.ts'

/** Larger than every drawn tie-break. */
const lastOfItsTime = 2 ** 32

export interface KernelOptions {
  /** Keeps the lines of the trace, for comparing two runs; its hash is there in any case. */
  readonly keepTrace?: boolean
  /** More events than this in one `run` means that the simulation does not come to rest. Ten million by default. */
  readonly maxEvents?: number
}

/**
 * Virtual time. Takes the earliest event, runs it, lets every promise that follows from it settle, and only then takes
 * the next: the same seed gives the same order of everything. Code under simulation must not wait for anything real
 * (thread pool, workers, real timers): the kernel does not wait for these.
 */
export class Kernel {
  readonly #heap = new EventHeap()
  readonly #random: Prng
  readonly #hash = createHash('sha256')
  readonly #lines: string[] | null
  readonly #maxEvents: number
  #nowMs = 0
  #serial = 0
  #running = false

  constructor(seed: number, options: KernelOptions = {}) {
    this.#random = new Prng(`seed ${seed}`)
    this.#lines = options.keepTrace === true ? [] : null
    this.#maxEvents = options.maxEvents ?? 10_000_000
  }

  /** Milliseconds since the simulation began, with fractions. */
  get nowMs(): number {
    return this.#nowMs
  }

  /** The trace so far; empty unless `keepTrace` was set. */
  get traceLines(): readonly string[] {
    return this.#lines ?? []
  }

  /** A generator for one part of the simulated world. */
  random(name: string): Prng {
    return this.#random.fork(name)
  }

  /** Adds what just happened to the trace. Whatever may differ between two runs should be in some line. */
  trace(line: string): void {
    const full = `${this.#nowMs} ${line}\n`
    this.#hash.update(full)
    this.#lines?.push(full)
  }

  /** SHA-256 of the trace so far. Equal hashes mean equal runs. */
  traceHash(): string {
    return this.#hash.copy().digest('hex')
  }

  /** Runs `work` after `delayMs`, in a seeded order among the events of that time. */
  schedule(delayMs: number, label: string, work: () => void): Timer {
    return this.#add(delayMs, this.#random.next(), label, work)
  }

  /** Runs `work` now, but after all other events of this time. */
  scheduleLast(label: string, work: () => void): Timer {
    return this.#add(0, lastOfItsTime, label, work)
  }

  /** Runs everything up to and including `untilMs`, then stands at that time. Without it: until nothing is left. */
  async run(untilMs = Infinity): Promise<void> {
    await this.#run(untilMs, () => false)
    if (untilMs !== Infinity) this.#nowMs = Math.max(this.#nowMs, untilMs)
  }

  /** Runs until `promise` settles and returns its outcome. Fails when nothing is left to happen before that. */
  async settle<T>(promise: Promise<T>): Promise<T> {
    let settled = false
    const mark = (): void => {
      settled = true
    }
    promise.then(mark, mark)
    await this.#run(Infinity, () => settled)
    if (!settled)
      throw new Error(`deadlock at ${this.#nowMs} ms: nothing is left to happen, but the promise is pending`)
    return promise
  }

  #add(delayMs: number, tieBreak: number, label: string, work: () => void): Timer {
    if (!(delayMs >= 0)) throw new RangeError(`a delay must not be negative, but is ${delayMs} ms (${label})`)
    const event: SimEvent = { timeMs: this.#nowMs + delayMs, tieBreak, serial: this.#serial++, label, work }
    this.#heap.push(event)
    return {
      cancel() {
        event.work = null
      },
    }
  }

  async #run(untilMs: number, isDone: () => boolean): Promise<void> {
    if (this.#running) throw new Error('the simulation is running already')
    this.#running = true
    try {
      await settlePromises()
      for (let count = 0; !isDone(); count++) {
        const event = this.#heap.peek()
        if (event === undefined || event.timeMs > untilMs) return
        if (count === this.#maxEvents)
          throw new Error(`no rest after ${count} events; the next is ${event.label}`)
        this.#heap.pop()
        const { work } = event
        if (work === null) continue
        event.work = null
        this.#nowMs = event.timeMs
        this.trace(event.label)
        work()
        await settlePromises()
      }
    } finally {
      this.#running = false
    }
  }
}

/** Node runs all microtasks, and those that they cause, before it calls an immediate. */
function settlePromises(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
