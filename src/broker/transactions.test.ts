import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { openTestBroker, type TestBroker } from '../../test/support/test-broker.ts'
import { type Protocol, readAll, TestProducer } from '../../test/support/test-producer.ts'
import { errorNameOf } from '../protocol/errors.ts'
import { listOffsetsHandler } from './handlers/02-list-offsets.ts'
import { offsetFetchHandler } from './handlers/09-offset-fetch.ts'
import { initProducerIdHandler } from './handlers/22-init-producer-id.ts'
import { addPartitionsToTxnHandler } from './handlers/24-add-partitions-to-txn.ts'
import { describeTransactionsHandler } from './handlers/65-describe-transactions.ts'
import { describeProducersHandler } from './handlers/61-describe-producers.ts'
import { listTransactionsHandler } from './handlers/66-list-transactions.ts'
import { writeTxnMarkersHandler } from './handlers/27-write-txn-markers.ts'

const settings = { 'offsets.topic.num.partitions': '2', 'transaction.state.log.num.partitions': '3' }
const protocols: readonly Protocol[] = [1, 2]

async function open(directory?: string): Promise<TestBroker> {
  const server = await openTestBroker({ settings, ...(directory === undefined ? {} : { directory }) })
  await server.broker.topicAdmin.autoCreate(['t', 'u', '__consumer_offsets'])
  return server
}

/** Waits until no transaction is being ended. */
async function markersWritten(server: TestBroker): Promise<void> {
  const pending = (): boolean =>
    [...server.broker.transactions.transactions()].some(({ state }) => state.startsWith('Prepare'))
  while (pending()) await new Promise((resolve) => setImmediate(resolve))
}

async function stateOf(server: TestBroker, transactionalId: string): Promise<string> {
  const answer = await server.call(describeTransactionsHandler, 0, { transactionalIds: [transactionalId] })
  const [state] = answer.transactionStates
  return state?.errorCode === 0 ? state.transactionState : errorNameOf(state?.errorCode ?? -1)
}

async function latest(server: TestBroker, isolationLevel: number): Promise<number> {
  const partitions = [{ partitionIndex: 0, timestamp: -1 }]
  const answer = await server.call(listOffsetsHandler, 7, {
    replicaId: -1,
    isolationLevel,
    topics: [{ name: 't', partitions }],
  })
  return answer.topics[0]?.partitions[0]?.offset ?? -1
}

async function offsetOf(server: TestBroker, groupId: string, requireStable: boolean): Promise<string> {
  const topics = [{ name: 't', partitionIndexes: [0] }]
  const answer = await server.call(offsetFetchHandler, 8, { groups: [{ groupId, topics }], requireStable })
  const found = answer.groups[0]?.topics[0]?.partitions[0]
  return found?.errorCode === 0 ? String(found.committedOffset) : errorNameOf(found?.errorCode ?? -1)
}

