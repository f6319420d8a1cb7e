import kafkajs from 'kafkajs'
import { decodeValue, encodeValue, type HistoryClient, keyOf } from './history-client.ts'

const { Kafka, logLevel } = kafkajs

function connect(port: number): InstanceType<typeof Kafka> {
  return new Kafka({
    brokers: [`127.0.0.1:${port}`],
    clientId: 'checker-kafkajs',
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2000,
    requestTimeout: 5000,
    retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 20 },
  })
}

/** kafkajs; its consumers are members of a group. */
export const kafkajsClient: HistoryClient = {
  name: 'kafkajs',
  async producer(port) {
    const producer = connect(port).producer({ idempotent: true, maxInFlightRequests: 1 })
    await producer.connect()
    return {
      async send(topic, partition, values) {
        const messages = values.map((value) => ({ partition, value: encodeValue(value) }))
        const [answer] = await producer.send({ topic, acks: -1, messages })
        const base = Number(answer?.baseOffset ?? -1)
        return values.map((_, index) => (base < 0 ? null : base + index))
      },
      close: () => producer.disconnect(),
    }
  },
  async consumer({ port, topics, groupId, readCommitted }, delivery) {
    const consumer = connect(port).consumer({
      groupId,
      sessionTimeout: 6000,
      heartbeatInterval: 500,
      maxWaitTimeInMs: 200,
      readUncommitted: !readCommitted,
    })
    consumer.on(consumer.events.GROUP_JOIN, () => delivery.moved('subscribe'))
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      // With `restart` it rejoins by itself, from what was committed.
      if (payload.restart) delivery.moved('subscribe')
      else delivery.failed(payload.error)
    })
    await consumer.connect()
    await consumer.subscribe({ topics: [...topics], fromBeginning: true })
    await consumer.run({
      autoCommitInterval: 500,
      eachBatch: async ({ batch }) => {
        const key = keyOf(batch.topic, batch.partition)
        delivery.read(
          batch.messages.map(({ offset, value }) => ({
            key,
            offset: Number(offset),
            value: decodeValue(value),
          })),
        )
      },
    })
    return { close: () => consumer.disconnect() }
  },
}
