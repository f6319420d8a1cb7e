import type { PartitionLog } from '../log/partition-log.ts'
import type { RequestContext } from './handler.ts'

/**
 * Waits until one of the logs has moved, the time is over, or the client is gone. Whoever waits looks again afterwards: a move that
 * is too small to answer is simply waited on again. All moves of one group commit wake a waiter once.
 */
export function waitForData(
  logs: readonly PartitionLog[],
  timeoutMs: number,
  context: Pick<RequestContext, 'broker' | 'gone'>,
): Promise<void> {
  const { env, brokerMetrics } = context.broker
  return new Promise((resolve) => {
    const done = (): void => {
      timer.cancel()
      context.gone.removeEventListener('abort', done)
      for (const stop of watches) stop()
      brokerMetrics.waitingFetches.add(-1)
      resolve()
    }
    brokerMetrics.waitingFetches.add(1)
    const timer = env.scheduler.after(timeoutMs, done)
    const watches = logs.map((log) => log.watch(done))
    context.gone.addEventListener('abort', done, { once: true })
  })
}
