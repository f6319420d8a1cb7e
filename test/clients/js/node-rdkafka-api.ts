/** What the scenarios use of node-rdkafka 3.6. The package is installed beside the repository, so its own types are not at hand. */
export interface NodeRdKafka {
  readonly Producer: new (config: object, topicConfig: object) => RdProducer
  readonly KafkaConsumer: new (config: object, topicConfig: object) => RdConsumer
  readonly AdminClient: { create(config: object): RdAdmin }
}

export type Callback<T = void> = (error: Error | null | undefined, result: T) => void

export interface RdClient {
  connect(options: { timeout: number }, done: Callback<unknown>): void
  disconnect(done: () => void): void
  getMetadata(options: { timeout: number }, done: Callback<{ topics: readonly { name: string }[] }>): void
}

export interface RdProducer extends RdClient {
  produce(
    topic: string,
    partition: number,
    value: Buffer | null,
    key: Buffer | null,
    timestamp: number,
    opaque: undefined,
    headers: readonly Record<string, Buffer>[],
  ): void
  flush(timeoutMs: number, done: Callback): void
}

export interface TopicPartitionOffset {
  readonly topic: string
  readonly partition: number
  readonly offset?: number
}

export interface RdMessage {
  readonly partition: number
  readonly offset: number
  readonly timestamp?: number
  readonly key?: Buffer | null
  readonly value: Buffer | null
  readonly headers?: readonly Record<string, Buffer>[]
}

export interface RdConsumer extends RdClient {
  on(event: 'data', listener: (message: RdMessage) => void): void
  subscribe(topics: readonly string[]): void
  consume(): void
  assignments(): readonly TopicPartitionOffset[]
  commitSync(position: TopicPartitionOffset): void
  committed(
    partitions: readonly TopicPartitionOffset[],
    timeoutMs: number,
    done: Callback<readonly TopicPartitionOffset[]>,
  ): void
  offsetsForTimes(
    times: readonly TopicPartitionOffset[],
    timeoutMs: number,
    done: Callback<readonly TopicPartitionOffset[]>,
  ): void
  queryWatermarkOffsets(
    topic: string,
    partition: number,
    timeoutMs: number,
    done: Callback<{ highOffset: number }>,
  ): void
}

export interface RdAdmin {
  createTopic(
    topic: { topic: string; num_partitions: number; replication_factor: number },
    timeoutMs: number,
    done: Callback,
  ): void
  deleteTopic(topic: string, timeoutMs: number, done: Callback): void
  disconnect(): void
}
