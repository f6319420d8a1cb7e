import { type Consumer, type Message, Producer } from '@platformatic/kafka'
import { CommittedInput } from './committed-input.ts'
import { encodeValue, type ReadRecord } from './history-client.ts'
import {
  type TransactionClient,
  type TransactionSession,
  transactionTimeoutMs,
} from './transaction-client.ts'

type Transaction = Awaited<ReturnType<Producer['beginTransaction']>>

/** @platformatic/kafka; offsets are committed for a group without members. */
export const platformaticTransactions: TransactionClient = {
  name: 'platformatic',
  async open(options) {
    const producer = new Producer({
      bootstrapBrokers: [`127.0.0.1:${options.port}`],
      clientId: 'checker-platformatic',
      retries: 20,
      retryDelay: 200,
      idempotent: true,
      transactionalId: options.transactionalId,
      // That of its transactions as well.
      timeout: transactionTimeoutMs,
    })
    try {
      // Left to itself it says to be producer 0, which only the first instance of an id can be.
      const first = await producer.beginTransaction({ producerId: -1n, producerEpoch: -1 })
      await first.cancel()
      return new PlatformaticSession(producer, await CommittedInput.open(options), options.groupId)
    } catch (error) {
      await producer.close()
      throw error
    }
  },
}

class PlatformaticSession implements TransactionSession {
  readonly pause = null
  readonly #producer: Producer
  readonly #input: CommittedInput
  readonly #groupId: string
  #transaction: Transaction | null = null

  constructor(producer: Producer, input: CommittedInput, groupId: string) {
    this.#producer = producer
    this.#input = input
    this.#groupId = groupId
  }

  async begin(): Promise<void> {
    this.#transaction = await this.#producer.beginTransaction()
  }

  async send(
    topic: string,
    partition: number,
    values: readonly number[],
  ): Promise<readonly (number | null)[]> {
    const messages = values.map((value) => ({ topic, partition, value: encodeValue(value) }))
    const { offsets } = await this.#open().send({ messages })
    const base = Number(offsets?.[0]?.offset ?? -1n)
    return values.map((_, index) => (base < 0 ? null : base + index))
  }

  poll(): Promise<readonly ReadRecord[]> {
    return this.#input.poll()
  }

  async sendOffsets(): Promise<void> {
    const transaction = this.#open()
    const coordinatorId = 1
    const consumer = { groupId: this.#groupId, generationId: -1, memberId: '', coordinatorId }
    // This is all that it looks at of a consumer and of a message.
    await transaction.addConsumer(consumer as Consumer)
    // Calls under way at once are taken for one and the same by this client.
    for (const { topic, partition, offset } of this.#input.positions) {
      const message = { topic, partition, offset: BigInt(offset - 1), metadata: { consumer } }
      await transaction.addOffset(message as unknown as Message)
    }
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
    await this.#producer.close()
  }

  #open(): Transaction {
    if (this.#transaction === null) throw new Error('no transaction has begun')
    return this.#transaction
  }
}