for (const protocol of protocols) {
  describe(`a transaction of a producer that speaks transaction.version ${protocol}`, () => {
    it('is seen as a whole once it is committed, and never when it is aborted', async () => {
      await using server = await open()
      const producer = new TestProducer(server, 'tx', protocol)
      assert.equal(await producer.init(), 'NONE')
      assert.equal(await producer.write('t', 0, 'a', 'b'), 'NONE')
      assert.equal(await producer.write('u', 0, 'c'), 'NONE')
      assert.equal(await producer.send('t', 0, 'd'), 'NONE')
      assert.deepEqual(await readAll(server, 't', 0, true), [])
      assert.deepEqual(await readAll(server, 't', 0, false), ['a', 'b', 'd'])
      assert.deepEqual([await latest(server, 1), await latest(server, 0)], [0, 3])
      assert.equal(await producer.end(true), 'NONE')
      await markersWritten(server)
      assert.deepEqual(await readAll(server, 't', 0, true), ['a', 'b', 'd'])
      assert.deepEqual(await readAll(server, 'u', 0, true), ['c'])
      assert.equal(await stateOf(server, 'tx'), 'CompleteCommit')
      assert.equal(await producer.write('t', 0, 'e'), 'NONE')
      await server.append('t', 0, 'plain')
      assert.equal(await producer.end(false), 'NONE')
      await markersWritten(server)
      assert.deepEqual(await readAll(server, 't', 0, true), ['a', 'b', 'd', 'plain'])
      assert.deepEqual(await readAll(server, 't', 0, false), [
        'a',
        'b',
        'd',
        '[commit]',
        'e',
        'plain',
        '[abort]',
      ])
      assert.equal(await stateOf(server, 'tx'), 'CompleteAbort')
      assert.equal(await latest(server, 1), await latest(server, 0))
    })

    it('fences the instance before it, whose open transaction is aborted', async () => {
      await using server = await open()
      const zombie = new TestProducer(server, 'tx', protocol)
      await zombie.init()
      await zombie.write('t', 0, 'zombie')
      const next = new TestProducer(server, 'tx', protocol)
      assert.equal(await next.init(), 'NONE')
      assert.equal(next.producerId, zombie.producerId)
      assert.ok(next.epoch > zombie.epoch)
      assert.equal(await zombie.send('t', 0, 'late'), 'INVALID_PRODUCER_EPOCH')
      assert.equal(
        await zombie.write('u', 0, 'late'),
        protocol === 1 ? 'PRODUCER_FENCED' : 'INVALID_PRODUCER_EPOCH',
      )
      assert.equal(
        await zombie.commitOffset('g', 't', 0, 1),
        protocol === 1 ? 'PRODUCER_FENCED' : 'INVALID_PRODUCER_EPOCH',
      )
      assert.equal(await zombie.end(true), 'PRODUCER_FENCED')
      assert.equal(await zombie.init({ resume: true }), 'PRODUCER_FENCED')
      assert.equal(await next.write('t', 0, 'next'), 'NONE')
      assert.equal(await next.end(true), 'NONE')
      await markersWritten(server)
      assert.deepEqual(await readAll(server, 't', 0, true), ['next'])
    })

    it('takes offsets along, which are unstable until it has ended', async () => {
      await using server = await open()
      const producer = new TestProducer(server, 'tx', protocol)
      await producer.init()
      for (const [committed, expected] of [
        [true, '7'],
        [false, '7'],
        [true, '9'],
      ] as const) {
        const before = await offsetOf(server, 'g', false)
        assert.equal(await producer.write('t', 0, 'v'), 'NONE')
        assert.equal(
          await producer.commitOffset('g', 't', 0, Number(expected) + (committed ? 0 : 50)),
          'NONE',
        )
        assert.equal(await offsetOf(server, 'g', true), 'UNSTABLE_OFFSET_COMMIT')
        assert.equal(await offsetOf(server, 'g', false), before)
        assert.equal(await producer.end(committed), 'NONE')
        await markersWritten(server)
        assert.equal(await offsetOf(server, 'g', true), expected)
      }
    })

    it('goes on after a restart at every step, with what was acknowledged and no more', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'chronik-transactions-'))
      try {
        const producer = { id: -1, epoch: -1 }
        const step = async (
          work: (producer: TestProducer, server: TestBroker) => Promise<void>,
        ): Promise<void> => {
          await using server = await open(directory)
          const mine = new TestProducer(server, 'tx', protocol)
          mine.become(producer.id, producer.epoch)
          await work(mine, server)
          producer.id = mine.producerId
          producer.epoch = mine.epoch
        }
        await step(async (mine) => assert.equal(await mine.init(), 'NONE'))
        await step(async (mine) => assert.equal(await mine.write('t', 0, 'a'), 'NONE'))
        await step(async (mine, server) => {
          assert.deepEqual(await readAll(server, 't', 0, true), [])
          assert.equal(await stateOf(server, 'tx'), 'Ongoing')
          assert.equal(await mine.commitOffset('g', 't', 0, 4), 'NONE')
        })
        await step(async (mine, server) => {
          assert.equal(await offsetOf(server, 'g', true), 'UNSTABLE_OFFSET_COMMIT')
          assert.equal(await mine.end(true), 'NONE')
        })
        await step(async (mine, server) => {
          await markersWritten(server)
          assert.deepEqual(await readAll(server, 't', 0, true), ['a'])
          assert.equal(await offsetOf(server, 'g', true), '4')
          assert.equal(
            await mine.write('t', 0, ...(protocol === 2 ? ['b'] : [])),
            protocol === 2 ? 'NONE' : 'INVALID_RECORD',
          )
          assert.equal(await mine.end(false), 'NONE')
        })
        await step(async (_mine, server) => {
          await markersWritten(server)
          assert.deepEqual(await readAll(server, 't', 0, true), ['a'])
        })
      } finally {
        await rm(directory, { recursive: true })
      }
    })
  })
}

