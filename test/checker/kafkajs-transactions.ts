import kafkajs from 'kafkajs'
import { CommittedInput } from './committed-input.ts'
import { encodeValue, type ReadRecord } from './history-client.ts'
import {
  type TransactionClient,
  type TransactionSession,
  transactionTimeoutMs,
} from './transaction-client.ts'

const { Kafka, logLevel } = kafkajs

/** kafkajs: transactions of the first protocol version, offsets without generation. */
export const kafkajsTransactions: TransactionClient = {
  name: 'kafkajs',
  async open(options) {
    const { port, transactionalId } = options
    const kafka = new Kafka({
      brokers: [`127.0.0.1:${port}`],
      clientId: 'checker-kafkajs',
      logLevel: logLevel.NOTHING,
      connectionTimeout: 2000,
      requestTimeout: 5000,
      retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 12 },
    })
    const producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      transactionalId,
      transactionTimeout: transactionTimeoutMs,
    })
    try {
      await producer.connect()
      // The first transaction initializes the producer; that is to be done before offsets are fetched.
      await (await producer.transaction()).abort()
      return new KafkajsSession(producer, await CommittedInput.open(options), options.groupId)
    } catch (error) {
      await producer.disconnect()
      throw error
    }
  },
}

class KafkajsSession implements TransactionSession {
  readonly pause = null
  readonly #producer: kafkajs.Producer
  readonly #input: CommittedInput
  readonly #groupId: string
  #transaction: kafkajs.Transaction | null = null

  constructor(producer: kafkajs.Producer, input: CommittedInput, groupId: string) {
    this.#producer = producer
    this.#input = input
    this.#groupId = groupId
  }

  async begin(): Promise<void> {
    this.#transaction = await this.#producer.transaction()
  }

  async send(
    topic: string,
    partition: number,
    values: readonly number[],
  ): Promise<readonly (number | null)[]> {
    const messages = values.map((value) => ({ partition, value: encodeValue(value) }))
    const [answer] = await this.#open().send({ topic, acks: -1, messages })
    const base = Number(answer?.baseOffset ?? -1)
    return values.map((_, index) => (base < 0 ? null : base + index))
  }

  poll(): Promise<readonly ReadRecord[]> {
    return this.#input.poll()
  }

  async sendOffsets(): Promise<void> {
    const topics = new Map<string, { partition: number; offset: string }[]>()
    for (const { topic, partition, offset } of this.#input.positions)
      topics.set(topic, [...(topics.get(topic) ?? []), { partition, offset: String(offset) }])
    await this.#open().sendOffsets({
      consumerGroupId: this.#groupId,
      topics: [...topics].map(([topic, partitions]) => ({ topic, partitions })),
    })
  }

  async commit(): Promise<void> {
    await this.#open().commit()
    this.#input.committed()
  }

  async abort(): Promise<void> {
    await this.#open().abort()
    this.#input.aborted()
  }

  releaseConsumer(): Promise<void> {
    return this.#input[Symbol.asyncDispose]()
  }

  /** What is open stays open. */
  crash(): Promise<void> {
    return this.close()
  }

  async close(): Promise<void> {
    await this.releaseConsumer()
    await this.#producer.disconnect()
  }

  #open(): kafkajs.Transaction {
    if (this.#transaction === null) throw new Error('no transaction has begun')
    return this.#transaction
  }
}
