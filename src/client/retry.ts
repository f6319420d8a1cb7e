import type { Env } from '../env/env.ts'
import { KafkaError } from '../protocol/errors.ts'
import type { ClientOptions } from './client-options.ts'

export function sleep(env: Env, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    env.scheduler.after(delayMs, resolve)
  })
}

/** Pause before attempt `attempt + 1`: it doubles up to the limit, and a random fifth keeps clients from marching in step. */
export function backoffMs(env: Env, options: ClientOptions, attempt: number): number {
  const full = Math.min(options.retryBackoffMs * 2 ** Math.min(attempt, 20), options.retryBackoffMaxMs)
  return full * (1 - env.random.below(1000) / 5000)
}

/**
 * Calls `attempt` until it succeeds, fails for good, or `retryTimeoutMs` have passed; then the last error is thrown.
 * `isRetriable` says which errors are worth another attempt.
 */
export async function withRetries<T>(
  env: Env,
  options: ClientOptions,
  attempt: (count: number) => Promise<T>,
  isRetriable: (error: KafkaError) => boolean,
): Promise<T> {
  const deadline = env.clock.monotonic() + options.retryTimeoutMs
  for (let count = 0; ; count++) {
    try {
      return await attempt(count)
    } catch (error) {
      if (!(error instanceof KafkaError) || !isRetriable(error)) throw error
      const pause = backoffMs(env, options, count)
      if (env.clock.monotonic() + pause > deadline) throw error
      await sleep(env, pause)
    }
  }
}
