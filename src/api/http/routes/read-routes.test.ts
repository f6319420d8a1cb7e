import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { elementAt, openTestHttp, type AnswerOf, type TestHttp } from '../../../../test/support/test-http.ts'
import { buildBatch } from '../../../records/build-batch.ts'
import { HEADER_SIZE, updateCrc } from '../../../records/record-batch.ts'
import type { readAnswer } from '../schemas/record-schemas.ts'

type Read = AnswerOf<typeof readAnswer>

const at = (partition: number, second: number): object => ({
  partition,
  value: `${second}`,
  timestamp: 1_700_000_000_000 + second,
})

describe('reading records over HTTP', () => {
  let http: TestHttp
  before(async () => {
    http = await openTestHttp()
    await http.send('POST', '/api/v1/topics', { name: 'one' })
    await post(
      'one',
      Array.from({ length: 10 }, (_, index) => ({
        value: `v${index}`,
        timestamp: 1_700_000_000_000 + index * 1000,
      })),
    )
  })
  after(() => http[Symbol.asyncDispose]())

  const post = (topic: string, records: readonly unknown[]): Promise<unknown> =>
    http.send('POST', `/api/v1/topics/${topic}/records`, { records })
  const read = (topic: string, query = ''): Promise<Read> =>
    http.get(`/api/v1/topics/${topic}/records${query}`)
  const offsets = async (query: string): Promise<number[]> =>
    (await read('one', query)).records.map(({ offset }) => offset)

  it('reads from offsets, from the ends and from timestamps', async () => {
    assert.deepEqual(await offsets('?limit=2'), [0, 1])
    assert.deepEqual(await offsets('?offset=start&limit=2'), [0, 1])
    assert.deepEqual(await offsets('?offset=8'), [8, 9])
    assert.deepEqual(await offsets('?offset=-3&partition=0'), [7, 8, 9])
    assert.deepEqual(await offsets('?offset=-99&limit=1'), [0])
    assert.deepEqual(await offsets('?offset=end'), [])
    assert.deepEqual(await offsets('?offset=10'), [])
    assert.deepEqual(await offsets('?timestamp=1700000007500'), [8, 9])
    assert.deepEqual(await offsets('?timestamp=2023-11-14T22:13:28Z'), [8, 9])
    assert.deepEqual(await offsets('?timestamp=2030-01-01'), [])
  })

  it('shows a record with everything, and where to go on', async () => {
    const answer = await read('one', '?offset=3&limit=1')
    assert.deepEqual(answer, {
      topic: 'one',
      records: [
        {
          partition: 0,
          offset: 3,
          timestamp: 1_700_000_003_000,
          time: '2023-11-14T22:13:23.000Z',
          key: null,
          value: 'v3',
          headers: [],
          size: 2,
        },
      ],
      partitions: [{ partition: 0, nextOffset: 4, logStartOffset: 0, highWatermark: 10 }],
    })
  })

  it('stops before maxBytes, but returns one record whatever its size', async () => {
    assert.deepEqual(await offsets('?maxBytes=5'), [0, 1])
    assert.deepEqual(await offsets('?maxBytes=1'), [0])
  })

  it('shows values as they are asked for', async () => {
    await http.send('POST', '/api/v1/topics', { name: 'formats' })
    const stored = ['{"id": 12345678901234567890,\n  "a": 1.0}', 'text', '7', '"quoted"', '[1', '']
    await post('formats', [...stored.map((value) => ({ value })), { valueBase64: '/w==' }, { value: null }])
    const values = async (format: string): Promise<string[]> => {
      const response = await http.fetch(`/api/v1/topics/formats/records?format=${format}`, {
        headers: { accept: 'application/x-ndjson' },
      })
      const lines = (await response.text()).trimEnd().split('\n')
      return lines.map((line) => /"(value(?:Base64)?":.*),"headers"/.exec(line)?.[1] ?? line)
    }
    const object = '{"id": 12345678901234567890,"a": 1.0}'
    const tail = ['valueBase64":"/w=="', 'value":null']
    assert.deepEqual(await values('auto'), [
      `value":${object}`,
      'value":"text"',
      'value":"7"',
      String.raw`value":"\"quoted\""`,
      'value":"[1"',
      'value":""',
      ...tail,
    ])
    assert.deepEqual(await values('json'), [
      `value":${object}`,
      'value":"text"',
      'value":7',
      'value":"quoted"',
      'value":"[1"',
      'value":""',
      ...tail,
    ])
    assert.deepEqual(await values('text'), [
      ...stored.map((value) => `value":${JSON.stringify(value)}`),
      ...tail,
    ])
    assert.deepEqual(await values('base64'), [
      ...stored.map((value) => `valueBase64":"${Buffer.from(value).toString('base64')}"`),
      ...tail,
    ])
  })

  it('merges partitions by timestamp and keeps the order within each', async () => {
    await http.send('POST', '/api/v1/topics', { name: 'merged', partitions: 3 })
    await post('merged', [at(0, 1), at(0, 9), at(0, 3), at(1, 2), at(1, 4), at(2, 5)])
    const all = await read('merged')
    assert.deepEqual(
      all.records.map(({ value }) => value),
      ['1', '2', '4', '5', '9', '3'],
    )
    assert.deepEqual(
      all.partitions.map(({ nextOffset }) => nextOffset),
      [3, 2, 1],
    )
    const some = await read('merged', '?limit=2')
    assert.deepEqual(
      some.partitions.map(({ nextOffset }) => nextOffset),
      [1, 1, 0],
    )
    const last = await read('merged', '?offset=-1')
    assert.deepEqual(
      last.records.map(({ value }) => value),
      ['3', '4', '5'],
    )
    assert.equal(
      (await http.problem(400, '/api/v1/topics/merged/records?offset=1')).code,
      'INVALID_PARAMETER',
    )
  })

  it('skips control records, reads compressed batches, and never stands still on either', async () => {
    await http.send('POST', '/api/v1/topics', { name: 'batches' })
    const log = http.broker.topics.partition('batches', 0)
    const append = (batch: Buffer): unknown =>
      log.append(batch, 0, batch.length, 0, http.broker.env.clock.now())
    const end = (outcome: 'commit' | 'abort'): unknown => {
      const marker = {
        producerId: 1,
        producerEpoch: 0,
        coordinatorEpoch: 0,
        outcome,
        transactionVersion: 1,
      } as const
      return log.appendMarker(marker, 0, http.broker.env.clock.now())
    }
    const records = ['a', 'b', 'c'].map((value) => ({
      timestamp: 1_700_000_000_000,
      value: Buffer.from(value),
    }))
    append(buildBatch({ compression: 'zstd' }, records))
    end('commit')
    append(buildBatch({ compression: 'gzip' }, records))
    end('abort')
    await new Promise<void>((resolve) => http.broker.logs.committer.afterCommit(resolve))
    const all = await read('batches', '?offset=1')
    assert.deepEqual(
      all.records.map(({ offset }) => offset),
      [1, 2, 4, 5, 6],
    )
    assert.equal(elementAt(all.partitions, 0).nextOffset, 8)
    const marker = await read('batches', '?offset=7')
    assert.deepEqual(marker.records, [])
    assert.equal(elementAt(marker.partitions, 0).nextOffset, 8)
  })

  it('reads across the pieces that it reads in, from memory and from files', async () => {
    await http.send('POST', '/api/v1/topics', { name: 'long' })
    const value = 'x'.repeat(900)
    for (let turn = 0; turn < 6; turn++)
      await post(
        'long',
        Array.from({ length: 100 }, () => ({ value })),
      )
    for (const from of ['memory', 'file']) {
      if (from === 'file') {
        const log = http.broker.topics.partition('long', 0)
        await log.writeOut()
        while (log.tail.chunks.length > 0 && log.dropOldestChunk());
      }
      const { records, partitions } = await read('long', '?limit=10000')
      assert.deepEqual(
        records.map(({ offset }) => offset),
        [...Array(600).keys()],
        from,
      )
      assert.equal(elementAt(partitions, 0).nextOffset, 600)
    }
  })

  it('waits for a record, and gives up when none comes or when it is stopped', async () => {
    await http.send('POST', '/api/v1/topics', { name: 'awaited', partitions: 2 })
    const waiting = read('awaited', '?offset=end&waitMs=20000')
    while (http.broker.brokerMetrics.waitingFetches.value === 0)
      await new Promise((resolve) => setImmediate(resolve))
    await post('awaited', [{ value: 'there', partition: 1 }])
    const answer = await waiting
    assert.deepEqual(
      answer.records.map(({ value }) => value),
      ['there'],
    )
    assert.deepEqual((await read('awaited', '?offset=end&waitMs=5')).records, [])
    assert.equal(http.broker.brokerMetrics.waitingFetches.value, 0)
  })

  it('stops waiting when the caller goes', async () => {
    const caller = new AbortController()
    const waiting = http.fetch('/api/v1/topics/one/records?offset=end&waitMs=20000', {
      signal: caller.signal,
    })
    while (http.broker.brokerMetrics.waitingFetches.value === 0)
      await new Promise((resolve) => setImmediate(resolve))
    caller.abort()
    await assert.rejects(waiting)
    while (http.broker.brokerMetrics.waitingFetches.value > 0)
      await new Promise((resolve) => setImmediate(resolve))
  })

  it('says what is wrong with a read', async () => {
    const cases: readonly [string, number, string, RegExp][] = [
      ['one/records?offset=11', 400, 'OFFSET_OUT_OF_RANGE', /0 to 10/],
      ['one/records?offset=1.5', 400, 'INVALID_PARAMETER', /"1.5"/],
      ['one/records?offset=latest', 400, 'INVALID_PARAMETER', /"latest"/],
      ['one/records?offset=99999999999999999999', 400, 'INVALID_PARAMETER', /offset/],
      ['one/records?offset=1&timestamp=1', 400, 'INVALID_PARAMETER', /both/],
      ['one/records?timestamp=yesterday', 400, 'INVALID_PARAMETER', /yesterday/],
      ['one/records?timestamp=2026-01-01T00:00:00', 400, 'INVALID_PARAMETER', /zone/],
      ['one/records?partition=1', 404, 'UNKNOWN_TOPIC_OR_PARTITION', /0 to 0/],
      ['one/records?partition=x', 400, 'INVALID_PARAMETER', /partition must be integer, not "x"/],
      ['one/records?limit=0', 400, 'INVALID_PARAMETER', />= 1/],
      ['one/records?limit=10001', 400, 'INVALID_PARAMETER', /<= 10000/],
      ['one/records?limit=1&limit=2', 400, 'INVALID_PARAMETER', /limit must be integer/],
      ['one/records?waitMs=30001', 400, 'INVALID_PARAMETER', /<= 30000/],
      ['one/records?format=xml', 400, 'INVALID_PARAMETER', /auto, json, text, base64/],
      ['one/records?ofset=1', 400, 'INVALID_PARAMETER', /did you mean "offset"/],
      ['onee/records', 404, 'UNKNOWN_TOPIC_OR_PARTITION', /did you mean "one"/],
    ]
    for (const [path, status, code, detail] of cases) {
      const problem = await http.problem(status, `/api/v1/topics/${path}`)
      assert.equal(problem.code, code, path)
      assert.match(problem.detail, detail, path)
    }
  })

  it('says which records can not be read because their producer made them so, and how to go on', async () => {
    await http.send('POST', '/api/v1/topics', { name: 'broken' })
    const log = http.broker.topics.partition('broken', 0)
    const good = buildBatch({}, [{ timestamp: 1, value: Buffer.from('good') }])
    const bad = buildBatch({ compression: 'zstd' }, [{ timestamp: 1, value: Buffer.alloc(100) }])
    bad.fill(0xee, HEADER_SIZE)
    updateCrc(bad, 0)
    for (const batch of [good, bad, good]) log.append(batch, 0, batch.length, log.epochs.latest + 1, 1)
    await new Promise<void>((resolve) => http.broker.logs.committer.afterCommit(resolve))
    const problem = await http.problem(422, '/api/v1/topics/broken/records?offset=1')
    assert.equal(problem.code, 'RECORDS_UNREADABLE')
    assert.match(problem.detail, /broken-0 with offsets 1 to 1 can not be read.*Read on from offset 2/)
    assert.equal((await read('broken', '?offset=2')).records.length, 1)
  })
})
