import type { Scheduler } from '../env/scheduler.ts'
import type { LogManager } from '../log/log-manager.ts'
import type { Gauge } from '../telemetry/instruments.ts'
import { BufferPool } from '../util/buffer-pool.ts'

const recheckMs = 2
/** Frames above this are large: they may have most of the memory, but never all of it. */
const largeBytes = 1 << 20
const largeShare = 3 / 4

/**
 * The memory of requests: frames being received, frames that wait, and appended batches that are not durable yet. When it is used
 * up connections are not read; they go on as soon as there is room. A part of it is out of reach for large frames in the making,
 * because a client that announces them and sends nothing would hold everybody else up.
 */
export class RequestMemory {
  readonly frames = new BufferPool(32 << 20)
  readonly #limit: number
  readonly #logs: Pick<LogManager, 'committer' | 'backlogged'>
  readonly #scheduler: Scheduler
  readonly #gauge: Pick<Gauge, 'set'>
  #used = 0
  /** The part of it that large frames in the making have. */
  #large = 0
  readonly #waiters = { small: new Set<() => void>(), large: new Set<() => void>() }
  #checking = false

  constructor(
    limit: number,
    logs: Pick<LogManager, 'committer' | 'backlogged'>,
    scheduler: Scheduler,
    gauge: Pick<Gauge, 'set'>,
  ) {
    this.#limit = limit
    this.#logs = logs
    this.#scheduler = scheduler
    this.#gauge = gauge
  }

  add(bytes: number): void {
    this.#used += bytes
    this.#gauge.set(this.#used)
  }

  /** As `add`, for the buffer of a frame in the making. */
  addFrame(bytes: number): void {
    if (Math.abs(bytes) > largeBytes) this.#large += bytes
    this.add(bytes)
  }

  get exhausted(): boolean {
    const large = Math.min(this.#large, this.#limit * largeShare)
    const others = this.#used - this.#large + this.#logs.committer.pendingBytes
    return others > this.#limit - large || this.#logs.backlogged
  }

  /** Whether a frame of this size may take its memory now; the limit may be passed by one frame. */
  admits(frameBytes: number): boolean {
    return !this.exhausted && (frameBytes <= largeBytes || this.#large < this.#limit * largeShare)
  }

  /** Calls back once, when there may be room again for a frame of so many bytes. */
  whenFree(frameBytes: number, resume: () => void): void {
    const waiters = frameBytes > largeBytes ? this.#waiters.large : this.#waiters.small
    waiters.add(resume)
    this.#checkLater()
  }

  #checkLater(): void {
    if (this.#checking) return
    this.#checking = true
    this.#scheduler.after(recheckMs, () => this.#check())
  }

  /** Each that goes on may take memory, so the next one goes on only while there is still some. */
  #check(): void {
    this.#checking = false
    const { small, large } = this.#waiters
    this.#wake(small, 0)
    this.#wake(large, largeBytes + 1)
    if (small.size + large.size > 0) this.#checkLater()
  }

  #wake(waiters: Set<() => void>, frameBytes: number): void {
    for (const resume of [...waiters]) {
      if (!this.admits(frameBytes)) return
      waiters.delete(resume)
      resume()
    }
  }
}
