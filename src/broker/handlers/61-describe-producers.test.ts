import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestBroker } from '../../../test/support/test-broker.ts'
import { describeProducersHandler } from './61-describe-producers.ts'

test('the producers of a partition are described', async () => {
  await using server = await openTestBroker()
  await server.broker.topicAdmin.autoCreate(['t'])
  const log = server.broker.topics.partition('t', 0)
  const batch = {
    producerId: 7,
    producerEpoch: 2,
    baseSequence: 10,
    lastOffsetDelta: 4,
    maxTimestamp: 99,
    transactional: false,
  }
  log.producers.replay(batch, 0, 4, 5)
  const { topics } = await server.call(describeProducersHandler, 0, {
    topics: [
      { name: 't', partitionIndexes: [0, 9] },
      { name: 'nope', partitionIndexes: [0] },
      { name: 'x y', partitionIndexes: [0] },
    ],
  })
  assert.deepEqual(
    topics.map(({ name, partitions }) => [name, partitions.map(({ errorCode }) => errorCode)]),
    [
      ['t', [0, 3]],
      ['nope', [3]],
      ['x y', [17]],
    ],
  )
  assert.deepEqual(
    topics[0]?.partitions[0]?.activeProducers.map((producer) => ({ ...producer })),
    [
      {
        producerId: 7,
        producerEpoch: 2,
        lastSequence: 14,
        lastTimestamp: 99,
        coordinatorEpoch: -1,
        currentTxnStartOffset: -1,
      },
    ],
  )
})