describe('producing in a transaction', () => {
  it('is refused where the partition is not part of it', async () => {
    await using server = await open()
    const producer = new TestProducer(server, 'tx', 1)
    await producer.init()
    assert.equal(await producer.send('t', 0, 'a'), 'TRANSACTION_ABORTABLE')
    assert.equal(await producer.add('t', 0), 'NONE')
    assert.equal(await producer.send('u', 0, 'a'), 'TRANSACTION_ABORTABLE')
    assert.equal(await producer.send('t', 0, 'a'), 'NONE')
    const stranger = new TestProducer(server, 'other', 2)
    stranger.become(producer.producerId, producer.epoch)
    assert.equal(await stranger.send('u', 0, 'a'), 'INVALID_PRODUCER_ID_MAPPING')
  })

  it('of a partition that does not exist adds none', async () => {
    await using server = await open()
    const producer = new TestProducer(server, 'tx', 1)
    await producer.init()
    const answer = await server.call(addPartitionsToTxnHandler, 3, {
      v3AndBelowTransactionalId: 'tx',
      v3AndBelowProducerId: producer.producerId,
      v3AndBelowProducerEpoch: producer.epoch,
      v3AndBelowTopics: [{ name: 't', partitions: [0, 99] }],
    })
    assert.deepEqual(
      answer.resultsByTopicV3AndBelow[0]?.resultsByPartition.map(({ partitionErrorCode }) =>
        errorNameOf(partitionErrorCode),
      ),
      ['OPERATION_NOT_ATTEMPTED', 'UNKNOWN_TOPIC_OR_PARTITION'],
    )
    assert.equal(await stateOf(server, 'tx'), 'Empty')
  })
})

describe('the end of a transaction', () => {
  it('that comes twice is told the same, and one that comes late does not hit the next transaction', async () => {
    await using server = await open()
    const producer = new TestProducer(server, 'tx', 2)
    await producer.init()
    await producer.write('t', 0, 'a')
    const { epoch } = producer
    assert.equal(await producer.end(true), 'NONE')
    await markersWritten(server)
    producer.become(producer.producerId, epoch)
    assert.equal(await producer.end(true), 'NONE')
    assert.equal(producer.epoch, epoch + 1)
    await producer.write('t', 0, 'b')
    producer.become(producer.producerId, epoch)
    assert.equal(await producer.end(true), 'PRODUCER_FENCED')
    producer.become(producer.producerId, epoch + 1)
    assert.equal(await producer.end(false), 'NONE')
    await markersWritten(server)
    assert.deepEqual(await readAll(server, 't', 0, true), ['a'])
  })

  it('follows its time-out, and the producer is fenced', async () => {
    await using server = await open()
    const producer = new TestProducer(server, 'tx', 2)
    await producer.init({ transactionTimeoutMs: 1 })
    await producer.write('t', 0, 'a')
    await new Promise((resolve) => setTimeout(resolve, 5))
    await server.broker.transactions.abortTimedOut()
    await markersWritten(server)
    assert.equal(await stateOf(server, 'tx'), 'CompleteAbort')
    assert.equal(await producer.send('t', 0, 'b'), 'INVALID_PRODUCER_EPOCH')
    assert.equal(await producer.end(true), 'INVALID_TXN_STATE')
    assert.deepEqual(await readAll(server, 't', 0, true), [])
  })
})

