import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestBroker } from '../../../test/support/test-broker.ts'
import { describeQuorumHandler } from './55-describe-quorum.ts'

test('this node is the whole quorum, and its log end is the metadata revision', async () => {
  await using server = await openTestBroker()
  const { revision } = server.broker.metadata.image
  for (let version = 0; version <= 2; version++) {
    const { errorCode, topics, nodes } = await server.call(describeQuorumHandler, version, {
      topics: [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }],
    })
    const partition = topics[0]?.partitions[0]
    assert.deepEqual([errorCode, partition?.errorCode], [0, 0])
    assert.equal(partition?.leaderId, 1)
    assert.equal(partition?.leaderEpoch, 1)
    assert.equal(partition?.highWatermark, revision)
    assert.deepEqual(
      partition?.currentVoters.map(({ replicaId, logEndOffset }) => [replicaId, logEndOffset]),
      [[1, revision]],
    )
    assert.deepEqual(
      nodes.map(({ nodeId, listeners }) => [nodeId, listeners[0]?.host, listeners[0]?.port]),
      version < 2 ? [] : [[1, '192.0.2.1', 9092]],
    )
  }
})

test('other topics and partitions have no quorum', async () => {
  await using server = await openTestBroker()
  for (const [topicName, partitionIndex] of [
    ['__cluster_metadata', 1],
    ['nope', 0],
  ] as const) {
    const { errorCode, topics } = await server.call(describeQuorumHandler, 2, {
      topics: [{ topicName, partitions: [{ partitionIndex }] }],
    })
    assert.equal(errorCode, 0)
    assert.equal(topics[0]?.partitions[0]?.errorCode, 3)
  }
})
