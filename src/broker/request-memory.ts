import type { Scheduler } from '../env/scheduler.ts'
import type { LogManager } from '../log/log-manager.ts'
import type { Gauge } from '../telemetry/instruments.ts'
import { BufferPool } from '../util/buffer-pool.ts'

const recheckMs = 2

/**
 * The memory of requests: frames being received, frames that wait, and appended batches that are not durable yet. When it is used
 * up connections are not read; they go on as soon as there is room.
 */
export class RequestMemory {
  readonly frames = new BufferPool(32 << 20)
  readonly #limit: number
  readonly #logs: LogManager
  readonly #scheduler: Scheduler
  readonly #gauge: Gauge
  #used = 0
  #waiters: (() => void)[] = []
  #checking = false

  constructor(limit: number, logs: LogManager, scheduler: Scheduler, gauge: Gauge) {
    this.#limit = limit
    this.#logs = logs
    this.#scheduler = scheduler
    this.#gauge = gauge
  }

  add(bytes: number): void {
    this.#used += bytes
    this.#gauge.set(this.#used)
  }

  get exhausted(): boolean {
    return this.#used + this.#logs.committer.pendingBytes > this.#limit || this.#logs.backlogged
  }

  /** Calls back once, when there is room again. */
  whenFree(resume: () => void): void {
    this.#waiters.push(resume)
    if (this.#checking) return
    this.#checking = true
    this.#scheduler.after(recheckMs, () => this.#check())
  }

  #check(): void {
    this.#checking = false
    if (this.exhausted) {
      this.#checking = true
      this.#scheduler.after(recheckMs, () => this.#check())
      return
    }
    const waiters = this.#waiters
    this.#waiters = []
    for (const resume of waiters) resume()
  }
}