describe('a transactional id', () => {
  it('must have a timeout that the broker allows', async () => {
    await using server = await open()
    const producer = new TestProducer(server, 'tx')
    assert.equal(await producer.init({ transactionTimeoutMs: 900_001 }), 'INVALID_TRANSACTION_TIMEOUT')
    assert.equal(await producer.init({ transactionTimeoutMs: 0 }), 'INVALID_TRANSACTION_TIMEOUT')
    assert.equal(await producer.init({ transactionTimeoutMs: 900_000 }), 'NONE')
  })

  it('may go on with its own epoch, and repeat that request (KIP-360)', async () => {
    await using server = await open()
    const producer = new TestProducer(server, 'tx')
    await producer.init()
    const { producerId, epoch } = producer
    assert.equal(await producer.init({ resume: true }), 'NONE')
    assert.deepEqual([producer.producerId, producer.epoch], [producerId, epoch + 1])
    producer.become(producerId, epoch)
    assert.equal(await producer.init({ resume: true }), 'NONE')
    assert.deepEqual([producer.producerId, producer.epoch], [producerId, epoch + 1])
    const fenced = {
      transactionalId: 'tx',
      transactionTimeoutMs: 1,
      producerId: producerId + 1,
      producerEpoch: 0,
    }
    assert.equal(
      errorNameOf((await server.call(initProducerIdHandler, 3, fenced)).errorCode),
      'INVALID_PRODUCER_EPOCH',
    )
    assert.equal(
      errorNameOf((await server.call(initProducerIdHandler, 4, fenced)).errorCode),
      'PRODUCER_FENCED',
    )
  })

  it('is listed and described, also with its transaction, and forgotten when nobody uses it', async () => {
    await using server = await open()
    const list = async (fields: object): Promise<string[]> => {
      const answer = await server.call(listTransactionsHandler, 2, {
        stateFilters: [],
        producerIdFilters: [],
        ...fields,
      })
      return answer.transactionStates
        .map(({ transactionalId, transactionState }) => `${transactionalId} ${transactionState}`)
        .sort()
    }
    const idle = new TestProducer(server, 'idle')
    const busy = new TestProducer(server, 'busy')
    await idle.init()
    await busy.init()
    await busy.write('t', 0, 'a')
    assert.deepEqual(await list({}), ['busy Ongoing', 'idle Empty'])
    assert.deepEqual(await list({ stateFilters: ['Ongoing'] }), ['busy Ongoing'])
    assert.deepEqual(await list({ producerIdFilters: [idle.producerId] }), ['idle Empty'])
    assert.deepEqual(await list({ transactionalIdPattern: 'b.*' }), ['busy Ongoing'])
    assert.deepEqual(await list({ transactionalIdPattern: 'b' }), [])
    assert.deepEqual(await list({ durationFilter: 3_600_000 }), ['idle Empty'])
    const described = await server.call(describeTransactionsHandler, 0, {
      transactionalIds: ['busy', 'none', ''],
    })
    assert.deepEqual(
      described.transactionStates.map(({ errorCode, topics }) => [errorNameOf(errorCode), topics.length]),
      [
        ['NONE', 1],
        ['TRANSACTIONAL_ID_NOT_FOUND', 0],
        ['INVALID_REQUEST', 0],
      ],
    )
    await server.broker.transactions.expireIds()
    assert.equal(await stateOf(server, 'idle'), 'Empty')
  })
})

describe('markers of an administrator', () => {
  it('end a transaction that its coordinator does not know of', async () => {
    await using server = await open()
    const producer = new TestProducer(server, 'tx', 1)
    await producer.init()
    await producer.write('t', 0, 'a')
    const { topics } = await server.call(describeProducersHandler, 0, {
      topics: [{ name: 't', partitionIndexes: [0] }],
    })
    const [active] = topics[0]?.partitions[0]?.activeProducers ?? []
    assert.deepEqual(
      [active?.producerId, active?.currentTxnStartOffset, active?.coordinatorEpoch],
      [producer.producerId, 0, -1],
    )
    const write = async (producerEpoch: number, name: string, coordinatorEpoch: number): Promise<string> => {
      const marker = {
        producerId: producer.producerId,
        producerEpoch,
        transactionResult: false,
        coordinatorEpoch,
        transactionVersion: 0,
      }
      const answer = await server.call(writeTxnMarkersHandler, 2, {
        markers: [{ ...marker, topics: [{ name, partitionIndexes: [0] }] }],
      })
      return errorNameOf(answer.markers[0]?.topics[0]?.partitions[0]?.errorCode ?? -1)
    }
    assert.equal(await write(producer.epoch, 'none', 5), 'UNKNOWN_TOPIC_OR_PARTITION')
    assert.equal(await write(producer.epoch, 't', 5), 'NONE')
    assert.equal(await write(producer.epoch, 't', 4), 'TRANSACTION_COORDINATOR_FENCED')
    assert.equal(await write(producer.epoch - 1, 't', 5), 'INVALID_PRODUCER_EPOCH')
    assert.equal(await latest(server, 1), await latest(server, 0))
    assert.deepEqual(await readAll(server, 't', 0, true), [])
  })
})
