import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestBroker, type TestBroker } from '../../../test/support/test-broker.ts'
import { ZERO_UUID } from '../../protocol/schema.ts'
import { deleteTopicsHandler } from './20-delete-topics.ts'

const UNKNOWN_ID = 'AAAAAAAAAAAAAAAAAAAAAQ'
const timeoutMs = 10_000

async function withTopics(server: TestBroker, ...names: string[]): Promise<string[]> {
  await server.broker.topicAdmin.autoCreate(names)
  return names.map((name) => server.broker.topics.named(name)?.topicId ?? '')
}

test('topics are deleted by name up to version 5, by name or id from 6 on', async () => {
  await using server = await openTestBroker()
  for (let version = 1; version <= 5; version++) {
    await withTopics(server, 't')
    const { responses } = await server.call(deleteTopicsHandler, version, {
      topicNames: ['t', 'nope'],
      timeoutMs,
    })
    assert.deepEqual(
      responses.map(({ name, errorCode }) => [name, errorCode]),
      [
        ['t', 0],
        ['nope', 3],
      ],
    )
    assert.equal(server.broker.topics.named('t'), undefined)
  }
  const [a = '', b = ''] = await withTopics(server, 'a', 'b')
  const { responses } = await server.call(deleteTopicsHandler, 6, {
    topics: [
      { name: 'a', topicId: ZERO_UUID },
      { name: null, topicId: b },
    ],
    timeoutMs,
  })
  assert.deepEqual(
    responses.map(({ name, topicId, errorCode, errorMessage }) => [name, topicId, errorCode, errorMessage]),
    [
      ['a', a, 0, null],
      ['b', b, 0, null],
    ],
  )
  assert.deepEqual([...server.broker.topics.all], [])
})

test('wrong, unknown and repeated names and ids fail alone', async () => {
  await using server = await openTestBroker()
  const [a = ''] = await withTopics(server, 'a', 'e')
  const { responses } = await server.call(deleteTopicsHandler, 6, {
    topics: [
      { name: 'e', topicId: ZERO_UUID },
      { name: 'e', topicId: ZERO_UUID },
      { name: null, topicId: UNKNOWN_ID },
      { name: null, topicId: ZERO_UUID },
      { name: 'nope', topicId: ZERO_UUID },
      { name: 'a', topicId: a },
    ],
    timeoutMs,
  })
  assert.deepEqual(
    responses.map(({ name, topicId, errorCode }) => [name, topicId, errorCode]),
    [
      [null, UNKNOWN_ID, 100],
      [null, ZERO_UUID, 42],
      ['nope', ZERO_UUID, 3],
      ['a', a, 42],
      ['e', ZERO_UUID, 42],
    ],
  )
  assert.equal([...server.broker.topics.all].length, 2)
})

test('a topic that is named by name and by id is deleted once', async () => {
  await using server = await openTestBroker()
  const [a = ''] = await withTopics(server, 'a')
  const { responses } = await server.call(deleteTopicsHandler, 6, {
    topics: [
      { name: 'a', topicId: ZERO_UUID },
      { name: null, topicId: a },
    ],
    timeoutMs,
  })
  assert.deepEqual(
    responses.map(({ errorCode }) => errorCode),
    [0, 42],
  )
})

test('a topic that is created again has another id, and the old one stays unknown', async () => {
  await using server = await openTestBroker()
  const [first = ''] = await withTopics(server, 't')
  await server.call(deleteTopicsHandler, 5, { topicNames: ['t'], timeoutMs })
  const [second] = await withTopics(server, 't')
  assert.notEqual(second, first)
  const topics = [{ name: null, topicId: first }]
  const { responses } = await server.call(deleteTopicsHandler, 6, { topics, timeoutMs })
  assert.equal(responses[0]?.errorCode, 100)
  assert.equal(server.broker.topics.named('t')?.topicId, second)
})

test('the topic of group offsets stays', async () => {
  await using server = await openTestBroker()
  await withTopics(server, '__consumer_offsets')
  const { responses } = await server.call(deleteTopicsHandler, 5, {
    topicNames: ['__consumer_offsets'],
    timeoutMs,
  })
  assert.equal(responses[0]?.errorCode, 42)
  assert.notEqual(server.broker.topics.named('__consumer_offsets'), undefined)
})
