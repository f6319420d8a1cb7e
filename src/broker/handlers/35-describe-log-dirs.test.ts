import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestBroker } from '../../../test/support/test-broker.ts'
import { describeLogDirsHandler } from './35-describe-log-dirs.ts'

test('the data directory is described with the sizes of its partitions', async () => {
  await using server = await openTestBroker()
  await server.broker.topicAdmin.autoCreate(['t', 'empty'])
  await server.append('t', 0, 'value')
  const size = server.broker.topics.partition('t', 0).size
  assert.ok(size > 0)
  for (let version = 1; version <= 5; version++) {
    const { errorCode, results } = await server.call(describeLogDirsHandler, version, { topics: null })
    assert.equal(errorCode, 0)
    assert.equal(results.length, 1)
    assert.equal(results[0]?.errorCode, 0)
    assert.equal(results[0]?.logDir, server.broker.logs.directory)
    const sizes = results[0]?.topics.map(({ name, partitions }) => [name, partitions[0]?.partitionSize])
    assert.deepEqual(sizes, [
      ['t', size],
      ['empty', 0],
    ])
    if (version >= 4) assert.ok((results[0]?.usableBytes ?? -1) > 0)
    else assert.equal(results[0]?.usableBytes, -1)
  }
})

test('only the partitions asked for are described, and those that do not exist are left out', async () => {
  await using server = await openTestBroker()
  await server.broker.topicAdmin.autoCreate(['t', 'other'])
  const topics = [
    { topic: 't', partitions: [0, 9] },
    { topic: 'nope', partitions: [0] },
    { topic: 'other', partitions: [5] },
  ]
  const { results } = await server.call(describeLogDirsHandler, 5, { topics })
  assert.deepEqual(
    results[0]?.topics.map(({ name, partitions }) => [name, partitions.map((p) => p.partitionIndex)]),
    [['t', [0]]],
  )
  const none = await server.call(describeLogDirsHandler, 5, { topics: [] })
  assert.deepEqual(none.results[0]?.topics, [])
})
