import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { compileRecordFormat, type PrintableRecord } from './record-format.ts'
import { recordToJson } from './record-json.ts'
import { RecordReader, type ReadRecord } from './record-reader.ts'

const record: PrintableRecord = {
  topic: 'orders',
  partition: 3,
  offset: 258,
  timestamp: Date.UTC(2026, 4, 1, 12, 30, 5, 7),
  key: Buffer.from('k1'),
  value: Buffer.from('hello'),
  headers: [
    { key: 'a', value: Buffer.from('1') },
    { key: 'b', value: null },
  ],
  batch: {
    topic: 'orders',
    partition: 3,
    leaderEpoch: 4,
    producerId: 77,
    producerEpoch: 2,
    compression: 'zstd',
    logAppendTime: false,
    transactional: true,
    control: false,
  },
  count: 9,
  logStartOffset: 1,
  lastStableOffset: 300,
  highWatermark: 301,
}

function print(format: string, changes: Partial<PrintableRecord> = {}): string {
  const parts: (string | Buffer)[] = []
  compileRecordFormat(format)({ ...record, ...changes }, parts)
  return Buffer.concat(parts.map((part) => Buffer.from(part))).toString('latin1')
}

function read(format: string, input: string | Buffer, pieceBytes = Number.POSITIVE_INFINITY): ReadRecord[] {
  const reader = new RecordReader(format)
  const bytes = Buffer.from(input)
  const records: ReadRecord[] = []
  for (let at = 0; at < bytes.length; at += pieceBytes)
    records.push(...reader.push(bytes.subarray(at, at + pieceBytes)))
  records.push(...reader.end())
  return records
}

function fieldsOf(records: readonly ReadRecord[]): unknown[] {
  return records.map(({ topic, key, value, partition, headers }) => [
    topic ?? null,
    key?.toString() ?? null,
    value?.toString() ?? null,
    partition ?? null,
    headers.map((each) => `${each.key}=${String(each.value)}`).join(','),
  ])
}

describe('output formats', () => {
  for (const [format, expected] of [
    ['%t %p %o %k %v %e\\n', 'orders 3 258 k1 hello 4\n'],
    ['%T %K %V %H %i', '6 2 5 2 9'],
    ['%x %y %[ %| %]', '77 2 1 300 301'],
    ['%v{hex} %v{base64} %v{base64raw}', '68656c6c6f aGVsbG8= aGVsbG8'],
    ['%o{hex16} %o{hex4} %p{hex64}', '0102 2 0000000000000003'],
    ['%o{big16}|%o{little32}|%p{byte}|%p{big8}', '\x01\x02|\x02\x01\x00\x00|\x03|\x03'],
    ['%p{bool}', 'true'],
    ['%h{%k=%v{hex};}', 'a=31;b=;'],
    ['%d', '1777638605007'],
    ['%d{strftime[%F %T.%L %j]}', '2026-05-01 12:30:05.007 121'],
    ['%d{go[2006-01-02T15:04:05.000Z07:00]}', '2026-05-01T12:30:05.007Z'],
    ['%d{go#Jan 2006#}', 'May 2026'],
    [
      '%a{compression} %a{timestamp-type} %a{transactional-bit} %a{control-bit;bool}',
      'zstd CreateTime 1 false',
    ],
    ['%%%{%}\\t\\r\\\\\\x41', '%{}\t\r\\A'],
    ['{plain} braces', '{plain} braces'],
  ] as const) {
    it(`prints ${format}`, () => assert.equal(print(format), expected))
  }

  it('prints nothing for null', () => assert.equal(print('[%k|%v]', { key: null, value: null }), '[|]'))

  for (const format of [
    '%',
    '%q',
    '%v{rot13}',
    '%o{big24}',
    '%h',
    '%h{%t}',
    '%a{size}',
    '%v{hex',
    '\\q',
    '%d{strftime[%Q]}',
  ]) {
    it(`refuses ${format}`, () =>
      assert.throws(() => compileRecordFormat(format), { name: 'CliError', exitCode: 2 }))
  }
})

