/** A record that a consumer was given. */
export interface ReadRecord {
  readonly key: string
  readonly offset: number
  readonly value: number
}

export interface Delivery {
  /** Records in the order in which the client handed them out. */
  readonly read: (records: readonly ReadRecord[]) => void
  /** The positions are new: what comes next has no predecessor. */
  readonly moved: (how: 'assign' | 'subscribe') => void
  /** The client gave up; it is replaced. */
  readonly failed: (error: unknown) => void
}

export interface HistoryProducer {
  /** Offsets of the values, null where the broker did not say. Rejects when it is not known what happened to them. */
  send(topic: string, partition: number, values: readonly number[]): Promise<readonly (number | null)[]>
  close(): Promise<void>
}

export interface HistoryConsumer {
  close(): Promise<void>
}

export interface Subscription {
  readonly port: number
  readonly topics: readonly string[]
  readonly partitions: number
  readonly groupId: string
  /** Hides what is not committed. */
  readonly readCommitted: boolean
}

/** A Kafka client, as a history is made with it. All are idempotent producers and read from the beginning. */
export interface HistoryClient {
  readonly name: string
  producer(port: number): Promise<HistoryProducer>
  consumer(subscription: Subscription, delivery: Delivery): Promise<HistoryConsumer>
}

export function keyOf(topic: string, partition: number): string {
  return `${topic}-${partition}`
}

export function encodeValue(value: number): Buffer {
  return Buffer.from(`value ${value} ${'.'.repeat(value % 300)}`)
}

export function decodeValue(bytes: Buffer | null): number {
  const match = /^value (\d+) (\.*)$/.exec(bytes?.toString('latin1') ?? '')
  const value = Number(match?.[1] ?? -1)
  return value >= 0 && match?.[2]?.length === value % 300 ? value : -1
}
