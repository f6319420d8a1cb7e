import type { Env } from '../../env/env.ts'

/** Waiting for less than this is not worth a timer; it is made up for by the next wait. */
const waitMinMs = 5

/** Keeps work to so many bytes per second, seen over its whole time (Kafka's `log.cleaner.io.max.bytes.per.second`). */
export class Throttle {
  readonly #env: Env
  readonly #bytesPerMs: number
  readonly #startedMs: number
  #bytes = 0

  constructor(env: Env, bytesPerSecond: number) {
    this.#env = env
    this.#bytesPerMs = bytesPerSecond / 1000
    this.#startedMs = env.clock.monotonic()
  }

  /** Counts the bytes; null when there is nothing to wait for. */
  spend(bytes: number): Promise<void> | null {
    this.#bytes += bytes
    if (this.#bytesPerMs === Infinity) return null
    const waitMs = this.#startedMs + this.#bytes / this.#bytesPerMs - this.#env.clock.monotonic()
    if (waitMs < waitMinMs) return null
    return new Promise((resolve) => this.#env.scheduler.after(waitMs, resolve))
  }
}
