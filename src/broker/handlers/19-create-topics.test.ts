import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestBroker } from '../../../test/support/test-broker.ts'
import type { RequestInputOf } from '../../protocol/api-keys.ts'
import { errorCode } from '../../protocol/errors.ts'
import { ZERO_UUID } from '../../protocol/schema.ts'
import { createTopicsHandler } from './19-create-topics.ts'

type Topic = RequestInputOf<'CreateTopics'>['topics'][number]

function topic(name: string, fields: Partial<Topic> = {}): Topic {
  return { name, numPartitions: 2, replicationFactor: 1, assignments: [], configs: [], ...fields }
}

function request(...topics: Topic[]): RequestInputOf<'CreateTopics'> {
  return { topics, timeoutMs: 10_000, validateOnly: false }
}

function summary(results: readonly { name: string; errorCode: number; errorMessage: string | null }[]) {
  return results.map(({ name, errorCode, errorMessage }) => [name, errorCode, errorMessage])
}

test('a created topic is answered with its id, size and configs, and is there', async () => {
  await using server = await openTestBroker()
  const configs = [{ name: 'retention.ms', value: '1000' }]
  const { topics } = await server.call(
    createTopicsHandler,
    7,
    request(
      topic('t', { numPartitions: 3, configs }),
      topic('defaults', { numPartitions: -1, replicationFactor: -1 }),
    ),
  )
  const [created, defaults] = topics
  assert.equal(created?.errorCode, 0)
  assert.equal(created?.topicId, server.broker.topics.named('t')?.topicId)
  assert.notEqual(created?.topicId, ZERO_UUID)
  assert.equal(created?.numPartitions, 3)
  assert.equal(created?.replicationFactor, 1)
  assert.equal(created?.configs?.length, 42)
  const retention = created?.configs?.find(({ name }) => name === 'retention.ms')
  assert.deepEqual(
    { ...retention },
    { name: 'retention.ms', value: '1000', readOnly: false, configSource: 1, isSensitive: false },
  )
  const policy = created?.configs?.find(({ name }) => name === 'cleanup.policy')
  assert.equal(policy?.configSource, 5)
  assert.equal(defaults?.numPartitions, 1)
  assert.equal(defaults?.replicationFactor, 1)
  assert.equal(server.broker.topics.named('t')?.logs.length, 3)
  assert.equal(server.broker.topics.named('t')?.config.retentionMs, 1000)
})

test('every version can carry an answer', async () => {
  await using server = await openTestBroker()
  for (let version = 2; version <= 7; version++) {
    const { topics } = await server.call(
      createTopicsHandler,
      version,
      request(topic(`v${version}`), topic('..')),
    )
    assert.deepEqual(
      topics.map(({ errorCode }) => errorCode),
      [0, 17],
    )
  }
})

test('bad topics fail alone, with the codes and texts of Kafka', async () => {
  await using server = await openTestBroker()
  await server.call(createTopicsHandler, 7, request(topic('a')))
  const { topics } = await server.call(
    createTopicsHandler,
    7,
    request(
      topic('good'),
      topic('a'),
      topic(''),
      topic('x y'),
      topic('p', { numPartitions: 0 }),
      topic('r', { replicationFactor: 0 }),
      topic('null', { configs: [{ name: 'retention.ms', value: null }] }),
      topic('value', { configs: [{ name: 'retention.ms', value: 'abc' }] }),
      topic('assigned', { assignments: [{ partitionIndex: 0, brokerIds: [1] }] }),
      topic('absent', {
        numPartitions: -1,
        replicationFactor: -1,
        assignments: [{ partitionIndex: 0, brokerIds: [9] }],
      }),
      topic('__cluster_metadata'),
    ),
  )
  assert.deepEqual(summary(topics), [
    ['good', 0, null],
    ['a', 36, "Topic 'a' already exists."],
    ['', 17, 'Topic name is invalid: the empty string is not allowed'],
    [
      'x y',
      17,
      "Topic name is invalid: 'x y' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'",
    ],
    ['p', 37, 'Number of partitions was set to an invalid non-positive value.'],
    ['r', 38, 'Replication factor must be larger than 0, or -1 to use the default value.'],
    ['null', 40, 'Null value not supported for topic configs: retention.ms'],
    ['value', 40, 'Invalid value abc for configuration retention.ms: Not a number of type LONG'],
    [
      'assigned',
      42,
      'A manual partition assignment was specified, but replication factor was not set to -1.',
    ],
    ['absent', 39, 'The manual partition assignment includes broker 9, but no such broker is registered.'],
    ['__cluster_metadata', 42, 'Creation of internal topic __cluster_metadata is prohibited.'],
  ])
})

