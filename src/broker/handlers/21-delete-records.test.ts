import assert from 'node:assert/strict'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openTestBroker } from '../../../test/support/test-broker.ts'
import { deleteRecordsHandler } from './21-delete-records.ts'

function request(name: string, ...offsets: (readonly [partitionIndex: number, offset: number])[]) {
  const partitions = offsets.map(([partitionIndex, offset]) => ({ partitionIndex, offset }))
  return { topics: [{ name, partitions }], timeoutMs: 10_000 }
}

test('records before an offset are deleted, and -1 deletes all', async () => {
  await using server = await openTestBroker()
  await server.broker.topicAdmin.autoCreate(['t'])
  for (const value of ['a', 'b', 'c']) await server.append('t', 0, value)
  for (const [version, offset, expected] of [
    [0, 1, 1],
    [1, 2, 2],
    [1, 1, 2],
    [2, -1, 3],
  ] as const) {
    const { topics } = await server.call(deleteRecordsHandler, version, request('t', [0, offset]))
    assert.deepEqual(
      topics[0]?.partitions.map((partition) => ({ ...partition })),
      [{ partitionIndex: 0, lowWatermark: expected, errorCode: 0 }],
    )
  }
  assert.equal(server.broker.topics.partition('t', 0).logStartOffset, 3)
})

test('a timeout of 0 does not apply to the own disk', async () => {
  await using server = await openTestBroker()
  await server.broker.topicAdmin.autoCreate(['t'])
  for (const value of ['a', 'b']) await server.append('t', 0, value)
  const { topics } = await server.call(deleteRecordsHandler, 2, { ...request('t', [0, 1]), timeoutMs: 0 })
  assert.equal(topics[0]?.partitions[0]?.errorCode, 0)
})

test('the deletion is durable when it is answered', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'chronik-delete-records-'))
  const crashed = `${directory}/crashed`
  try {
    {
      await using server = await openTestBroker({ directory: `${directory}/running` })
      await server.broker.topicAdmin.autoCreate(['t'])
      for (const value of ['a', 'b']) await server.append('t', 0, value)
      await server.call(deleteRecordsHandler, 2, request('t', [0, 1]))
      // What a crash would leave now; an orderly stop would make the log start durable by itself.
      await cp(`${directory}/running`, crashed, { recursive: true })
    }
    await using server = await openTestBroker({ directory: crashed })
    assert.equal(server.broker.topics.partition('t', 0).logStartOffset, 1)
    assert.equal(server.broker.topics.partition('t', 0).logEndOffset, 2)
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('what cannot be deleted fails alone', async () => {
  await using server = await openTestBroker()
  const { topicAdmin, configAdmin } = server.broker
  await topicAdmin.autoCreate(['t', 'compacted', '__consumer_offsets'])
  const policy = [{ operation: 'SET', name: 'cleanup.policy', value: 'compact' }] as const
  await configAdmin.alter({ kind: 'topic', name: 'compacted' }, policy, { validateOnly: false })
  const { topics } = await server.call(deleteRecordsHandler, 2, {
    topics: [
      ...request('t', [0, 5], [0, -2], [9, 0], [0, 0]).topics,
      ...request('compacted', [0, 0]).topics,
      ...request('__consumer_offsets', [0, 0]).topics,
      ...request('nope', [0, 0]).topics,
    ],
    timeoutMs: 10_000,
  })
  assert.deepEqual(
    topics.map(({ partitions }) =>
      partitions.map(({ lowWatermark, errorCode }) => [lowWatermark, errorCode]),
    ),
    [
      [
        [-1, 1],
        [-1, 1],
        [-1, 3],
        [0, 0],
      ],
      [[-1, 44]],
      [[-1, 17]],
      [[-1, 3]],
    ],
  )
})
