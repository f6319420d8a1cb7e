import type { QuotaWindows } from './sampled-rate.ts'

/**
 * Tokens that come back at the rate of the quota, at most as many as come in all windows (KIP-599; Kafka: TokenBucket). Any amount
 * can be taken while there is a token; then it has to be waited until the debt is paid.
 */
export class TokenBucket {
  readonly #windows: QuotaWindows
  #tokens: number | null = null
  #updatedAt = 0

  constructor(windows: QuotaWindows) {
    this.#windows = windows
  }

  /** Whether nothing may be taken now. */
  exhausted(rate: number, now: number): boolean {
    return this.#refill(rate, now) < 0
  }

  take(amount: number, rate: number, now: number): void {
    this.#tokens = this.#refill(rate, now) - amount
  }

  /** How long until the debt is paid. */
  throttleMs(rate: number, now: number): number {
    const tokens = this.#refill(rate, now)
    return tokens >= 0 ? 0 : Math.round((-tokens / rate) * 1_000)
  }

  #refill(rate: number, now: number): number {
    const burst = (rate * this.#windows.count * this.#windows.sizeMs) / 1_000
    const tokens =
      this.#tokens === null ? burst : Math.min(burst, this.#tokens + (rate * (now - this.#updatedAt)) / 1_000)
    this.#tokens = tokens
    this.#updatedAt = now
    return tokens
  }
}
