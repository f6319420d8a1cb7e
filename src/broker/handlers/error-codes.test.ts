import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openTestBroker, type TestBroker } from '../../../test/support/test-broker.ts'
import { TestProducer } from '../../../test/support/test-producer.ts'
import { errorNameOf } from '../../protocol/errors.ts'
import { type BatchOptions, buildBatch } from '../../records/build-batch.ts'
import { produceHandler } from './00-produce.ts'
import { fetchHandler } from './01-fetch.ts'
import { listOffsetsHandler } from './02-list-offsets.ts'
import { apiVersionsHandler } from './18-api-versions.ts'
import { addPartitionsToTxnHandler } from './24-add-partitions-to-txn.ts'
import { endTxnHandler } from './26-end-txn.ts'

// Errors that no other test provokes by a request; docs/internals/errors.md lists them all.

async function open(configs: Readonly<Record<string, string>> = {}): Promise<TestBroker> {
  const server = await openTestBroker({ settings: { 'transaction.state.log.num.partitions': '1' } })
  await server.broker.topicAdmin.create({
    name: 't',
    partitions: 1,
    replicationFactor: 1,
    assignments: [],
    configs: new Map(Object.entries(configs)),
  })
  return server
}

type RecordInput = Parameters<typeof buildBatch>[1][number]

const anyRecord: RecordInput = { timestamp: Date.now(), key: Buffer.from('k'), value: Buffer.from('v') }

interface Produced {
  readonly records?: Buffer
  readonly acks?: number
  readonly topic?: string
  readonly partition?: number
  readonly transactionalId?: string | null
}

async function produce(server: TestBroker, { records, ...asked }: Produced): Promise<string> {
  const { acks = -1, topic = 't', partition = 0, transactionalId = null } = asked
  const partitionData = [{ index: partition, records: records ?? buildBatch({}, [anyRecord]) }]
  const topicData = [{ name: topic, partitionData }]
  const answer = await server.call(produceHandler, 11, { transactionalId, acks, timeoutMs: 1000, topicData })
  return errorNameOf(answer.responses[0]?.partitionResponses[0]?.errorCode ?? -1)
}

function batchOf(options: BatchOptions, record: Partial<RecordInput> = {}): Buffer {
  return buildBatch(options, [{ ...anyRecord, ...record }])
}

test('Produce says what is wrong with acks, place and batch', async () => {
  await using server = await open()
  assert.equal(await produce(server, { acks: 2 }), 'INVALID_REQUIRED_ACKS')
  assert.equal(await produce(server, { topic: 'nope' }), 'UNKNOWN_TOPIC_OR_PARTITION')
  assert.equal(await produce(server, { partition: 7 }), 'UNKNOWN_TOPIC_OR_PARTITION')
  const damaged = batchOf({})
  damaged[damaged.length - 1] = (damaged[damaged.length - 1] ?? 0) ^ 1
  assert.equal(await produce(server, { records: damaged }), 'CORRUPT_MESSAGE')
  assert.equal(await produce(server, {}), 'NONE')
})

test('Produce refuses a record without a key for a compacted topic, and one that is too large', async () => {
  await using server = await open({ 'cleanup.policy': 'compact', 'max.message.bytes': '200' })
  assert.equal(await produce(server, { records: batchOf({}, { key: null }) }), 'INVALID_RECORD')
  assert.equal(
    await produce(server, { records: batchOf({}, { value: Buffer.alloc(300) }) }),
    'MESSAGE_TOO_LARGE',
  )
})

test('Produce refuses timestamps that the topic does not allow', async () => {
  await using server = await open({ 'message.timestamp.before.max.ms': '1000' })
  assert.equal(await produce(server, { records: batchOf({}, { timestamp: 1 }) }), 'INVALID_TIMESTAMP')
})

test('Produce of an idempotent producer: a gap, an epoch that is over, a transaction that nobody has begun', async () => {
  await using server = await open()
  const batch = (producerEpoch: number, baseSequence: number): Buffer =>
    batchOf({ producerId: 900, producerEpoch, baseSequence })
  assert.equal(await produce(server, { records: batch(1, 0) }), 'NONE')
  assert.equal(await produce(server, { records: batch(1, 5) }), 'OUT_OF_ORDER_SEQUENCE_NUMBER')
  assert.equal(await produce(server, { records: batch(0, 1) }), 'INVALID_PRODUCER_EPOCH')
  const producer = new TestProducer(server, 'tx', 1)
  assert.equal(await producer.init(), 'NONE')
  assert.equal(await producer.send('t', 0, 'not added'), 'TRANSACTION_ABORTABLE')
})

async function fetch(
  server: TestBroker,
  asked: {
    readonly offset?: number
    readonly epoch?: number
    readonly topic?: string
    readonly partition?: number
    readonly session?: readonly [id: number, epoch: number]
  },
): Promise<string> {
  const { offset = 0, epoch = -1, topic = 't', partition = 0, session = [0, -1] } = asked
  const partitions = [{ partition, currentLeaderEpoch: epoch, fetchOffset: offset, partitionMaxBytes: 1000 }]
  const answer = await server.call(fetchHandler, 12, {
    maxWaitMs: 0,
    minBytes: 0,
    sessionId: session[0],
    sessionEpoch: session[1],
    topics: [{ topic, partitions }],
  })
  return errorNameOf(answer.errorCode || (answer.responses[0]?.partitions[0]?.errorCode ?? -1))
}

