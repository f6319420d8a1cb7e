/**
 * The scenarios with node-rdkafka, built against Debian's librdkafka. Arguments: bootstrap server, prefix of all topic and group names, the
 * folder that the package is installed in.
 */
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Callback, NodeRdKafka, RdClient, RdMessage, TopicPartitionOffset } from './node-rdkafka-api.ts'
import { type ClientAdapter, type Member, type Row, runScenarios } from './scenarios.ts'

const [bootstrap = '', prefix = '', folder = ''] = process.argv.slice(2)
const rdkafka = createRequire(`${folder}/package.json`)('node-rdkafka') as NodeRdKafka
const common = { 'metadata.broker.list': bootstrap, 'client.id': prefix }
const callMs = 10_000
const admin = rdkafka.AdminClient.create(common)

const adapter: ClientAdapter = {
  codecs: ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
  createTopic: (topic, partitions) => makeTopic(topic, partitions),
  createTopicAgain: (topic) =>
    makeTopic(topic, 1).then(
      () => 'created',
      (error: unknown) => (error instanceof Error ? error.message : error),
    ),
  deleteTopic: (topic) => called((done) => admin.deleteTopic(topic, callMs, done)),
  async listTopics() {
    const producer = await connected(new rdkafka.Producer(common, {}))
    const metadata = await called<{ topics: readonly { name: string }[] }>((done) =>
      producer.getMetadata({ timeout: callMs }, done),
    )
    await closed(producer)
    return metadata.topics.map(({ name }) => name)
  },
  async produce(topic, rows, { codec = 'none', acks = -1, idempotent = false }) {
    const producer = await connected(
      new rdkafka.Producer(
        { ...common, 'compression.codec': codec, 'enable.idempotence': idempotent },
        { acks },
      ),
    )
    for (const { partition, timestamp, key, value, headers } of rows) {
      const list = headers.map(([name, bytes]) => ({ [name]: bytes }))
      producer.produce(topic, partition, value, key, timestamp, undefined, list)
    }
    await called((done) => producer.flush(callMs, done))
    await closed(producer)
  },
  join,
  async committed(topic, groupId) {
    const consumer = await connected(new rdkafka.KafkaConsumer({ ...common, 'group.id': groupId }, {}))
    const partitions = [0, 1, 2].map((partition) => ({ topic, partition }))
    const found = await called<readonly TopicPartitionOffset[]>((done) =>
      consumer.committed(partitions, callMs, done),
    )
    await closed(consumer)
    return found.reduce((sum, { offset }) => sum + Math.max(0, offset ?? 0), 0)
  },
  async offsets(topic, timestamp) {
    const consumer = await connected(new rdkafka.KafkaConsumer({ ...common, 'group.id': 'nobody' }, {}))
    const [found] = await called<readonly TopicPartitionOffset[]>((done) =>
      consumer.offsetsForTimes([{ topic, partition: 0, offset: timestamp }], callMs, done),
    )
    const end = await called<{ highOffset: number }>((done) =>
      consumer.queryWatermarkOffsets(topic, 0, callMs, done),
    )
    await closed(consumer)
    return { found: found?.offset ?? -1, end: end.highOffset }
  },
  async close() {
    admin.disconnect()
  },
}

async function join(topic: string, groupId: string): Promise<Member> {
  const rows: Row[] = []
  const consumer = new rdkafka.KafkaConsumer(
    { ...common, 'group.id': groupId, 'enable.auto.commit': false, 'session.timeout.ms': 6000 },
    { 'auto.offset.reset': 'earliest' },
  )
  await connected(consumer)
  consumer.on('data', (message) => rows.push(rowOf(message)))
  consumer.subscribe([topic])
  consumer.consume()
  return {
    rows,
    assigned: () => consumer.assignments().length,
    async commit() {
      const next = new Map<number, number>()
      for (const { partition, offset } of rows)
        next.set(partition, Math.max(next.get(partition) ?? 0, offset + 1))
      for (const [partition, offset] of next) consumer.commitSync({ topic, partition, offset })
    },
    close: () => closed(consumer),
  }
}

function rowOf({ partition, offset, timestamp, key, value, headers = [] }: RdMessage): Row {
  return {
    partition,
    offset,
    timestamp: timestamp ?? -1,
    key: key === undefined || key === null ? null : Buffer.from(key),
    value,
    headers: headers.flatMap((header) =>
      Object.entries(header).map(([name, bytes]) => [name, Buffer.from(bytes)] as const),
    ),
  }
}

async function makeTopic(topic: string, partitions: number): Promise<void> {
  await called((done) =>
    admin.createTopic({ topic, num_partitions: partitions, replication_factor: 1 }, callMs, done),
  )
  // librdkafka may have heard that the topic does not exist, and would not ask again for a while.
  await sleep(50)
}

async function connected<T extends RdClient>(client: T): Promise<T> {
  await called<unknown>((done) => client.connect({ timeout: callMs }, done))
  return client
}

function closed(client: RdClient): Promise<void> {
  return new Promise((resolve) => client.disconnect(resolve))
}

function called<T = void>(call: (done: Callback<T>) => void): Promise<T> {
  return new Promise((resolve, reject) =>
    call((error, result) => (error === null || error === undefined ? resolve(result) : reject(error))),
  )
}

await runScenarios(adapter, prefix)
