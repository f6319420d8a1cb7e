import type { Scheduler, Timer } from '../scheduler.ts'

/** Longer delays overflow inside setTimeout, which then fires after 1 ms. */
const maxDelayMs = 0x7fffffff

/**
 * Node measures a delay from the start of the current turn of the event loop and rounds it down, so a timer may fire
 * before its time has passed by the monotonic clock. This class waits for the rest, and for delays above 24 days.
 */
class NodeTimer implements Timer {
  readonly #periodMs: number | null
  readonly #work: () => void
  readonly #fire = (): void => this.#onTimeout()
  #deadlineMs: number
  #timeout: NodeJS.Timeout | null = null

  constructor(delayMs: number, periodMs: number | null, work: () => void) {
    this.#periodMs = periodMs
    this.#work = work
    this.#deadlineMs = performance.now() + delayMs
    this.#wait(delayMs)
  }

  cancel(): void {
    if (this.#timeout !== null) clearTimeout(this.#timeout)
    this.#timeout = null
  }

  #wait(delayMs: number): void {
    this.#timeout = setTimeout(this.#fire, Math.min(Math.ceil(delayMs), maxDelayMs)).unref()
  }

  #onTimeout(): void {
    const now = performance.now()
    if (now < this.#deadlineMs) {
      this.#wait(this.#deadlineMs - now)
      return
    }
    this.#timeout = null
    if (this.#periodMs !== null) {
      // Periods that a busy event loop missed are skipped, not made up for in a burst.
      this.#deadlineMs = Math.max(this.#deadlineMs + this.#periodMs, now)
      this.#wait(this.#deadlineMs - now)
    }
    this.#work()
  }
}

export const nodeScheduler: Scheduler = {
  after(delayMs, work) {
    return new NodeTimer(checked(delayMs, 0), null, work)
  },
  every(periodMs, work) {
    const period = checked(periodMs, 1)
    return new NodeTimer(period, period, work)
  },
  endOfTurn(work) {
    setImmediate(work)
  },
}

function checked(milliseconds: number, minimum: number): number {
  if (milliseconds >= minimum) return milliseconds
  throw new RangeError(`a delay must be a number of at least ${minimum} ms, not ${milliseconds}`)
}
