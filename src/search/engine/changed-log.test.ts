// What compaction removed and transactions aborted is not found, through every door: a real server with its search worker.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import kafkajs from 'kafkajs'
import { SearchServer, type SearchedAnswer } from '../../../test/support/search-server.ts'

const { Kafka, logLevel } = kafkajs
const byService = { s: { terms: { field: 'service' } } }

describe('search in a log that changes', () => {
  let directory: string
  let server: SearchServer

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'chronik-changed-'))
    server = await SearchServer.start(directory)
  })

  after(async () => {
    await server.close()
    await rm(directory, { recursive: true })
  })

  const compact = (topic: string): Promise<unknown> =>
    server.send('POST', `/api/v1/topics/${topic}/compact`, {})
  const offsetsOf = ({ hits }: SearchedAnswer): number[] =>
    hits.map(({ offset }) => offset).toSorted((a, b) => a - b)
  const assertWhole = ({ coverage }: SearchedAnswer): void =>
    assert.deepEqual(
      coverage.filter(({ complete }) => !complete),
      [],
    )

  it('waits after a compaction, and neither finds nor counts what is gone', async () => {
    await server.create('users', 1, { 'cleanup.policy': 'compact', 'delete.retention.ms': '0' })
    const search = (query = '*'): Promise<SearchedAnswer> =>
      server.search({ topics: 'users', query, aggregations: byService, trackTotalHits: true })
    for (let version = 0; version < 5; version++)
      await server.produce(
        'users',
        ['a', 'b', 'c'].map((key) => ({ key, value: { version, service: `s${version}` } })),
      )
    assert.equal((await search()).total.value, 15)
    await compact('users')
    const left = await search()
    assertWhole(left)
    assert.deepEqual([left.total.value, offsetsOf(left)], [3, [12, 13, 14]])
    assert.deepEqual(
      (left.aggregations as { s: { buckets: { key: string }[] } }).s.buckets.map(({ key }) => key),
      ['s4'],
    )
    assert.equal((await search('version:3')).total.value, 0)
    // Tombstones, which go as well: in the end compaction leaves nothing at all, not even behind the last record.
    await server.produce(
      'users',
      ['a', 'b', 'c'].map((key) => ({ key, value: null })),
    )
    await compact('users')
    await compact('users')
    const nothing = await search()
    assertWhole(nothing)
    assert.equal(nothing.total.value, 0)
    await server.produce('users', [{ key: 'a', value: { version: 9, service: 'again' } }])
    const again = await search('service:again')
    assertWhole(again)
    assert.equal(again.total.value, 1)
  })

  it('finds records of a transaction once it is committed, and those of an aborted one never', async () => {
    await server.create('payments')
    const { host, port } = server.kafka
    const kafka = new Kafka({ brokers: [`${host}:${port}`], logLevel: logLevel.NOTHING })
    const producer = kafka.producer({ transactionalId: 'payer', idempotent: true, maxInFlightRequests: 1 })
    await producer.connect()
    const found = async (query: string): Promise<number> => {
      const answer = await server.search({ topics: 'payments', query })
      assertWhole(answer)
      return answer.total.value
    }
    for (const [name, ends] of [
      ['first', 'commit'],
      ['second', 'abort'],
      ['third', 'commit'],
    ] as const) {
      const transaction = await producer.transaction()
      const messages = [1, 2].map((n) => ({ value: JSON.stringify({ name, n }) }))
      await transaction.send({ topic: 'payments', messages })
      assert.equal(await found(`name:${name}`), 0, `${name} is open`)
      await transaction[ends]()
      // The end is answered before its markers are in the log, as in Kafka; consumers see it as soon as they are.
      const wanted = ends === 'commit' ? 2 : 0
      for (let tries = 0; (await found(`name:${name}`)) !== wanted && tries < 500; tries++);
      assert.equal(await found(`name:${name}`), wanted)
    }
    assert.equal(await found('*'), 4)
    await producer.disconnect()
  })
})
