import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestBroker } from '../../../test/support/test-broker.ts'
import { errorCode } from '../../protocol/errors.ts'
import { ZERO_UUID } from '../../protocol/schema.ts'
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

test('a topic is found by its id, whether the name beside it is null, empty or another', async () => {
  await using server = await openTestBroker()
  await server.broker.topicAdmin.autoCreate(['t'])
  const topicId = server.broker.topics.named('t')?.topicId ?? ZERO_UUID
  const answers = async (asked: { readonly name: string | null; readonly topicId: string }) => {
    const { topics } = await server.call(metadataHandler, 13, { topics: [asked] })
    return topics.map((topic) => [topic.errorCode, topic.name, topic.topicId, topic.partitions.length])
  }
  for (const name of [null, '', 'other'])
    assert.deepEqual(await answers({ name, topicId }), [[0, 't', topicId, 1]])
  const unknown = 'AAAAAAAAAAAAAAAAAAAAAQ'
  assert.deepEqual(await answers({ name: 't', topicId: unknown }), [
    [errorCode('UNKNOWN_TOPIC_ID'), null, unknown, 0],
  ])
  assert.equal(server.broker.metadata.image.topicsByName.get('other'), undefined)
})

test('versions that have ids in answers only refuse them in requests', async () => {
  await using server = await openTestBroker()
  const ask = (topics: readonly { name: string | null; topicId: string }[]) =>
    server.call(metadataHandler, 11, { topics: [...topics] })
  for (const asked of [
    { name: null, topicId: ZERO_UUID },
    { name: 't', topicId: 'AAAAAAAAAAAAAAAAAAAAAQ' },
  ])
    await assert.rejects(ask([asked]), { message: /version 11/ })
})
