import type { Clock } from '../../env/clock.ts'
import type { Scheduler, Timer } from '../../env/scheduler.ts'

interface Deadline<Event> {
  /** Monotonic milliseconds. */
  dueAt: number
  event: Event
  /** When the timer fires. Invariant: `firesAt <= dueAt`. */
  firesAt: number
  timer: Timer
}

/**
 * Timers by key. Moving a deadline back, which every heartbeat does, only notes the new time: the timer that is
 * already running finds on firing that it is early and starts again for the rest.
 */
export class DeadlineTimers<Event> implements Disposable {
  readonly #clock: Clock
  readonly #scheduler: Scheduler
  readonly #fire: (event: Event) => void
  readonly #deadlines = new Map<string, Deadline<Event>>()

  constructor(clock: Clock, scheduler: Scheduler, fire: (event: Event) => void) {
    this.#clock = clock
    this.#scheduler = scheduler
    this.#fire = fire
  }

  get size(): number {
    return this.#deadlines.size
  }

  has(key: string): boolean {
    return this.#deadlines.has(key)
  }

  schedule(key: string, delayMs: number, event: Event): void {
    const dueAt = this.#clock.monotonic() + delayMs
    const known = this.#deadlines.get(key)
    if (known !== undefined && known.firesAt <= dueAt) {
      known.dueAt = dueAt
      known.event = event
      return
    }
    known?.timer.cancel()
    this.#deadlines.set(key, { dueAt, event, firesAt: dueAt, timer: this.#start(key, delayMs) })
  }

  cancel(key: string): void {
    this.#deadlines.get(key)?.timer.cancel()
    this.#deadlines.delete(key)
  }

  [Symbol.dispose](): void {
    for (const deadline of this.#deadlines.values()) deadline.timer.cancel()
    this.#deadlines.clear()
  }

  #start(key: string, delayMs: number): Timer {
    return this.#scheduler.after(delayMs, () => this.#expired(key))
  }

  #expired(key: string): void {
    const deadline = this.#deadlines.get(key)
    if (deadline === undefined) return
    const restMs = deadline.dueAt - this.#clock.monotonic()
    if (restMs > 0) {
      deadline.firesAt = deadline.dueAt
      deadline.timer = this.#start(key, restMs)
      return
    }
    this.#deadlines.delete(key)
    this.#fire(deadline.event)
  }
}
