import type { Clock } from '../clock.ts'
import type { Kernel } from './kernel.ts'

/** Where the wall clock of a simulation begins: 2026-01-01T00:00:00Z. */
const epochMs = 1_767_225_600_000

/** One machine's clock. The monotonic part is the kernel's time, the wall clock can be moved. */
export class SimClock implements Clock {
  readonly #kernel: Kernel
  #offsetMs = 0

  constructor(kernel: Kernel) {
    this.#kernel = kernel
  }

  now(): number {
    return Math.floor(epochMs + this.#offsetMs + this.#kernel.nowMs)
  }

  monotonic(): number {
    return this.#kernel.nowMs
  }

  /** Moves the wall clock, forward or back, as an administrator or NTP does. */
  jump(byMs: number): void {
    this.#offsetMs += byMs
  }
}
