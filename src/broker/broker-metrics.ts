import { apiTable } from '../protocol/api-keys.ts'
import { errorNameOf } from '../protocol/errors.ts'
import type { Counter, Gauge, Histogram } from '../telemetry/instruments.ts'
import type { Metrics } from '../telemetry/metrics.ts'

export interface ApiMetrics {
  readonly requests: Counter
  /** Milliseconds from the last byte of the request to the last byte of the response. */
  readonly total: Histogram
  /** From there until the handler starts, in the handler, until the answer is known, until it is sent. */
  readonly queue: Histogram
  readonly local: Histogram
  readonly remote: Histogram
  readonly send: Histogram
}

export interface TopicMetrics {
  readonly receivedBytes: Counter
  readonly receivedRecords: Counter
  readonly receivedBatches: Counter
  readonly sentBytes: Counter
  readonly fetches: Counter
}

const softwareNamesMax = 32

/** The instruments of the request path, resolved once. */
export class BrokerMetrics {
  readonly #metrics: Metrics
  readonly #apis: (ApiMetrics | undefined)[] = []
  readonly #topics = new Map<string, TopicMetrics>()
  readonly #software = new Set<string>()
  readonly active: Gauge
  readonly accepted: Counter
  readonly received: Counter
  readonly sent: Counter
  readonly pending: Gauge
  readonly requestMemory: Gauge
  readonly waitingFetches: Gauge
  readonly handshakeFailures: Counter
  readonly #listener: string

  constructor(metrics: Metrics, listener: string) {
    this.#metrics = metrics
    this.#listener = listener
    this.active = metrics.gauge('chronik_connections_active', { listener })
    this.accepted = metrics.counter('chronik_connections_total', { listener })
    this.received = metrics.counter('chronik_received_bytes_total', { listener })
    this.sent = metrics.counter('chronik_sent_bytes_total', { listener })
    this.pending = metrics.gauge('chronik_requests_pending')
    this.requestMemory = metrics.gauge('chronik_request_memory_bytes')
    this.waitingFetches = metrics.gauge('chronik_purgatory_waiting', { kind: 'fetch' })
    this.handshakeFailures = metrics.counter('chronik_tls_handshake_failures_total', { listener })
    for (const api of apiTable) {
      const name = { api: api.name }
      this.#apis[api.key] = {
        requests: metrics.counter('chronik_requests_total', name),
        total: metrics.histogram('chronik_request_seconds', name),
        queue: metrics.histogram('chronik_request_phase_seconds', { ...name, phase: 'queue' }),
        local: metrics.histogram('chronik_request_phase_seconds', { ...name, phase: 'local' }),
        remote: metrics.histogram('chronik_request_phase_seconds', { ...name, phase: 'remote' }),
        send: metrics.histogram('chronik_request_phase_seconds', { ...name, phase: 'send' }),
      }
    }
  }

  api(key: number): ApiMetrics {
    const found = this.#apis[key]
    if (found === undefined) throw new Error(`there is no API with key ${key}`)
    return found
  }

  /** Requests of one version of an API by one kind of client. Clients name themselves, so only so many names are told apart. */
  apiVersion(key: number, version: number, software: string): Counter {
    if (this.#software.size < softwareNamesMax) this.#software.add(software)
    const api = apiTable.find((each) => each.key === key)?.name ?? String(key)
    return this.#metrics.counter('chronik_api_version_requests_total', {
      api,
      version: String(version),
      software: this.#software.has(software) ? software : 'other',
    })
  }

  topic(topic: string): TopicMetrics {
    let found = this.#topics.get(topic)
    if (found === undefined) {
      const metrics = this.#metrics
      found = {
        receivedBytes: metrics.counter('chronik_topic_received_bytes_total', { topic }),
        receivedRecords: metrics.counter('chronik_topic_received_records_total', { topic }),
        receivedBatches: metrics.counter('chronik_topic_received_batches_total', { topic }),
        sentBytes: metrics.counter('chronik_topic_sent_bytes_total', { topic }),
        fetches: metrics.counter('chronik_topic_fetches_total', { topic }),
      }
      this.#topics.set(topic, found)
    }
    return found
  }

  forgetTopic(topic: string): void {
    this.#topics.delete(topic)
    for (const name of topicMetricNames) this.#metrics.remove(name, { topic })
  }

  rejectedBatch(topic: string, code: number): void {
    this.#metrics.counter('chronik_topic_rejected_batches_total', { topic, error: errorNameOf(code) }).add(1)
  }

  error(api: string, code: number): void {
    this.#metrics.counter('chronik_request_errors_total', { api, error: errorNameOf(code) }).add(1)
  }

  rejected(reason: string): void {
    this.#metrics.counter('chronik_connections_rejected_total', { listener: this.#listener, reason }).add(1)
  }

  closed(reason: string): void {
    this.#metrics.counter('chronik_connections_closed_total', { listener: this.#listener, reason }).add(1)
  }

  frameError(reason: string): void {
    this.#metrics.counter('chronik_frame_errors_total', { reason }).add(1)
  }

  backpressure(reason: string): void {
    this.#metrics.counter('chronik_backpressure_total', { reason }).add(1)
  }
}

const topicMetricNames = [
  'chronik_topic_received_bytes_total',
  'chronik_topic_received_records_total',
  'chronik_topic_received_batches_total',
  'chronik_topic_sent_bytes_total',
  'chronik_topic_fetches_total',
] as const
