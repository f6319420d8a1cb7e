/** The scenarios with @platformatic/kafka. Arguments: bootstrap server, prefix of all topic and group names. */
import { Admin, Consumer, type Message, type MessageToProduce, Producer } from '@platformatic/kafka'
import { type ClientAdapter, type Member, PARTITIONS, type Row, runScenarios } from './scenarios.ts'

const [bootstrap = '', prefix = ''] = process.argv.slice(2)
const base = { bootstrapBrokers: [bootstrap], clientId: prefix }
const admin = new Admin(base)

const adapter: ClientAdapter = {
  codecs: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
  async createTopic(topic, partitions) {
    await admin.createTopics({ topics: [topic], partitions, replicas: 1 })
  },
  createTopicAgain: (topic) =>
    admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 }).then(
      () => 'created',
      (error: unknown) => messages(error),
    ),
  deleteTopic: (topic) => admin.deleteTopics({ topics: [topic] }),
  listTopics: () => admin.listTopics(),
  async produce(topic, rows, { codec = 'none', acks = -1, idempotent = false }) {
    const producer = new Producer({ ...base, retries: 20, retryDelay: 100 })
    const records = rows.map(({ partition, timestamp, key, value, headers }) => ({
      topic,
      partition,
      timestamp: BigInt(timestamp),
      key,
      value,
      headers: new Map(headers.map(([name, bytes]) => [Buffer.from(name), bytes])),
    })) as MessageToProduce[]
    await producer.send({ messages: records, acks, compression: codec, idempotent })
    await producer.close()
  },
  join,
  async committed(topic, group) {
    const [found] = await admin.listConsumerGroupOffsets({ groups: [group] })
    const partitions = found?.topics.find(({ name }) => name === topic)?.partitions ?? []
    return partitions.reduce((sum, { committedOffset }) => sum + Math.max(0, Number(committedOffset)), 0)
  },
  async offsets(topic, timestamp) {
    const consumer = new Consumer({ ...base, groupId: `${topic}-offsets` })
    const found = await consumer.listOffsets({ topics: [topic], timestamp: BigInt(timestamp) })
    const end = await consumer.listOffsets({ topics: [topic] })
    await consumer.close()
    return { found: Number(found.get(topic)?.[0]), end: Number(end.get(topic)?.[0]) }
  },
  close: () => admin.close(),
}

async function join(topic: string, groupId: string): Promise<Member> {
  const consumer = new Consumer({
    ...base,
    groupId,
    autocommit: false,
    maxWaitTime: 200,
    sessionTimeout: 10_000,
    heartbeatInterval: 500,
  })
  const rows: Row[] = []
  const stream = await consumer.consume({ topics: [topic], mode: 'committed', fallbackMode: 'earliest' })
  stream.on('data', (message) => rows.push(rowOf(message)))
  const closing = Promise.withResolvers<void>()
  stream.on('error', closing.reject)
  closing.promise.catch((error: unknown) => console.error(messages(error)))
  return {
    rows,
    assigned: () =>
      consumer.assignments?.find((assignment) => assignment.topic === topic)?.partitions.length ?? 0,
    async commit() {
      const next = Array.from({ length: PARTITIONS }, (_, partition) =>
        rows.reduce((end, row) => (row.partition === partition ? Math.max(end, row.offset + 1) : end), 0),
      )
      const offsets = next.map((offset, partition) => ({
        topic,
        partition,
        offset: BigInt(offset),
        leaderEpoch: -1,
      }))
      await consumer.commit({ offsets: offsets.filter(({ offset }) => offset > 0n) })
    },
    async close() {
      await stream.close()
      await consumer.close()
    },
  }
}

function rowOf({ partition, offset, timestamp, key, value, headers }: Message): Row {
  return {
    partition,
    offset: Number(offset),
    timestamp: Number(timestamp),
    key: bytes(key),
    value: bytes(value),
    headers: [...headers].map(([name, content]) => [name.toString(), Buffer.from(content)]),
  }
}

function bytes(content: Buffer | null | undefined): Buffer | null {
  return content === null || content === undefined ? null : Buffer.from(content)
}

/** The messages of an error and of all that caused it; the library wraps what the broker said. */
function messages(error: unknown): string {
  if (error instanceof AggregateError) return [error.message, ...error.errors.map(messages)].join(': ')
  if (error instanceof Error)
    return error.cause === undefined ? error.message : `${error.message}: ${messages(error.cause)}`
  return String(error)
}

await runScenarios(adapter, prefix)
