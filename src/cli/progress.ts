import type { Env } from '../env/env.ts'
import type { Timer } from '../env/scheduler.ts'

const FIRST_AFTER_MS = 1000
const PERIOD_MS = 250

/**
 * A line on stderr that says how a long load gets on. It shows after a second, on a terminal only, and is wiped out at the end so
 * that nothing of it stays between other output.
 */
export class Progress implements Disposable {
  readonly #env: Env
  readonly #startedMs: number
  readonly #timer: Timer | null
  readonly #totalBytes: number | null
  #shown = false
  records = 0
  bytes = 0

  constructor(env: Env, totalBytes: number | null, shown: boolean = process.stderr.isTTY) {
    this.#env = env
    this.#totalBytes = totalBytes
    this.#startedMs = env.clock.monotonic()
    this.#timer = shown ? env.scheduler.every(PERIOD_MS, () => this.#show()) : null
  }

  /** `records, bytes, rate`, and how far it is when the total is known. */
  summary(): string {
    const seconds = Math.max((this.#env.clock.monotonic() - this.#startedMs) / 1000, 0.001)
    const rate = `${Math.round(this.records / seconds)} records/s`
    const done = this.#totalBytes === null || this.#totalBytes === 0 ? null : this.bytes / this.#totalBytes
    const percent = done === null ? '' : `, ${Math.min(100, Math.floor(done * 100))} %`
    return `${this.records} records, ${formatBytes(this.bytes)} in ${seconds.toFixed(1)} s, ${rate}${percent}`
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel()
    if (this.#shown) process.stderr.write('\r\u001b[K')
    this.#shown = false
  }

  #show(): void {
    if (this.#env.clock.monotonic() - this.#startedMs < FIRST_AFTER_MS) return
    this.#shown = true
    process.stderr.write(`\r\u001b[K${this.summary()}`)
  }
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`
}
