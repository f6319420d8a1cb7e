import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { loadConfig } from '../src/config/load.ts'
import { nodeEnv } from '../src/env/node/env.ts'
import type { CompressionType } from '../src/records/compression/codec.ts'
import { startServer, type RunningServer } from '../src/server/server.ts'
import { ClusterClient } from '../src/client/cluster-client.ts'
import { alterConfigs, describeConfigs } from '../src/client/config-admin.ts'
import type { ConsumedRecord } from '../src/client/consumed-record.ts'
import { Consumer } from '../src/client/consumer.ts'
import { deleteGroups, describeGroup, listGroups } from '../src/client/group-admin.ts'
import { GroupMember } from '../src/client/group-member.ts'
import { commitOffsets, fetchCommitted } from '../src/client/group-offsets.ts'
import { EARLIEST, LATEST, listOffsets } from '../src/client/offsets.ts'
import { partitionForKey } from '../src/client/partitioner.ts'
import { Producer } from '../src/client/producer.ts'
import { sleep } from '../src/client/retry.ts'
import { createPartitions, createTopics, deleteTopics } from '../src/client/topic-admin.ts'

const env = nodeEnv()
const directory = mkdtempSync(join(tmpdir(), 'chronik-client-'))
let server: RunningServer
let client: ClusterClient

function start(port: number): Promise<RunningServer> {
  const flags = [
    { name: 'data.dir', raw: directory, flag: '--data-dir' },
    { name: 'kafka.listen', raw: `127.0.0.1:${port}`, flag: '--kafka' },
    { name: 'http.listen', raw: '127.0.0.1:0', flag: '--http' },
    { name: 'log.level', raw: 'error', flag: '--set' },
    { name: 'wal.profile', raw: 'low', flag: '--set' },
  ]
  return startServer(loadConfig({ flags, machine: { memoryBytes: 2 ** 32 } }), { env })
}

async function newTopic(name: string, partitions = 1): Promise<string> {
  const [outcome] = await createTopics(client, [{ name, partitions, replicationFactor: 1, configs: {} }])
  assert.equal(outcome?.error, null)
  return name
}

async function readAll(topic: string, partitions: number): Promise<ConsumedRecord[]> {
  const consumer = new Consumer(client, { maxWaitMs: 50 })
  for (let partition = 0; partition < partitions; partition++) consumer.seek(topic, partition, 0)
  const all: ConsumedRecord[] = []
  while (consumer.positions.some(({ offset, endOffset }) => endOffset < 0 || offset < endOffset)) {
    all.push(...(await consumer.poll()).records)
  }
  return all
}

