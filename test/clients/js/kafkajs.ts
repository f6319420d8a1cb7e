/** The scenarios with kafkajs, which brings gzip alone. Arguments: bootstrap server, prefix of all topic and group names. */
import kafkajs, { type IHeaders, type KafkaMessage } from 'kafkajs'
import { type ClientAdapter, type Member, type Row, runScenarios } from './scenarios.ts'

const { CompressionTypes, Kafka, logLevel } = kafkajs
const [bootstrap = '', prefix = ''] = process.argv.slice(2)
const kafka = new Kafka({ brokers: [bootstrap], clientId: prefix, logLevel: logLevel.NOTHING })
const admin = kafka.admin()
await admin.connect()

const adapter: ClientAdapter = {
  codecs: ['none', 'gzip'],
  async createTopic(topic, numPartitions) {
    await admin.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: true })
  },
  createTopicAgain: (topic) =>
    admin.createTopics({ topics: [{ topic }] }).then(
      (created) => (created ? 'created' : 'exists'),
      (error: unknown) => error,
    ),
  deleteTopic: (topic) => admin.deleteTopics({ topics: [topic] }),
  listTopics: () => admin.listTopics(),
  async produce(topic, rows, { codec, acks = -1, idempotent = false }) {
    const producer = kafka.producer({ idempotent, ...(idempotent ? { maxInFlightRequests: 1 } : {}) })
    await producer.connect()
    const messages = rows.map(({ partition, timestamp, key, value, headers }) => ({
      partition,
      timestamp: String(timestamp),
      key,
      value,
      headers: Object.fromEntries(headers),
    }))
    await producer.send({
      topic,
      acks,
      compression: codec === 'gzip' ? CompressionTypes.GZIP : CompressionTypes.None,
      messages,
    })
    await producer.disconnect()
  },
  join,
  async committed(topic, groupId) {
    const [found] = await admin.fetchOffsets({ groupId, topics: [topic] })
    return (found?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0)
  },
  async offsets(topic, timestamp) {
    const found = await admin.fetchTopicOffsetsByTimestamp(topic, timestamp)
    const end = await admin.fetchTopicOffsets(topic)
    const ofFirst = (list: readonly { partition: number; offset: string }[]): number =>
      Number(list.find(({ partition }) => partition === 0)?.offset)
    return { found: ofFirst(found), end: ofFirst(end) }
  },
  async transact(topic, value, { commit, group, offset }) {
    const producer = kafka.producer({
      transactionalId: `${topic}-id`,
      idempotent: true,
      maxInFlightRequests: 1,
    })
    await producer.connect()
    const transaction = await producer.transaction()
    await transaction.send({ topic, messages: [0, 1, 2].map((partition) => ({ partition, value })) })
    const partitions = [{ partition: 0, offset: String(offset) }]
    await transaction.sendOffsets({ consumerGroupId: group, topics: [{ topic, partitions }] })
    await (commit ? transaction.commit() : transaction.abort())
    await producer.disconnect()
  },
  close: () => admin.disconnect(),
}

async function join(topic: string, groupId: string): Promise<Member> {
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 200, heartbeatInterval: 500 })
  const rows: Row[] = []
  let assigned = 0
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    assigned = payload.memberAssignment[topic]?.length ?? 0
  })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ partition, message }) => {
      rows.push(rowOf(partition, message))
    },
  })
  return {
    rows,
    assigned: () => assigned,
    async commit() {
      const next = new Map<number, number>()
      for (const { partition, offset } of rows)
        next.set(partition, Math.max(next.get(partition) ?? 0, offset + 1))
      await consumer.commitOffsets(
        [...next].map(([partition, offset]) => ({ topic, partition, offset: String(offset) })),
      )
    },
    close: () => consumer.disconnect(),
  }
}

function rowOf(partition: number, { offset, timestamp, key, value, headers }: KafkaMessage): Row {
  return {
    partition,
    offset: Number(offset),
    timestamp: Number(timestamp),
    key,
    value,
    headers: headerList(headers ?? {}),
  }
}

function headerList(headers: IHeaders): [string, Buffer][] {
  return Object.entries(headers).map(([name, value]) => [name, Buffer.from(value as Buffer)])
}

await runScenarios(adapter, prefix)
