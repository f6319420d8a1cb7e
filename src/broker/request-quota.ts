import type { ClientQuotas } from '../quota/client-quotas.ts'
import type { BrokerMetrics } from './broker-metrics.ts'

/** Who sends requests as long as nobody says who he is. */
export const ANONYMOUS = 'ANONYMOUS'

const PRODUCE = 0
const FETCH = 1
/** Nobody pauses longer for the time that the server spent, as in Kafka: one window. */
const REQUEST_PAUSE_MAX_MS = 1_000

/** A request that was handled. */
export interface HandledRequest {
  readonly apiKey: number
  readonly clientId: string | null
  readonly requestBytes: number
  readonly responseBytes: number
  /** That the server was busy with it. */
  readonly busyMs: number
}

/** For how long the client must pause after the request: the longest of what its quotas ask for. */
export function requestThrottleMs(
  quotas: ClientQuotas,
  metrics: BrokerMetrics,
  { apiKey, clientId, requestBytes, responseBytes, busyMs }: HandledRequest,
  now: number,
): number {
  const client = { user: ANONYMOUS, clientId: clientId ?? '' }
  const percentage = quotas.throttleMs('request_percentage', client, busyMs / 10, now)
  let throttleMs = Math.min(percentage, REQUEST_PAUSE_MAX_MS)
  if (throttleMs > 0) metrics.throttled('request', throttleMs)
  if (apiKey !== PRODUCE && apiKey !== FETCH) return throttleMs
  const ofBytes =
    apiKey === PRODUCE
      ? quotas.throttleMs('producer_byte_rate', client, requestBytes, now)
      : quotas.throttleMs('consumer_byte_rate', client, responseBytes, now)
  if (ofBytes > 0) metrics.throttled(apiKey === PRODUCE ? 'produce' : 'fetch', ofBytes)
  throttleMs = Math.max(throttleMs, ofBytes)
  return throttleMs
}
