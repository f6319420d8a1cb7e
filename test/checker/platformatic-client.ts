import { Consumer, Producer } from '@platformatic/kafka'
import { decodeValue, encodeValue, type HistoryClient, keyOf } from './history-client.ts'

/** @platformatic/kafka; its consumers are members of a group. */
export const platformaticClient: HistoryClient = {
  name: 'platformatic',
  async producer(port) {
    const producer = new Producer({
      bootstrapBrokers: [`127.0.0.1:${port}`],
      clientId: 'checker-platformatic',
      retries: 60,
      retryDelay: 200,
      timeout: 5000,
    })
    return {
      async send(topic, partition, values) {
        const messages = values.map((value) => ({ topic, partition, value: encodeValue(value) }))
        const { offsets } = await producer.send({ messages, acks: -1, idempotent: true })
        const base = Number(offsets?.[0]?.offset ?? -1n)
        return values.map((_, index) => (base < 0 ? null : base + index))
      },
      close: () => producer.close(),
    }
  },
  async consumer({ port, topics, groupId, readCommitted }, delivery) {
    const consumer = new Consumer({
      bootstrapBrokers: [`127.0.0.1:${port}`],
      clientId: 'checker-platformatic',
      groupId,
      sessionTimeout: 6000,
      heartbeatInterval: 500,
      maxWaitTime: 200,
      retries: 60,
      retryDelay: 200,
      timeout: 5000,
    })
    // A broker that is gone while the group forms is told here and not through the stream.
    consumer.on('error', delivery.failed)
    consumer.on('consumer:group:join', () => delivery.moved('subscribe'))
    const stream = await consumer.consume({
      topics: [...topics],
      mode: 'committed',
      fallbackMode: 'earliest',
      autocommit: 500,
      isolationLevel: readCommitted ? 1 : 0,
    })
    stream.on('data', ({ topic, partition, offset, value }) => {
      delivery.read([
        { key: keyOf(topic, partition), offset: Number(offset), value: decodeValue(value ?? null) },
      ])
    })
    stream.on('error', delivery.failed)
    return {
      async close() {
        await stream.close()
        await consumer.close(true)
      },
    }
  },
}
