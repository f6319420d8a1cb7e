import { ClusterClient } from '../../src/client/cluster-client.ts'
import { Consumer } from '../../src/client/consumer.ts'
import { fetchCommitted } from '../../src/client/group-offsets.ts'
import { nodeEnv } from '../../src/env/node/env.ts'
import { decodeValue, keyOf, type ReadRecord } from './history-client.ts'
import type { SessionOptions } from './transaction-client.ts'

interface Place {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

const waitMs = 250

/**
 * Reads committed records from where a group stands, without being a member of it, for producers of libraries whose own consumers show
 * what was aborted: kafkajs takes one aborted transaction per record from a list that it believes to be sorted by first offset,
 * @platformatic/kafka remembers one per producer and answer.
 */
export class CommittedInput implements AsyncDisposable {
  readonly #client: ClusterClient
  readonly #consumer: Consumer
  /** Where each partition stood when the transaction began to poll it. */
  readonly #before = new Map<string, Place>()
  /** What comes next in each partition that was polled in the transaction. */
  readonly #next = new Map<string, Place>()

  private constructor(client: ClusterClient) {
    this.#client = client
    this.#consumer = new Consumer(client, {
      readCommitted: true,
      maxWaitMs: waitMs,
      maxPartitionBytes: 16_384,
    })
  }

  /** The producer must have been initialized before: then nothing of the group is open. */
  static async open({ port, groupId, topics, partitions, moved }: SessionOptions): Promise<CommittedInput> {
    const client = new ClusterClient(nodeEnv(), [{ host: '127.0.0.1', port }], {
      clientId: 'checker-input',
      requestTimeoutMs: 10_000,
      retryTimeoutMs: 15_000,
    })
    try {
      const input = new CommittedInput(client)
      const committed = await fetchCommitted(client, groupId)
      const known = new Map(
        committed.map(({ topic, partition, offset }) => [keyOf(topic, partition), offset]),
      )
      for (const topic of topics)
        for (let partition = 0; partition < partitions; partition++)
          input.#consumer.seek(topic, partition, known.get(keyOf(topic, partition)) ?? 0)
      moved('assign')
      return input
    } catch (error) {
      await client[Symbol.asyncDispose]()
      throw error
    }
  }

  async poll(): Promise<readonly ReadRecord[]> {
    const { records } = await this.#consumer.poll()
    return records.map(({ batch: { topic, partition }, offset, value }) => {
      const key = keyOf(topic, partition)
      if (!this.#before.has(key)) this.#before.set(key, { topic, partition, offset })
      this.#next.set(key, { topic, partition, offset: offset + 1 })
      return { key, offset, value: decodeValue(value) }
    })
  }

  /** The offsets to commit with the transaction. */
  get positions(): readonly Place[] {
    return [...this.#next.values()]
  }

  committed(): void {
    this.#before.clear()
    this.#next.clear()
  }

  /** What the transaction has polled comes again. */
  aborted(): void {
    for (const { topic, partition, offset } of this.#before.values())
      this.#consumer.seek(topic, partition, offset)
    this.committed()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]()
  }
}
