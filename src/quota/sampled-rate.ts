/** How long quotas look back: so many windows of so many milliseconds (quota.window.num, quota.window.size.seconds). */
export interface QuotaWindows {
  readonly count: number
  readonly sizeMs: number
}

/** What was used per second over the last windows, the current one included (Kafka: Rate over SampledStat). */
export class SampledRate {
  readonly #windows: QuotaWindows
  readonly #amounts: Float64Array
  /** Number of the newest window, counted from the epoch of the clock. */
  #newest = -1
  #oldest = -1

  constructor(windows: QuotaWindows) {
    this.#windows = windows
    this.#amounts = new Float64Array(windows.count)
  }

  record(amount: number, now: number): void {
    this.#advance(now)
    const place = this.#newest % this.#windows.count
    this.#amounts[place] = (this.#amounts[place] ?? 0) + amount
  }

  /**
   * How long to pause so that the rate falls to the limit. A rate that has only just begun counts as if all windows but the
   * current one had been there, so that a short burst is spread over them.
   */
  throttleMs(limit: number, now: number): number {
    this.#advance(now)
    const { count, sizeMs } = this.#windows
    const elapsedMs = Math.max(now - this.#oldest * sizeMs, (count - 1) * sizeMs)
    const used = this.#amounts.reduce((sum, amount) => sum + amount, 0)
    const rate = used / (elapsedMs / 1_000)
    return rate <= limit ? 0 : Math.round(((rate - limit) / limit) * elapsedMs)
  }

  /** Empties the windows that have come since the last use. */
  #advance(now: number): void {
    const { count, sizeMs } = this.#windows
    const current = Math.floor(now / sizeMs)
    if (this.#newest === -1 || current - this.#newest >= count) {
      this.#amounts.fill(0)
      this.#oldest = current
    } else {
      for (let window = this.#newest + 1; window <= current; window++) this.#amounts[window % count] = 0
      this.#oldest = Math.max(this.#oldest, current - count + 1)
    }
    this.#newest = Math.max(this.#newest, current)
  }
}
