import type { Metrics } from '../../telemetry/metrics.ts'
import type { Gauge, Counter, Histogram } from '../../telemetry/instruments.ts'

/** Label of what no route answers; paths are the caller's, and must not become labels. */
export const NO_ROUTE = 'none'

/** The instruments of the HTTP server. */
export class HttpMetrics {
  readonly #metrics: Metrics
  readonly connections: Gauge
  readonly accepted: Counter
  readonly active: Gauge

  constructor(metrics: Metrics) {
    this.#metrics = metrics
    this.connections = metrics.gauge('chronik_connections_active', { listener: 'http' })
    this.accepted = metrics.counter('chronik_connections_total', { listener: 'http' })
    this.active = metrics.gauge('chronik_http_requests_active')
  }

  rejected(reason: string): void {
    this.#metrics.counter('chronik_connections_rejected_total', { listener: 'http', reason }).add(1)
  }

  /** `route` is the pattern of the route, `ms` the time until the answer was sent. */
  answered(method: string, route: string, status: number, ms: number): void {
    this.#metrics.counter('chronik_http_requests_total', { method, route, status: String(status) }).add(1)
    this.#seconds(route).observe(ms)
  }

  #seconds(route: string): Histogram {
    return this.#metrics.histogram('chronik_http_request_seconds', { route })
  }
}