describe('records as JSON', () => {
  it('keeps null apart from empty, and bytes that are no text', () => {
    const json = recordToJson({ ...record, key: null, value: Buffer.from([0xff, 0x00]) }, false)
    assert.deepEqual(json, {
      topic: 'orders',
      key: null,
      valueBase64: '/wA=',
      headers: [
        { key: 'a', value: '1' },
        { key: 'b', value: null },
      ],
      timestamp: record.timestamp,
      partition: 3,
      offset: 258,
    })
    assert.equal(recordToJson({ ...record, value: Buffer.alloc(0) }, false)['value'], '')
    assert.equal(recordToJson(record, true)['value_size'], 5)
  })
})

describe('input formats', () => {
  for (const [format, input, expected] of [
    [
      '%v\\n',
      'a\nb\n',
      [
        [null, null, 'a', null, ''],
        [null, null, 'b', null, ''],
      ],
    ],
    [
      '%v\\n',
      'a\nlast',
      [
        [null, null, 'a', null, ''],
        [null, null, 'last', null, ''],
      ],
    ],
    ['%k %v\\n', 'k v w\n', [[null, 'k', 'v w', null, '']]],
    ['%t/%p:%k=%v;', 'top/12:k=v;', [['top', 'k', 'v', 12, '']]],
    ['%T{4}%K{4}%V{4}%t%k%v', '000200010003toptvvv'.replace('topt', 'tok'), [['to', 'k', 'vvv', null, '']]],
    ['%K{big16}%k%v\\n', '\x00\x03abcd\n', [[null, 'abc', 'd', null, '']]],
    ['%v{hex}\\n', '6869\n', [[null, null, 'hi', null, '']]],
    ['%v{base64}\\n', 'aGk=\n', [[null, null, 'hi', null, '']]],
    [
      '%v{re[..?]}\\n',
      'ab\nc\n',
      [
        [null, null, 'ab', null, ''],
        [null, null, 'c', null, ''],
      ],
    ],
    [
      '%k %v{json}',
      'k {"a": [1, "x y"],\n "n": 12345678901234567890}',
      [[null, 'k', '{"a":[1,"x y"],"n":12345678901234567890}', null, '']],
    ],
    ['%H{1}%h{ %k=%v }%v\\n', '2 a=1  b=2 val\n', [[null, null, 'val', null, 'a=1,b=2']]],
    ['%v', 'all\nof it', [[null, null, 'all\nof it', null, '']]],
  ] as const) {
    it(`reads ${format} in pieces of any size`, () => {
      for (const pieceBytes of [1, 2, 3, 1000])
        assert.deepEqual(fieldsOf(read(format, input, pieceBytes)), expected)
    })
  }

  for (const [format, input, message] of [
    ['%k %v\\n', 'only\n', /ends within record 1/],
    ['%v{hex}\\n', 'xyz\n', /"xyz" is not hexadecimal/],
    ['%p %v\\n', 'x y\n', /a number was expected/],
    ['a%v\\n', 'b\n', /expected "a", found "b"/],
    ['%v{json}\\n', '{"a" 1}\n', /this is no JSON/],
    ['%K{2}%k', '05ab', /ends within record 1/],
  ] as const) {
    it(`refuses ${JSON.stringify(input)} for ${format}`, () =>
      assert.throws(() => read(format, input), { message }))
  }

  it('reads back what an output format with sizes printed, whatever the bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 40 }).map((each) => Buffer.from(each))
    const anyRecord = fc.record(
      { key: bytes, value: bytes, partition: fc.nat(1000) },
      { noNullPrototype: true },
    )
    const property = fc.property(
      fc.array(anyRecord, { maxLength: 8 }),
      fc.integer({ min: 1, max: 50 }),
      (given, piece) => {
        const format = '%p %K{big32}%V{hex32}%k%v\\n'
        const parts: (string | Buffer)[] = []
        for (const each of given) compileRecordFormat(format)({ ...record, ...each }, parts)
        const back = read(format, Buffer.concat(parts.map((part) => Buffer.from(part))), piece)
        assert.deepEqual(
          back.map(({ key, value, partition }) => ({ key, value, partition })),
          given,
        )
      },
    )
    fc.assert(property)
  })
})
