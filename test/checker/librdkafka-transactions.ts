import { join } from 'node:path'
import { decodeValue, encodeValue, keyOf, type ReadRecord } from './history-client.ts'
import { LineProcess } from './line-process.ts'
import {
  PartitionsMovedError,
  type TransactionClient,
  type TransactionSession,
  transactionTimeoutMs,
} from './transaction-client.ts'

type Mode = 'assign' | 'subscribe'

/**
 * confluent-kafka, which is librdkafka, in a process of its own, so that it can be killed and stopped. `assign`: it has all partitions
 * by itself; `subscribe`: it shares a group, and offsets are committed with its generation.
 */
export function librdkafkaTransactions(python: string, mode: Mode): TransactionClient {
  return {
    name: `librdkafka-${mode}`,
    async open({ port, transactionalId, groupId, topics, partitions, moved }) {
      const client = new LineProcess(python, [join(import.meta.dirname, 'librdkafka_transactions.py')])
      try {
        await client.ask('open', {
          bootstrap: `127.0.0.1:${port}`,
          transactionalId,
          groupId,
          topics,
          partitions,
          mode,
          timeoutMs: transactionTimeoutMs,
        })
      } catch (error) {
        await client.kill()
        throw error
      }
      moved(mode)
      return new LibrdkafkaSession(client, () => moved(mode))
    },
  }
}

interface Polled {
  readonly records: readonly (readonly [topic: string, partition: number, offset: number, value: string])[]
  readonly moved: number
}

class LibrdkafkaSession implements TransactionSession {
  readonly #client: LineProcess
  readonly #moved: () => void
  #polled = false

  constructor(client: LineProcess, moved: () => void) {
    this.#client = client
    this.#moved = moved
  }

  readonly pause = (ms: number): Promise<void> => this.#client.pause(ms)

  begin(): Promise<void> {
    this.#polled = false
    return this.#client.ask('begin')
  }

  send(topic: string, partition: number, values: readonly number[]): Promise<readonly (number | null)[]> {
    const texts = values.map((value) => encodeValue(value).toString('latin1'))
    return this.#client.ask('send', { topic, partition, values: texts })
  }

  async poll(): Promise<readonly ReadRecord[]> {
    const { records, moved } = await this.#client.ask<Polled>('poll')
    this.#polled ||= records.length > 0
    if (moved > 0) {
      this.#moved()
      // As a program does that is told so: what it has polled may be somebody else's by now.
      if (this.#polled) throw new PartitionsMovedError()
    }
    return records.map(([topic, partition, offset, value]) => ({
      key: keyOf(topic, partition),
      offset,
      value: decodeValue(Buffer.from(value, 'latin1')),
    }))
  }

  sendOffsets(): Promise<void> {
    return this.#client.ask('send_offsets')
  }

  commit(): Promise<void> {
    return this.#client.ask('commit')
  }

  abort(): Promise<void> {
    return this.#client.ask('abort')
  }

  releaseConsumer(): Promise<void> {
    return this.#client.ask('release_consumer')
  }

  crash(): Promise<void> {
    return this.#client.kill()
  }

  async close(): Promise<void> {
    try {
      await this.releaseConsumer()
    } finally {
      await this.#client.kill()
    }
  }
}
