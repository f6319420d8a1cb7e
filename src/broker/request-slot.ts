import type { ApiMetrics } from './broker-metrics.ts'

/** The place of one request in the order of answers of its connection. */
export interface RequestSlot {
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  readonly metrics: ApiMetrics
  readonly receivedAt: number
  handledAt: number
  answeredAt: number
  /** Null while there is no answer; an empty list answers nothing. */
  buffers: Buffer[] | null
  /** The answer for a request that waited too long; null when it may wait as long as it likes, as a long poll does. */
  expired: (() => object | null) | null
  /** Called when the answer has left or never will. */
  releases: (() => void)[] | null
}
