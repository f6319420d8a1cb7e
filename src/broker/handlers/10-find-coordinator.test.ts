import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestBroker } from '../../../test/support/test-broker.ts'
import { findCoordinatorHandler } from './10-find-coordinator.ts'

const settings = { 'offsets.topic.num.partitions': '5' }
const GROUP = 0
const TRANSACTION = 1
const SHARE = 2

test('the first look for a group creates the topic of offsets and finds this broker', async () => {
  await using server = await openTestBroker({ settings })
  for (let version = 0; version <= 3; version++) {
    const found = await server.call(findCoordinatorHandler, version, { key: 'g' })
    assert.deepEqual([found.errorCode, found.nodeId, found.host, found.port], [0, 1, '192.0.2.1', 9092])
  }
  const topic = server.broker.topics.named('__consumer_offsets')
  assert.equal(topic?.logs.length, 5)
  assert.equal(topic?.internal, true)
  assert.deepEqual(topic?.config.cleanupPolicy, ['compact'])
  assert.equal(topic?.config.segmentBytes, 104_857_600)
})

test('many that look at once create it once', async () => {
  await using server = await openTestBroker({ settings })
  const keys = Array.from({ length: 20 }, (_, n) => `g${n}`)
  const all = await Promise.all(
    keys.map((key) => server.call(findCoordinatorHandler, 3, { key, keyType: GROUP })),
  )
  assert.ok(all.every(({ errorCode, nodeId }) => errorCode === 0 && nodeId === 1))
  assert.equal([...server.broker.topics.all].length, 1)
})

test('from version 4 on many keys are answered in their order', async () => {
  await using server = await openTestBroker({ settings })
  for (let version = 4; version <= 6; version++) {
    const { coordinators } = await server.call(findCoordinatorHandler, version, {
      keyType: GROUP,
      coordinatorKeys: ['a', 'b', 'a'],
    })
    assert.deepEqual(
      coordinators.map(({ key, nodeId, errorCode }) => [key, nodeId, errorCode]),
      [
        ['a', 1, 0],
        ['b', 1, 0],
        ['a', 1, 0],
      ],
    )
  }
  const none = await server.call(findCoordinatorHandler, 4, { keyType: GROUP, coordinatorKeys: [] })
  assert.deepEqual(none.coordinators, [])
})

test('transactional ids have a coordinator, whose topic is made for the first of them', async () => {
  await using server = await openTestBroker({ settings })
  for (let version = 1; version <= 3; version++) {
    const found = await server.call(findCoordinatorHandler, version, { key: 'tx', keyType: TRANSACTION })
    assert.deepEqual([found.errorCode, found.nodeId], [0, 1])
  }
  for (let version = 4; version <= 6; version++) {
    const { coordinators } = await server.call(findCoordinatorHandler, version, {
      keyType: TRANSACTION,
      coordinatorKeys: ['tx', 'other'],
    })
    assert.deepEqual(
      coordinators.map(({ key, errorCode, nodeId }) => [key, errorCode, nodeId]),
      [
        ['tx', 0, 1],
        ['other', 0, 1],
      ],
    )
  }
  assert.equal(server.broker.topics.named('__consumer_offsets'), undefined)
  assert.equal(
    server.broker.topics.named('__transaction_state')?.config.cleanupPolicy.includes('compact'),
    true,
  )
})

test('share groups and unknown key types are refused', async () => {
  await using server = await openTestBroker({ settings })
  for (const keyType of [SHARE, 7]) {
    const coordinatorKeys = ['g:AAAAAAAAAAAAAAAAAAAAAA:0']
    const { coordinators } = await server.call(findCoordinatorHandler, 6, { keyType, coordinatorKeys })
    assert.equal(coordinators[0]?.errorCode, 42)
  }
})
