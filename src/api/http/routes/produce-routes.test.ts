import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, describe, it } from 'node:test'
import {
  elementAt,
  jsonInit,
  openTestHttp,
  parsed,
  textInit,
  type AnswerOf,
  type TestHttp,
  type TestInit,
} from '../../../../test/support/test-http.ts'
import { KafkaError } from '../../../protocol/errors.ts'
import type { produceAnswer, readAnswer, streamAnswer } from '../schemas/record-schemas.ts'
import { murmur2, toPositive } from '../../../util/murmur2.ts'

const NDJSON = 'application/x-ndjson'

type Produced = AnswerOf<typeof produceAnswer>
type Streamed = AnswerOf<typeof streamAnswer>
type Read = AnswerOf<typeof readAnswer>
type ReadRecord = Read['records'][number]

const path = (topic: string): string => `/api/v1/topics/${topic}/records`
const json = (text: string): TestInit => textInit('POST', 'application/json', text)

describe('appending records over HTTP', () => {
  let http: TestHttp
  before(async () => {
    http = await openTestHttp({ bodyBytes: 64 << 10 })
    await http.send('POST', '/api/v1/topics', { name: 'one' })
    await http.send('POST', '/api/v1/topics', { name: 'three', partitions: 3 })
    await http.send('POST', '/api/v1/topics', { name: 'compacted', configs: { 'cleanup.policy': 'compact' } })
  })
  after(() => http[Symbol.asyncDispose]())

  const post = (topic: string, records: readonly unknown[]): Promise<Produced> =>
    http.send('POST', path(topic), { records })
  const read = async (
    topic: string,
    partition: number,
    offset: number,
    format = 'text',
  ): Promise<ReadRecord> =>
    elementAt(
      (
        await http.get<Read>(
          `${path(topic)}?partition=${partition}&offset=${offset}&limit=1&format=${format}`,
        )
      ).records,
      0,
    )

  it('answers with partition and offset of each record, and the records are below the high watermark then', async () => {
    const first = await post('one', [{ value: 'a' }, { value: 'b' }])
    const base = elementAt(first.records, 0).offset
    assert.deepEqual(first, {
      topic: 'one',
      appended: 2,
      failed: 0,
      records: [
        { partition: 0, offset: base },
        { partition: 0, offset: base + 1 },
      ],
    })
    assert.equal(http.broker.topics.partition('one', 0).highWatermark, base + 2)
  })

  it('stores strings as text, other JSON as compact JSON with its digits, null as null, and base64 as bytes', async () => {
    const cases: readonly [string, string | null][] = [
      ['"value": "text ü"', 'text ü'],
      ['"value": ""', ''],
      [
        '"value": {"a" : 1, "id": 12345678901234567890, "price": 1.10, "e": 1E3}',
        '{"a":1,"id":12345678901234567890,"price":1.10,"e":1E3}',
      ],
      ['"value": [1, true, null]', '[1,true,null]'],
      ['"value": 1.0', '1.0'],
      ['"value": false', 'false'],
      ['"value": null', null],
      ['"value": "\\u0000"', '\u0000'],
      ['"valueBase64": "dGV4dA=="', 'text'],
      ['"valueBase64": "dGV4dA"', 'text'],
      ['"valueBase64": ""', ''],
      ['"valueBase64": null', null],
    ]
    for (const [field, stored] of cases) {
      const init = textInit('POST', 'application/json', `{"records": [{${field}, "key": "k"}]}`)
      const answer = parsed<Produced>(await (await http.fetch(path('one'), init)).text())
      const record = await read('one', 0, elementAt(answer.records, 0).offset)
      assert.equal(record.value, stored, field)
      assert.equal(record.key, 'k')
    }
    const bytes = await post('one', [{ valueBase64: '3q2+7w==', keyBase64: '_-8' }])
    const record = await read('one', 0, elementAt(bytes.records, 0).offset)
    assert.equal(record.valueBase64, '3q2+7w==')
    assert.equal(record.keyBase64, '/+8=')
  })

  it('keeps headers in order, with repeated names and null, and both forms of timestamps', async () => {
    const list = [
      { key: 'h', value: 'x' },
      { key: 'h', value: null },
      { key: 'b', valueBase64: '/w==' },
    ]
    const answer = await post('one', [
      { value: 1, headers: list, timestamp: 1_700_000_000_000 },
      { value: 2, headers: { a: 'b', n: 7 }, timestamp: '2023-11-14T23:13:20+01:00' },
      { value: 3 },
    ])
    const stored = (index: number): Promise<ReadRecord> =>
      read('one', 0, elementAt(answer.records, index).offset)
    const [first, second, third] = [await stored(0), await stored(1), await stored(2)]
    assert.deepEqual(first.headers, list)
    assert.deepEqual(second.headers, [
      { key: 'a', value: 'b' },
      { key: 'n', value: '7' },
    ])
    assert.equal(first.timestamp, 1_700_000_000_000)
    assert.equal(second.timestamp, 1_700_000_000_000)
    assert.equal(second.time, '2023-11-14T22:13:20.000Z')
    assert.ok(Math.abs((third.timestamp ?? 0) - http.broker.env.clock.now()) < 60_000)
  })

  it('puts keys where Kafka’s clients put them, obeys the partition, and moves records without a key on', async () => {
    const keys = ['a', 'b', 'customer-7', 'ü', '']
    const keyed = await post(
      'three',
      keys.map((key) => ({ key, value: 'x' })),
    )
    assert.deepEqual(
      keyed.records.map(({ partition }) => partition),
      keys.map((key) => toPositive(murmur2(Buffer.from(key))) % 3),
    )
    const forced = await post('three', [
      { key: 'a', value: 'x', partition: 2 },
      { key: 'a', value: 'x', partition: 0 },
    ])
    assert.deepEqual(
      forced.records.map(({ partition }) => partition),
      [2, 0],
    )
    const seen = new Set<number>()
    for (let turn = 0; turn < 3; turn++)
      seen.add(elementAt((await post('three', [{ value: 'x' }])).records, 0).partition)
    assert.equal(seen.size, 3)
  })

  it('splits what is larger than max.message.bytes into batches, and refuses a single record that is', async () => {
    await http.send('POST', '/api/v1/topics', { name: 'small', configs: { 'max.message.bytes': 500 } })
    const records = Array.from({ length: 20 }, (_, index) => ({ value: `${index}`.padEnd(100, '.') }))
    const answer = await post('small', records)
    assert.deepEqual(
      answer.records.map(({ offset }) => offset),
      [...records.keys()],
    )
    const problem = await http.problem(
      413,
      path('small'),
      jsonInit('POST', { records: [{ value: 'ok' }, { value: 'x'.repeat(600) }] }),
    )
    assert.equal(problem.code, 'MESSAGE_TOO_LARGE')
    assert.equal(http.broker.topics.partition('small', 0).logEndOffset, 20)
  })

  it('appends nothing when the topic’s rules refuse a record, and names that record', async () => {
    const end = http.broker.topics.partition('compacted', 0).logEndOffset
    const body = { records: [{ key: 'k', value: 1 }, { value: 2 }] }
    const problem = await http.problem(400, path('compacted'), jsonInit('POST', body))
    assert.equal(problem.code, 'INVALID_RECORD')
    assert.deepEqual(
      problem.errors?.map(({ at }) => at),
      ['record 1'],
    )
    const late = {
      records: [{ value: 1 }, { value: 2, timestamp: http.broker.env.clock.now() + 86_400_000 }],
    }
    const future = await http.problem(400, path('three'), jsonInit('POST', late))
    assert.equal(future.code, 'INVALID_TIMESTAMP')
    assert.equal(future.errors?.[0]?.at, 'record 1')
    assert.equal(http.broker.topics.partition('compacted', 0).logEndOffset, end)
  })

  it('names every record at fault and appends none', async () => {
    const end = http.broker.topics.partition('one', 0).logEndOffset
    const records = [
      { value: 'good' },
      {},
      { value: 1, valueBase64: 'AA==' },
      { valueBase64: 'not base64!' },
      { value: 1, partition: -1 },
      { value: 1, timestamp: 'yesterday' },
      { value: 1, timestamp: '2026-01-01T00:00:00' },
      { value: 1, headers: 'x' },
      { value: 1, headers: [{ value: 'x' }] },
      { value: 1, vlue: 1 },
      'text',
      { value: '\ud800' },
    ]
    const problem = await http.problem(400, path('one'), jsonInit('POST', { records }))
    assert.equal(problem.code, 'INVALID_BODY')
    assert.deepEqual(
      problem.errors?.map(({ at }) => at),
      records.slice(1).map((_, index) => `record ${index + 1}`),
    )
    assert.equal(http.broker.topics.partition('one', 0).logEndOffset, end)
  })

  it('refuses bodies, topics and parameters that do not fit', async () => {
    const deep = `{"records":[{"value":${'['.repeat(30_000)}1.50${']'.repeat(30_000)}}]}`
    const cases: readonly [string, TestInit, number, string][] = [
      [path('one'), json('{"records":[{"value":"x"}'), 400, 'MALFORMED_JSON'],
      [path('one'), json(''), 400, 'MALFORMED_JSON'],
      [path('one'), json('[]'), 400, 'INVALID_BODY'],
      [path('one'), json('{"records":[]}'), 400, 'INVALID_BODY'],
      [path('one'), json('{"records":{}}'), 400, 'INVALID_BODY'],
      [path('one'), json('{"records":[{"value":1}],"acks":1}'), 400, 'INVALID_BODY'],
      [path('one'), json(deep), 400, 'INVALID_BODY'],
      [
        path('one'),
        { ...json(''), body: Buffer.from('{"records":[{"value":"\xff"}]}', 'latin1') },
        400,
        'MALFORMED_JSON',
      ],
      [path('one'), json(`{"records":[{"value":"${'x'.repeat(70_000)}"}]}`), 413, 'BODY_TOO_LARGE'],
      [path('one'), { method: 'POST' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
      [
        path('one'),
        { ...json('{}'), headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } },
        415,
        'UNSUPPORTED_MEDIA_TYPE',
      ],
      [path('one'), textInit('POST', 'text/csv', 'a,b'), 415, 'UNSUPPORTED_MEDIA_TYPE'],
      [`${path('one')}?acks=0`, jsonInit('POST', { records: [{ value: 1 }] }), 400, 'INVALID_PARAMETER'],
      [path('none'), jsonInit('POST', { records: [{ value: 1 }] }), 404, 'UNKNOWN_TOPIC_OR_PARTITION'],
      [
        path('one'),
        jsonInit('POST', { records: [{ value: 1, partition: 1 }] }),
        404,
        'UNKNOWN_TOPIC_OR_PARTITION',
      ],
    ]
    for (const [where, init, status, code] of cases) {
      assert.equal((await http.problem(status, where, init)).code, code, String(init.body).slice(0, 80))
    }
    await http.broker.topicAdmin.ensureOffsetsTopic()
    const internal = await http.problem(
      400,
      path('__consumer_offsets'),
      jsonInit('POST', { records: [{ value: 1 }] }),
    )
    assert.equal(internal.code, 'INVALID_TOPIC_EXCEPTION')
  })

  it('answers 207 when one partition fails, and with the problem when all do', async () => {
    await http.send('POST', '/api/v1/topics', { name: 'partly', partitions: 2 })
    const log = http.broker.topics.partition('partly', 1)
    log.offline = new KafkaError('KAFKA_STORAGE_ERROR', 'partly-1 is damaged')
    const body = {
      records: [
        { value: 1, partition: 0 },
        { value: 2, partition: 1 },
      ],
    }
    const response = await http.fetch(path('partly'), jsonInit('POST', body))
    assert.equal(response.status, 207)
    assert.deepEqual(await response.json(), {
      topic: 'partly',
      appended: 1,
      failed: 1,
      records: [
        { partition: 0, offset: 0 },
        {
          partition: 1,
          error: { code: 'KAFKA_STORAGE_ERROR', detail: 'partly-1 is damaged', retriable: true },
        },
      ],
    })
    const all = await http.problem(
      503,
      path('partly'),
      jsonInit('POST', { records: [{ value: 2, partition: 1 }] }),
    )
    assert.equal(all.code, 'KAFKA_STORAGE_ERROR')
    assert.equal(all.retriable, true)
    for (let turn = 0; turn < 3; turn++)
      assert.equal(elementAt((await post('partly', [{ value: 'x' }])).records, 0).partition, 0)
    log.offline = null
  })

  it('appends a stream of any length with memory for a part of it', async () => {
    await http.send('POST', '/api/v1/topics', { name: 'stream', partitions: 2 })
    const count = 5000
    const lines = Array.from(
      { length: count },
      (_, index) => `{"key":"${index % 10}","value":{"n":${index}}}\n`,
    )
    const body = lines.join('\n')
    assert.ok(body.length > 2 * (64 << 10), 'the stream is longer than a body may be')
    const answer = parsed<Streamed>(
      await (await http.fetch(path('stream'), textInit('POST', NDJSON, body))).text(),
    )
    assert.equal(answer.appended, count)
    const ends = [0, 1].map((partition) => http.broker.topics.partition('stream', partition).highWatermark)
    assert.equal(ends[0]! + ends[1]!, count)
    assert.deepEqual(
      answer.partitions,
      [0, 1].map((partition) => ({
        partition,
        appended: ends[partition],
        firstOffset: 0,
        lastOffset: ends[partition]! - 1,
      })),
    )
  })

  it('gives each record of a stream its offset when asked to', async () => {
    const init = textInit('POST', NDJSON, '{"value":"a"}\n\n{"value":"b"}')
    const response = await http.fetch(path('one'), { ...init, headers: { ...init.headers, accept: NDJSON } })
    assert.equal(response.headers.get('content-type'), NDJSON)
    const results = (await response.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    const base = results[0].offset
    assert.deepEqual(results, [
      { line: 1, partition: 0, offset: base },
      { line: 3, partition: 0, offset: base + 1 },
    ])
  })

  it('ends a stream at the first line that is wrong, says which, and keeps what came before', async () => {
    const end = (): number => http.broker.topics.partition('one', 0).highWatermark
    const good = '{"value":"x"}\n'.repeat(1000)
    const cases: readonly [string, string, RegExp][] = [
      ['{"valu":1}', 'INVALID_BODY', /^line 1001: "valu"/],
      ['{"value":', 'MALFORMED_JSON', /^line 1001 is not valid JSON/],
      [`{"value":"${'x'.repeat(70_000)}"}`, 'BODY_TOO_LARGE', /^line 1001 has more than 65536 bytes/],
    ]
    for (const [line, code, detail] of cases) {
      const from = end()
      const status = code === 'BODY_TOO_LARGE' ? 413 : 400
      const problem = await http.problem(
        status,
        path('one'),
        textInit('POST', NDJSON, `${good}${line}\n${good}`),
      )
      assert.equal(problem.code, code)
      assert.match(problem.detail, detail)
      assert.equal(problem.appended, 1000)
      assert.equal(end(), from + 1000)
    }
    const init = textInit('POST', NDJSON, `{"value":1}\n{}\n`)
    const response = await http.fetch(path('one'), { ...init, headers: { ...init.headers, accept: NDJSON } })
    const last = JSON.parse((await response.text()).trimEnd().split('\n').at(-1) ?? '')
    assert.equal(last.problem.code, 'INVALID_BODY')
    assert.equal(last.problem.appended, 0)
  })

  it('lives on when a caller breaks off in the middle of a body or of a stream', async () => {
    for (const type of ['application/json', NDJSON]) {
      await new Promise<void>((resolve) => {
        const headers = { 'content-type': type, 'content-length': 1000 }
        const broken = request({ port: http.port, path: path('one'), method: 'POST', headers })
        broken.on('error', () => resolve())
        broken.write('{"value":"x"}\n{"value":', () => broken.destroy(new Error('gone')))
      })
    }
    assert.equal((await post('one', [{ value: 'after' }])).appended, 1)
  })

  it('takes back what a read gave', async () => {
    await http.send('POST', '/api/v1/topics', { name: 'copy-from' })
    await http.send('POST', '/api/v1/topics', { name: 'copy-to' })
    const records = [
      { key: 'k', value: 'v', headers: { h: '1' }, timestamp: 1_700_000_000_000 },
      { valueBase64: '/wA=' },
      { value: null },
    ]
    await post('copy-from', records)
    const accept = { headers: { accept: NDJSON } }
    const lines = await (await http.fetch(`${path('copy-from')}?format=text`, accept)).text()
    await http.fetch(path('copy-to'), textInit('POST', NDJSON, lines))
    assert.equal(await (await http.fetch(`${path('copy-to')}?format=text`, accept)).text(), lines)
  })
})