test('Fetch and ListOffsets compare leader epochs, behind and ahead', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'chronik-errors-'))
  try {
    {
      await using server = await openTestBroker({ directory })
      await server.broker.topicAdmin.autoCreate(['t'])
      await server.append('t', 0, 'a')
    }
    // The restart has begun epoch 1.
    await using server = await openTestBroker({ directory })
    assert.equal(await fetch(server, { epoch: 0 }), 'FENCED_LEADER_EPOCH')
    assert.equal(await fetch(server, { epoch: 9 }), 'UNKNOWN_LEADER_EPOCH')
    assert.equal(await fetch(server, { epoch: 1 }), 'NONE')
    const list = async (currentLeaderEpoch: number): Promise<string> => {
      const partitions = [{ partitionIndex: 0, currentLeaderEpoch, timestamp: -1 }]
      const answer = await server.call(listOffsetsHandler, 7, {
        replicaId: -1,
        topics: [{ name: 't', partitions }],
      })
      return errorNameOf(answer.topics[0]?.partitions[0]?.errorCode ?? -1)
    }
    assert.equal(await list(0), 'FENCED_LEADER_EPOCH')
    assert.equal(await list(9), 'UNKNOWN_LEADER_EPOCH')
    assert.equal(await list(1), 'NONE')
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('Fetch says what is wrong with offset, topic and session', async () => {
  await using server = await open()
  assert.equal(await fetch(server, { offset: 7 }), 'OFFSET_OUT_OF_RANGE')
  assert.equal(await fetch(server, { topic: 'nope' }), 'UNKNOWN_TOPIC_OR_PARTITION')
  assert.equal(await fetch(server, { partition: 7 }), 'UNKNOWN_TOPIC_OR_PARTITION')
  assert.equal(await fetch(server, { session: [4711, 1] }), 'FETCH_SESSION_ID_NOT_FOUND')
  const opened = await server.call(fetchHandler, 12, {
    maxWaitMs: 0,
    minBytes: 0,
    sessionId: 0,
    sessionEpoch: 0,
    topics: [],
  })
  assert.notEqual(opened.sessionId, 0)
  assert.equal(await fetch(server, { session: [opened.sessionId, 5] }), 'INVALID_FETCH_SESSION_EPOCH')
})

test('Fetch by topic id: an unknown id, and a session that began with names', async () => {
  await using server = await open()
  const ask = async (sessionId: number, sessionEpoch: number): Promise<string> => {
    const topicId = 'wP_uAMD_7gDA_-4AwP_uAA'
    const partitions = [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1000 }]
    const topics = [{ topicId, partitions }]
    const answer = await server.call(fetchHandler, 13, {
      maxWaitMs: 0,
      minBytes: 0,
      sessionId,
      sessionEpoch,
      topics,
    })
    return errorNameOf(answer.errorCode || (answer.responses[0]?.partitions[0]?.errorCode ?? -1))
  }
  assert.equal(await ask(0, -1), 'UNKNOWN_TOPIC_ID')
  const opened = await server.call(fetchHandler, 12, {
    maxWaitMs: 0,
    minBytes: 0,
    sessionId: 0,
    sessionEpoch: 0,
    topics: [],
  })
  assert.equal(await ask(opened.sessionId, 1), 'FETCH_SESSION_TOPIC_ID_ERROR')
})

test('ApiVersions sends a client away that looks for another cluster or node', async () => {
  await using server = await open()
  const ask = async (clusterId: string, nodeId: number): Promise<string> => {
    const client = { clientSoftwareName: 'test', clientSoftwareVersion: '1' }
    return errorNameOf((await server.call(apiVersionsHandler, 5, { ...client, clusterId, nodeId })).errorCode)
  }
  assert.equal(await ask('another', server.broker.nodeId), 'REBOOTSTRAP_REQUIRED')
  assert.equal(await ask(server.broker.clusterId, server.broker.nodeId + 1), 'REBOOTSTRAP_REQUIRED')
  assert.equal(await ask(server.broker.clusterId, server.broker.nodeId), 'NONE')
})

test('EndTxn and AddPartitionsToTxn know whom they speak to, and what has begun', async () => {
  await using server = await open()
  const producer = new TestProducer(server, 'tx', 1)
  assert.equal(await producer.init(), 'NONE')
  assert.equal(await producer.end(true), 'INVALID_TXN_STATE')
  const { producerId, epoch } = producer
  const end = async (transactionalId: string, id: number): Promise<string> => {
    const fields = { transactionalId, producerId: id, producerEpoch: epoch, committed: true }
    return errorNameOf((await server.call(endTxnHandler, 4, fields)).errorCode)
  }
  assert.equal(await end('tx', producerId + 1), 'INVALID_PRODUCER_ID_MAPPING')
  assert.equal(await end('another', producerId), 'INVALID_PRODUCER_ID_MAPPING')
  assert.equal(await end('', producerId), 'INVALID_REQUEST')
  const add = async (id: number, producerEpoch: number): Promise<string> => {
    const answer = await server.call(addPartitionsToTxnHandler, 3, {
      v3AndBelowTransactionalId: 'tx',
      v3AndBelowProducerId: id,
      v3AndBelowProducerEpoch: producerEpoch,
      v3AndBelowTopics: [{ name: 't', partitions: [0] }],
    })
    return errorNameOf(answer.resultsByTopicV3AndBelow[0]?.resultsByPartition[0]?.partitionErrorCode ?? -1)
  }
  assert.equal(await add(producerId + 1, epoch), 'INVALID_PRODUCER_ID_MAPPING')
  assert.equal(await add(producerId, epoch + 1), 'PRODUCER_FENCED')
  assert.equal(await add(producerId, epoch), 'NONE')
})
