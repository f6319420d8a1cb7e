import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestBroker, type TestBroker } from '../../../test/support/test-broker.ts'
import type { RequestInputOf, ResponseOf } from '../../protocol/api-keys.ts'
import { KafkaError } from '../../protocol/errors.ts'
import { ZERO_UUID } from '../../protocol/schema.ts'
import { describeTopicPartitionsHandler } from './75-describe-topic-partitions.ts'

async function withTopics(server: TestBroker): Promise<void> {
  const { topicAdmin } = server.broker
  await topicAdmin.autoCreate(['as', 'zz'])
  await topicAdmin.create({
    name: 'mid',
    partitions: 3,
    replicationFactor: 1,
    assignments: [],
    configs: new Map(),
  })
}

/** Topics as [name, error code, partitions], and the cursor. */
async function describe(
  server: TestBroker,
  names: readonly string[],
  options: Partial<RequestInputOf<'DescribeTopicPartitions'>> = {},
) {
  const { topics, nextCursor } = await server.call(describeTopicPartitionsHandler, 0, {
    topics: names.map((name) => ({ name })),
    ...options,
  })
  const cursor = nextCursor === null ? null : [nextCursor.topicName, nextCursor.partitionIndex]
  return {
    topics: topics.map(({ name, errorCode, partitions }) => [
      name,
      errorCode,
      partitions.map(({ partitionIndex }) => partitionIndex),
    ]),
    cursor,
  }
}

function cursor(topicName: string, partitionIndex: number) {
  return { cursor: { topicName, partitionIndex } }
}

test('topics are sorted, each once, and unknown ones fail alone', async () => {
  await using server = await openTestBroker()
  await withTopics(server)
  assert.deepEqual(await describe(server, ['x y', 'zz', 'nope', 'as', 'as']), {
    topics: [
      ['as', 0, [0]],
      ['nope', 3, []],
      ['x y', 17, []],
      ['zz', 0, [0]],
    ],
    cursor: null,
  })
  assert.deepEqual(
    (await describe(server, [])).topics.map(([name]) => name),
    ['as', 'mid', 'zz'],
  )
})

test('a partition is described in full', async () => {
  await using server = await openTestBroker()
  await withTopics(server)
  const { topics } = await server.call(describeTopicPartitionsHandler, 0, {
    topics: [{ name: 'as' }, { name: 'nope' }],
  })
  assert.equal(topics[0]?.topicId, server.broker.topics.named('as')?.topicId)
  assert.equal(topics[0]?.topicAuthorizedOperations, 3576)
  assert.equal(topics[1]?.topicId, ZERO_UUID)
  assert.deepEqual(
    { ...topics[0]?.partitions[0] },
    {
      errorCode: 0,
      partitionIndex: 0,
      leaderId: 1,
      leaderEpoch: 0,
      replicaNodes: [1],
      isrNodes: [1],
      eligibleLeaderReplicas: [],
      lastKnownElr: [],
      offlineReplicas: [],
    },
  )
})

test('pages are cut at the limit, within a topic or between two', async () => {
  await using server = await openTestBroker()
  await withTopics(server)
  assert.deepEqual(await describe(server, ['mid', 'as'], { responsePartitionLimit: 1 }), {
    topics: [['as', 0, [0]]],
    cursor: ['mid', 0],
  })
  assert.deepEqual(await describe(server, ['mid', 'as'], { responsePartitionLimit: 3 }), {
    topics: [
      ['as', 0, [0]],
      ['mid', 0, [0, 1]],
    ],
    cursor: ['mid', 2],
  })
  assert.deepEqual(await describe(server, ['mid', 'as'], cursor('mid', 2)), {
    topics: [['mid', 0, [2]]],
    cursor: null,
  })
  assert.deepEqual(await describe(server, ['mid', 'as'], cursor('mid', 20)), {
    topics: [['mid', 0, []]],
    cursor: null,
  })
  assert.deepEqual((await describe(server, ['as', 'bnope'], { responsePartitionLimit: 1 })).cursor, [
    'bnope',
    0,
  ])
  assert.deepEqual((await describe(server, ['as', 'mid'], { responsePartitionLimit: 0 })).topics, [
    ['as', 0, [0]],
  ])
})

test('following the cursor shows every partition once', async () => {
  await using server = await openTestBroker()
  await withTopics(server)
  const seen: string[] = []
  let cursor: { readonly topicName: string; readonly partitionIndex: number } | null = null
  do {
    const request: RequestInputOf<'DescribeTopicPartitions'> = {
      topics: [],
      responsePartitionLimit: 2,
      cursor,
    }
    const page: ResponseOf<'DescribeTopicPartitions'> = await server.call(
      describeTopicPartitionsHandler,
      0,
      request,
    )
    for (const { name, partitions } of page.topics) {
      seen.push(...partitions.map(({ partitionIndex }) => `${name}-${partitionIndex}`))
    }
    cursor = page.nextCursor
  } while (cursor !== null && seen.length < 10)
  assert.deepEqual(seen, ['as-0', 'mid-0', 'mid-1', 'mid-2', 'zz-0'])
})

test('a cursor that points nowhere fails the request', async () => {
  await using server = await openTestBroker()
  await withTopics(server)
  for (const cursor of [
    { topicName: 'mid', partitionIndex: 0 },
    { topicName: 'as', partitionIndex: -1 },
  ]) {
    await assert.rejects(
      describe(server, ['as'], { cursor }),
      (error) => error instanceof KafkaError && error.errorName === 'INVALID_REQUEST',
    )
  }
})
