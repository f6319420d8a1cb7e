import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestBroker } from '../../../test/support/test-broker.ts'
import { metadataHandler } from './03-metadata.ts'
import { describeClusterHandler } from './60-describe-cluster.ts'
import { describeTopicPartitionsHandler } from './75-describe-topic-partitions.ts'

test('the operations that a client may use are those of DescribeCluster and DescribeTopicPartitions', async () => {
  await using server = await openTestBroker()
  await server.broker.topicAdmin.autoCreate(['t'])
  const metadata = await server.call(metadataHandler, 10, {
    topics: [{ name: 't' }],
    includeClusterAuthorizedOperations: true,
    includeTopicAuthorizedOperations: true,
  })
  const cluster = await server.call(describeClusterHandler, 0, { includeClusterAuthorizedOperations: true })
  const described = await server.call(describeTopicPartitionsHandler, 0, { topics: [{ name: 't' }] })
  assert.equal(metadata.clusterAuthorizedOperations, cluster.clusterAuthorizedOperations)
  assert.equal(metadata.topics[0]?.topicAuthorizedOperations, described.topics[0]?.topicAuthorizedOperations)
})
