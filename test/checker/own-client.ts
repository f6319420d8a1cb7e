import { ClusterClient } from '../../src/client/cluster-client.ts'
import { Consumer } from '../../src/client/consumer.ts'
import { Producer } from '../../src/client/producer.ts'
import { nodeEnv } from '../../src/env/node/env.ts'
import { decodeValue, encodeValue, type HistoryClient, keyOf } from './history-client.ts'

const env = nodeEnv()

function connect(port: number): ClusterClient {
  return new ClusterClient(env, [{ host: '127.0.0.1', port }], {
    clientId: 'checker',
    requestTimeoutMs: 10_000,
    retryTimeoutMs: 15_000,
  })
}

/** Chronik's own client; its consumer has its partitions by itself, without a group. */
export const ownClient: HistoryClient = {
  name: 'own',
  async producer(port) {
    const client = connect(port)
    const producer = new Producer(client, { lingerMs: 0, deliveryTimeoutMs: 15_000 })
    return {
      async send(topic, partition, values) {
        const enqueued = []
        for (const value of values)
          enqueued.push(await producer.enqueue({ topic, partition, key: null, value: encodeValue(value) }))
        const places = await Promise.all(enqueued.map(({ acknowledged }) => acknowledged))
        return places.map(({ offset }) => (offset < 0 ? null : offset))
      },
      async close() {
        await client[Symbol.asyncDispose]()
      },
    }
  },
  async consumer({ port, topics, partitions, readCommitted }, delivery) {
    const client = connect(port)
    const consumer = new Consumer(client, { maxWaitMs: 200, readCommitted })
    for (const topic of topics)
      for (let partition = 0; partition < partitions; partition++) consumer.seek(topic, partition, 0)
    delivery.moved('assign')
    const closing = new AbortController()
    const reading = (async () => {
      while (!closing.signal.aborted) {
        const { records } = await consumer.poll()
        delivery.read(
          records.map(({ batch, offset, value }) => ({
            key: keyOf(batch.topic, batch.partition),
            offset,
            value: decodeValue(value),
          })),
        )
      }
    })().catch((error: unknown) => {
      if (!closing.signal.aborted) delivery.failed(error)
    })
    return {
      async close() {
        closing.abort()
        await client[Symbol.asyncDispose]()
        await reading
      },
    }
  },
}
