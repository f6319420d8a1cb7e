import type { Scheduler } from '../env/scheduler.ts'
import { KafkaError } from '../protocol/errors.ts'

/**
 * The result of the work if it comes within `timeoutMs`. The work itself goes on: a client that gave up waiting may find it done.
 * @throws KafkaError REQUEST_TIMED_OUT
 */
export async function within<T>(scheduler: Scheduler, timeoutMs: number, work: Promise<T>): Promise<T> {
  const expired = Promise.withResolvers<never>()
  const timer = scheduler.after(Math.max(timeoutMs, 0), () => {
    expired.reject(
      new KafkaError(
        'REQUEST_TIMED_OUT',
        `not done within the request's timeout of ${timeoutMs} ms; it may still be done`,
      ),
    )
  })
  try {
    return await Promise.race([work, expired.promise])
  } finally {
    timer.cancel()
  }
}