test('too few brokers and unknown configs are named', async () => {
  await using server = await openTestBroker()
  const { topics } = await server.call(
    createTopicsHandler,
    7,
    request(topic('r', { replicationFactor: 3 }), topic('c', { configs: [{ name: 'nope', value: '1' }] })),
  )
  assert.deepEqual(
    topics.map(({ errorCode }) => errorCode),
    [38, 40],
  )
  assert.match(topics[0]?.errorMessage ?? '', /3 cannot be reached because only 1 broker/)
  assert.match(topics[1]?.errorMessage ?? '', /^Unknown topic config name: nope/)
})

test('a name that is there twice is refused once, and other topics of the request are created', async () => {
  await using server = await openTestBroker()
  const { topics } = await server.call(createTopicsHandler, 7, request(topic('d'), topic('d'), topic('e')))
  assert.deepEqual(summary(topics), [
    ['e', 0, null],
    ['d', 42, 'Duplicate topic name.'],
  ])
  assert.equal(server.broker.topics.named('d'), undefined)
})

test('names of one request that collide do not both come into being', async () => {
  await using server = await openTestBroker()
  const { topics } = await server.call(createTopicsHandler, 7, request(topic('b.c'), topic('b_c')))
  assert.deepEqual(
    topics.map(({ errorCode }) => errorCode).toSorted((a, b) => a - b),
    [0, 17],
  )
})

test('validation alone answers like a creation and creates nothing', async () => {
  await using server = await openTestBroker()
  const validated = await server.call(createTopicsHandler, 7, { ...request(topic('v')), validateOnly: true })
  assert.equal(validated.topics[0]?.errorCode, 0)
  assert.equal(validated.topics[0]?.numPartitions, 2)
  assert.equal(server.broker.topics.named('v'), undefined)
})

test('a request for too many partitions is refused as a whole', async () => {
  await using server = await openTestBroker()
  const { topics } = await server.call(
    createTopicsHandler,
    7,
    request(topic('h1', { numPartitions: 6000 }), topic('h2', { numPartitions: 6000 })),
  )
  assert.deepEqual(
    topics.map(({ errorCode }) => errorCode),
    [44, 44],
  )
  assert.equal(server.broker.topics.named('h1'), undefined)
})

test('the last of several values of a config counts', async () => {
  await using server = await openTestBroker()
  const configs = ['1', '2'].map((value) => ({ name: 'retention.ms', value }))
  await server.call(createTopicsHandler, 7, request(topic('t', { configs })))
  assert.equal(server.broker.topics.named('t')?.config.retentionMs, 2)
})

function offsets(fields: Partial<Topic>): RequestInputOf<'CreateTopics'> {
  return request(topic('__consumer_offsets', fields))
}

test('the topic of group offsets is created as groups need it, or not at all', async () => {
  await using server = await openTestBroker({ settings: { 'offsets.topic.num.partitions': '5' } })
  const wrong = await server.call(createTopicsHandler, 7, offsets({ numPartitions: 3 }))
  assert.equal(wrong.topics[0]?.errorCode, errorCode('INVALID_PARTITIONS'))
  const configs = [{ name: 'cleanup.policy', value: 'delete' }]
  const deleted = await server.call(createTopicsHandler, 7, offsets({ numPartitions: -1, configs }))
  assert.equal(deleted.topics[0]?.errorCode, errorCode('INVALID_CONFIG'))
  const right = await server.call(createTopicsHandler, 7, offsets({ numPartitions: 5 }))
  assert.equal(right.topics[0]?.errorCode, 0)
  assert.deepEqual(server.broker.topics.named('__consumer_offsets')?.config.cleanupPolicy, ['compact'])
  assert.equal(server.broker.topics.named('__consumer_offsets')?.internal, true)
})
