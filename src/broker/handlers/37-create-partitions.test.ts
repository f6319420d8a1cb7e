import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestBroker } from '../../../test/support/test-broker.ts'
import type { RequestInputOf } from '../../protocol/api-keys.ts'
import { createPartitionsHandler } from './37-create-partitions.ts'

type Topic = RequestInputOf<'CreatePartitions'>['topics'][number]

function grow(name: string, count: number, assignments: Topic['assignments'] = null): Topic {
  return { name, count, assignments }
}

function request(...topics: Topic[]): RequestInputOf<'CreatePartitions'> {
  return { topics, timeoutMs: 10_000, validateOnly: false }
}

test('a topic grows, its new partitions take records, and old data stays', async () => {
  await using server = await openTestBroker()
  await server.broker.topicAdmin.autoCreate(['t'])
  await server.append('t', 0, 'old')
  for (let version = 0; version <= 3; version++) {
    const { results } = await server.call(createPartitionsHandler, version, request(grow('t', version + 2)))
    assert.deepEqual(
      results.map(({ name, errorCode, errorMessage }) => [name, errorCode, errorMessage]),
      [['t', 0, null]],
    )
    assert.equal(server.broker.topics.named('t')?.logs.length, version + 2)
  }
  assert.equal(await server.append('t', 4, 'new'), 0)
  assert.equal(server.broker.topics.partition('t', 0).highWatermark, 1)
})

test('what is no growth fails alone, with the texts of Kafka', async () => {
  await using server = await openTestBroker()
  await server.broker.topicAdmin.autoCreate(['t', 'twice', '__consumer_offsets'])
  const { results } = await server.call(
    createPartitionsHandler,
    3,
    request(
      grow('t', 1),
      grow('nope', 4),
      grow('twice', 4),
      grow('twice', 5),
      grow('__consumer_offsets', 60),
    ),
  )
  assert.deepEqual(
    results.map(({ name, errorCode }) => [name, errorCode]),
    [
      ['t', 37],
      ['nope', 3],
      ['__consumer_offsets', 42],
      ['twice', 42],
    ],
  )
  assert.equal(results[0]?.errorMessage, 'Topic already has 1 partition(s).')
  const fewer = await server.call(createPartitionsHandler, 3, request(grow('t', 0)))
  assert.equal(
    fewer.results[0]?.errorMessage,
    'The topic t currently has 1 partition(s); 0 would not be an increase.',
  )
  const assigned = await server.call(createPartitionsHandler, 3, request(grow('t', 3, [{ brokerIds: [1] }])))
  assert.equal(assigned.results[0]?.errorCode, 39)
  assert.equal(server.broker.topics.named('twice')?.logs.length, 1)
})

test('validation changes nothing, and too many partitions are refused', async () => {
  await using server = await openTestBroker()
  await server.broker.topicAdmin.autoCreate(['t'])
  const valid = await server.call(createPartitionsHandler, 3, {
    ...request(grow('t', 5)),
    validateOnly: true,
  })
  assert.equal(valid.results[0]?.errorCode, 0)
  const many = await server.call(createPartitionsHandler, 3, request(grow('t', 20_000)))
  assert.equal(many.results[0]?.errorCode, 44)
  assert.equal(server.broker.topics.named('t')?.logs.length, 1)
})