describe('the client against a server', () => {
  before(async () => {
    server = await start(0)
    client = new ClusterClient(env, [server.kafka])
  })
  after(async () => {
    await client[Symbol.asyncDispose]()
    await server.close()
    rmSync(directory, { recursive: true })
  })

  it('creates, describes, alters and deletes topics', async () => {
    const configs = { 'retention.ms': '60000' }
    const [made] = await createTopics(client, [
      { name: 'admin', partitions: 2, replicationFactor: -1, configs },
    ])
    assert.equal(made?.error, null)
    const [again] = await createTopics(client, [
      { name: 'admin', partitions: 2, replicationFactor: -1, configs },
    ])
    assert.equal(again?.error?.errorName, 'TOPIC_ALREADY_EXISTS')
    assert.equal((await client.topic('admin')).partitions.length, 2)
    const change = { operation: 'set', name: 'retention.ms', value: '5000' } as const
    assert.deepEqual(await alterConfigs(client, [{ kind: 'topic', name: 'admin' }], [change]), [
      { name: 'admin', error: null },
    ])
    const described = await describeConfigs(client, { kind: 'topic', name: 'admin' })
    const retention = described.find(({ name }) => name === 'retention.ms')
    assert.deepEqual([retention?.value, retention?.source], ['5000', 'DYNAMIC_TOPIC_CONFIG'])
    assert.equal((await createPartitions(client, ['admin'], 5))[0]?.error, null)
    assert.equal((await client.topic('admin')).partitions.length, 5)
    assert.equal((await deleteTopics(client, ['admin']))[0]?.error, null)
    assert.equal((await client.metadata(['admin'])).missing.get('admin'), 'UNKNOWN_TOPIC_OR_PARTITION')
  })

  for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] satisfies CompressionType[]) {
    it(`reads back what it wrote with ${compression}`, async () => {
      const topic = await newTopic(`codec-${compression}`, 3)
      await using producer = new Producer(client, { compression })
      const sent = Array.from({ length: 200 }, (_, index) => ({
        topic,
        key: index % 3 === 0 ? null : Buffer.from(`key ${index}`),
        value: index % 7 === 0 ? null : Buffer.from(`value ${index}`.repeat(5)),
        headers: index % 5 === 0 ? [{ key: 'h', value: null }] : [],
        timestamp: 1_000_000 + index,
      }))
      const places = await Promise.all(sent.map((record) => producer.send(record)))
      const read = new Map(
        (await readAll(topic, 3)).map((record) => [`${record.batch.partition} ${record.offset}`, record]),
      )
      assert.equal(read.size, sent.length)
      for (const [index, place] of places.entries()) {
        const record = read.get(`${place.partition} ${place.offset}`)
        const { key, value, headers, timestamp } = sent[index] ?? assert.fail()
        assert.deepEqual(
          [record?.key, record?.value, record?.headers, record?.timestamp],
          [key, value, headers, timestamp],
        )
        assert.equal(record?.batch.compression, compression)
        if (key !== null) assert.equal(place.partition, partitionForKey(key, 3))
      }
    })
  }

  it('keeps the order of a partition, with many batches under way', async () => {
    const topic = await newTopic('ordered')
    await using producer = new Producer(client, { lingerMs: 0, batchBytes: 200 })
    for (let index = 0; index < 500; index++) {
      await producer.enqueue({ topic, partition: 0, key: null, value: Buffer.from(String(index)) })
    }
    await producer.flush()
    const values = (await readAll(topic, 1)).map(({ value }) => Number(value))
    assert.deepEqual(
      values,
      values.toSorted((a, b) => a - b),
    )
    assert.equal(values.length, 500)
  })

  it('spreads records without keys, one full batch at a time', async () => {
    const topic = await newTopic('sticky', 4)
    await using producer = new Producer(client, { batchBytes: 2_000, lingerMs: 1_000 })
    for (let index = 0; index < 400; index++) {
      await producer.enqueue({ topic, key: null, value: Buffer.alloc(100) })
    }
    await producer.flush()
    const used = new Set((await readAll(topic, 4)).map(({ batch }) => batch.partition))
    assert.ok(used.size > 1)
  })

  it('sends without waiting with acks 0', async () => {
    const topic = await newTopic('fire-and-forget')
    await using producer = new Producer(client, { acks: 0 })
    const place = await producer.send({ topic, key: null, value: Buffer.from('x') })
    assert.equal(place.offset, -1)
    const consumer = new Consumer(client, { maxWaitMs: 50 })
    consumer.seek(topic, 0, 0)
    for (;;) if ((await consumer.poll()).records.length === 1) break
  })

  it('says what is wrong with a record, and goes on with the next', async () => {
    const topic = await newTopic('refused')
    const limit = { operation: 'set', name: 'max.message.bytes', value: '1000' } as const
    await alterConfigs(client, [{ kind: 'topic', name: topic }], [limit])
    await using producer = new Producer(client)
    const large = producer.send({ topic, partition: 0, key: null, value: Buffer.alloc(5_000) })
    await assert.rejects(large, { errorName: 'MESSAGE_TOO_LARGE' })
    assert.equal(
      (await producer.send({ topic, partition: 0, key: null, value: Buffer.from('small') })).offset,
      0,
    )
    const beyond = producer.send({ topic, partition: 9, key: null, value: null })
    await assert.rejects(beyond, { message: 'topic "refused" has no partition 9; it has partitions 0 to 0' })
    const unknown = producer.send({ topic: 'never-made', key: null, value: null })
    await assert.rejects(unknown, { message: 'topic "never-made" does not exist' })
  })

  it('looks offsets up by time', async () => {
    const topic = await newTopic('times')
    await using producer = new Producer(client, { lingerMs: 0 })
    for (const timestamp of [1000, 2000, 3000]) {
      await producer.send({ topic, partition: 0, key: null, value: Buffer.from('x'), timestamp })
    }
    const ask = [EARLIEST, LATEST, 1500, 3000, 3001].map((timestamp) => ({ topic, partition: 0, timestamp }))
    const offsets = (await listOffsets(client, ask)).map(({ offset }) => offset)
    assert.deepEqual(offsets, [0, 3, 1, 2, -1])
  })

  it('fails, or goes to an end, when the position is not in the log', async () => {
    const topic = await newTopic('range')
    await using producer = new Producer(client)
    await producer.send({ topic, partition: 0, key: null, value: Buffer.from('x') })
    const strict = new Consumer(client, { maxWaitMs: 50 })
    strict.seek(topic, 0, 50)
    await assert.rejects(strict.poll(), {
      message: 'partition 0 of topic "range" has offsets 0 to 1, not 50',
    })
    const lenient = new Consumer(client, { maxWaitMs: 50, onOutOfRange: 'start' })
    lenient.seek(topic, 0, 50)
    await lenient.poll()
    assert.equal((await lenient.poll()).records.length, 1)
  })

  it('divides a group’s partitions, moves them when a member leaves, and commits', async () => {
    const topic = await newTopic('shared', 4)
    const first = new GroupMember(client, 'team', [topic])
    assert.equal((await first.join()).length, 4)
    const second = new GroupMember(client, 'team', [topic])
    const joining = second.join()
    // Were the first member to join again before the second one is known, it would be alone once more.
    while ((await describeGroup(client, 'team')).state === 'Stable') await sleep(env, 10)
    const [ofSecond, ofFirst] = await Promise.all([joining, first.join()])
    const all = [...ofFirst, ...ofSecond].map(({ partition }) => partition)
    assert.deepEqual(
      all.sort((a, b) => a - b),
      [0, 1, 2, 3],
    )
    await first.commit([{ topic, partition: ofFirst[0]?.partition ?? -1, offset: 12 }])
    const described = await describeGroup(client, 'team')
    assert.deepEqual([described.state, described.balancer, described.members.length], ['Stable', 'range', 2])
    await second[Symbol.asyncDispose]()
    assert.equal((await first.join()).length, 4)
    await first[Symbol.asyncDispose]()
    assert.deepEqual(
      (await fetchCommitted(client, 'team')).map(({ offset }) => offset),
      [12],
    )
    await commitOffsets(client, 'team', [{ topic, partition: 3, offset: 5 }])
    assert.equal((await fetchCommitted(client, 'team')).length, 2)
    assert.ok((await listGroups(client)).some(({ group, state }) => group === 'team' && state === 'Empty'))
    assert.equal((await deleteGroups(client, ['team']))[0]?.error, null)
    await assert.rejects(describeGroup(client, 'team'), { errorName: 'GROUP_ID_NOT_FOUND' })
  })

  it('writes every record once although the server restarts in between', async () => {
    const topic = await newTopic('restart')
    const { port } = server.kafka
    await using producer = new Producer(client, { lingerMs: 0, batchBytes: 500 })
    const acknowledged: Promise<unknown>[] = []
    for (let index = 0; index < 300; index++) {
      const record = { topic, partition: 0, key: null, value: Buffer.from(String(index)) }
      acknowledged.push((await producer.enqueue(record)).acknowledged)
      if (index === 100) {
        await server.close()
        server = await start(port)
      }
    }
    await Promise.all(acknowledged)
    const values = (await readAll(topic, 1)).map(({ value }) => Number(value))
    assert.deepEqual(
      values,
      Array.from({ length: 300 }, (_, index) => index),
    )
  })
})
