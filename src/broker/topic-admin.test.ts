import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestBroker } from '../../test/support/test-broker.ts'
import { KafkaError } from '../protocol/errors.ts'

function fails(name: string): (error: unknown) => boolean {
  return (error) => error instanceof KafkaError && error.errorName === name
}

test('topics that are created on demand get the defaults, and errors stand alone', async () => {
  await using server = await openTestBroker({ settings: { 'num.partitions': '4' } })
  const { topicAdmin, topics } = server.broker
  const errors = await topicAdmin.autoCreate([
    't',
    'u',
    't',
    'x y',
    '__share_group_state',
    '__transaction_state',
  ])
  assert.equal(topics.named('t')?.logs.length, 4)
  assert.equal(topics.named('u')?.logs.length, 4)
  assert.equal(topics.named('__transaction_state')?.logs.length, 50)
  assert.deepEqual(
    [...errors].map(([name, { errorName }]) => [name, errorName]),
    [
      ['__share_group_state', 'UNKNOWN_TOPIC_OR_PARTITION'],
      ['x y', 'INVALID_TOPIC_EXCEPTION'],
    ],
  )
  assert.deepEqual([...(await topicAdmin.autoCreate(['t']))], [])
})

test('of many that create one topic on demand at once all succeed, and one topic is there', async () => {
  await using server = await openTestBroker()
  const { topicAdmin, topics } = server.broker
  const all = await Promise.all(Array.from({ length: 20 }, () => topicAdmin.autoCreate(['t'])))
  assert.ok(all.every((errors) => errors.size === 0))
  assert.equal([...topics.all].length, 1)
})

test('topics that do not exist cannot be deleted or grown', async () => {
  await using server = await openTestBroker()
  const { topicAdmin } = server.broker
  await assert.rejects(topicAdmin.delete('AAAAAAAAAAAAAAAAAAAAAQ'), fails('UNKNOWN_TOPIC_ID'))
  const request = { name: 'nope', count: 3, assignments: null }
  await assert.rejects(topicAdmin.addPartitions(request), fails('UNKNOWN_TOPIC_OR_PARTITION'))
})
