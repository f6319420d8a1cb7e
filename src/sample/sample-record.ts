export const EVENTS_TOPIC = 'shop-events'
export const LOGS_TOPIC = 'shop-logs'
export const sampleTopics = [EVENTS_TOPIC, LOGS_TOPIC] as const

export interface SampleRecord {
  readonly topic: string
  readonly key: string
  readonly value: string
  readonly headers: readonly { readonly key: string; readonly value: string }[]
  /** Milliseconds since 1970. */
  readonly timestamp: number
}
