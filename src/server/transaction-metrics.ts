import type { Broker } from '../broker/broker.ts'
import type { Sample } from '../telemetry/metrics.ts'

/** How many transactional ids are in which state. */
export function sampleTransactions(broker: Broker, sample: Sample): void {
  const counts = new Map<string, number>()
  for (const { state } of broker.transactions.transactions()) counts.set(state, (counts.get(state) ?? 0) + 1)
  for (const [state, count] of counts) sample('chronik_transactional_ids', count, { state })
}
