import type { Broker } from '../../broker/broker.ts'
import type { CounterName } from '../../telemetry/metrics.ts'

/** What the server did within one period: rates per second, and the lag at its end. */
export interface ActivitySample {
  readonly time: number
  readonly recordsIn: number
  readonly bytesIn: number
  readonly bytesOut: number
  readonly errors: number
  readonly lag: number
}

export const ACTIVITY_PERIOD_MS = 2000
/** A quarter of an hour. */
const SAMPLES_MAX = 450

const counters = {
  recordsIn: 'chronik_topic_received_records_total',
  bytesIn: 'chronik_topic_received_bytes_total',
  bytesOut: 'chronik_topic_sent_bytes_total',
  errors: 'chronik_request_errors_total',
} as const satisfies Record<string, CounterName>

interface Totals {
  readonly at: number
  readonly values: Readonly<Record<keyof typeof counters, number>>
}

/**
 * The last quarter of an hour in a few numbers, so that somebody who opens the console sees how it was and not only how it is. It
 * begins with the first HTTP request; monitoring has its own memory and reads /metrics.
 */
export class Activity implements Disposable {
  readonly #broker: Broker
  readonly #samples: ActivitySample[] = []
  readonly #timer: { cancel(): void }
  #last: Totals

  constructor(broker: Broker) {
    this.#broker = broker
    this.#last = totals(broker)
    this.#timer = broker.env.scheduler.every(ACTIVITY_PERIOD_MS, () => this.#sample())
  }

  /** Oldest first. */
  get samples(): readonly ActivitySample[] {
    return this.#samples
  }

  [Symbol.dispose](): void {
    this.#timer.cancel()
  }

  #sample(): void {
    const now = totals(this.#broker)
    const seconds = Math.max(0.001, (now.at - this.#last.at) / 1000)
    // A counter of a topic that was deleted is gone, so a sum may fall.
    const rate = (name: keyof typeof counters): number =>
      Math.max(0, (now.values[name] - this.#last.values[name]) / seconds)
    this.#samples.push({
      time: this.#broker.env.clock.now(),
      recordsIn: rate('recordsIn'),
      bytesIn: rate('bytesIn'),
      bytesOut: rate('bytesOut'),
      errors: rate('errors'),
      lag: lagOf(this.#broker),
    })
    if (this.#samples.length > SAMPLES_MAX) this.#samples.shift()
    this.#last = now
  }
}

function totals({ metrics, env }: Broker): Totals {
  return {
    at: env.clock.monotonic(),
    values: {
      recordsIn: metrics.total(counters.recordsIn),
      bytesIn: metrics.total(counters.bytesIn),
      bytesOut: metrics.total(counters.bytesOut),
      errors: metrics.total(counters.errors),
    },
  }
}

function lagOf({ groups, topics }: Broker): number {
  let sum = 0
  for (const { offsets } of groups.snapshots()) {
    for (const { topic, partition, offset } of offsets) {
      const end = topics.named(topic)?.logs[partition]?.highWatermark
      if (end !== undefined) sum += Math.max(0, end - offset)
    }
  }
  return sum
}
