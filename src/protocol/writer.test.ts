import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { readVectors } from '../../test/vectors/read.ts'
import { ProtocolError } from './errors.ts'
import { decoderOf, encoderOf } from './message-codec.ts'
import { cursor, int64, text, uuid, varint } from './reader.ts'
import { INT64_MAX } from './schema.ts'
import type { Field, MessageTable } from './schema.ts'
import {
  beginMessage,
  finishMessage,
  newWriter,
  putCompactText,
  putInt64,
  putText,
  putUuid,
  putVarint,
} from './writer.ts'

const writer = newWriter()

function encode(table: MessageTable, version: number, value: object): Buffer {
  beginMessage(writer)
  encoderOf(table, version)(writer, value)
  return Buffer.concat(finishMessage(writer))
}

function decode(table: MessageTable, version: number, bytes: Buffer): object {
  return decoderOf(table, version)(bytes, 0, bytes.length)
}

test('int64 numbers up to 2^53 come back, beyond they are the nearest double, and the ends clamp', () => {
  const bytes = Buffer.alloc(8)
  const roundTrip = (value: number): number => {
    putInt64(bytes, 0, value)
    return int64(bytes, 0)
  }
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      assert.equal(roundTrip(value), value === 0 ? 0 : value)
      assert.equal(bytes.readBigInt64BE(), BigInt(value))
    }),
  )
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
      bytes.writeBigInt64BE(value)
      assert.equal(int64(bytes, 0), Number(value))
    }),
  )
  for (const value of [INT64_MAX, 2 ** 64, Number.POSITIVE_INFINITY]) {
    putInt64(bytes, 0, value)
    assert.equal(bytes.readBigInt64BE(), 2n ** 63n - 1n)
  }
  for (const value of [-(2 ** 63), -(2 ** 64), Number.NEGATIVE_INFINITY]) {
    putInt64(bytes, 0, value)
    assert.equal(bytes.readBigInt64BE(), -(2n ** 63n))
  }
})

test('varints come back, and those of more than 32 bits are refused', () => {
  const bytes = Buffer.alloc(8)
  fc.assert(
    fc.property(fc.integer({ min: 128, max: 0xffffffff }), (value) => {
      const end = putVarint(bytes, 0, value)
      assert.equal(varint(bytes, 1, end, bytes[0] ?? 0), value)
      assert.equal(cursor.position, end)
    }),
  )
  assert.throws(() => varint(Buffer.from('ffffffff10', 'hex'), 1, 5, 255), ProtocolError)
  assert.throws(() => varint(Buffer.from('8080808080', 'hex'), 1, 5, 128), ProtocolError)
  assert.throws(() => varint(Buffer.from('80', 'hex'), 1, 1, 128), ProtocolError)
})

test('strings of every kind and length come back, the same string again and again too', () => {
  const bytes = Buffer.alloc(2000)
  const check = (value: string): void => {
    const utf8 = Buffer.from(value)
    const plain = putText(bytes, 0, value, 'x')
    assert.equal(plain, utf8.length + 2)
    assert.equal(bytes.readInt16BE(0), utf8.length)
    assert.equal(text(bytes, 2, utf8.length), utf8.toString())
    const compact = putCompactText(bytes, 0, value, 'x')
    assert.deepEqual(bytes.subarray(compact - utf8.length, compact), utf8)
    for (let i = 0; i < 2; i++) assert.equal(text(bytes, compact - utf8.length, utf8.length), utf8.toString())
  }
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 150 }), check))
  fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), check), { numRuns: 40 })
  fc.assert(fc.property(fc.string({ unit: 'binary-ascii', maxLength: 140 }), check))
})

test('strings of bytes that are no UTF-8 never pass for a cached one', () => {
  const bytes = Buffer.from('aaaa\xff\xfe\xfdaaaa', 'latin1')
  const first = text(bytes, 0, bytes.length)
  assert.equal(first, bytes.toString())
  assert.equal(text(bytes, 0, bytes.length), first)
})

const stringTable = {
  name: 'S',
  versions: [0, 1],
  flexibleFrom: 1,
  fields: { s: { type: 'string' } },
} as const

test('strings have 32767 bytes at most, read or written', () => {
  for (const version of [0, 1]) {
    const longest = encode(stringTable, version, { s: 'x'.repeat(32_767) })
    assert.deepEqual(decode(stringTable, version, longest), { s: 'x'.repeat(32_767) })
    assert.throws(() => encode(stringTable, version, { s: 'x'.repeat(32_768) }), ProtocolError)
    assert.throws(() => encode(stringTable, version, { s: 'ü'.repeat(16_384) }), ProtocolError)
  }
  const bytes = Buffer.alloc(40_000, 'x')
  putVarint(bytes, 0, 32_769)
  assert.throws(() => decode(stringTable, 1, bytes), ProtocolError)
})

test('uuids are those of Kafka, and other strings are refused', () => {
  const vectors = readVectors<{ hex: string; base64: string }>('uuid-base64')
  assert.ok(vectors.length > 50)
  const bytes = Buffer.alloc(16)
  for (const { hex, base64 } of vectors) {
    putUuid(bytes, 0, base64, 'id')
    assert.equal(bytes.toString('hex'), hex)
    for (let i = 0; i < 2; i++) assert.equal(uuid(bytes, 0), base64)
  }
  for (const wrong of [
    '',
    'AAAA',
    'A'.repeat(23),
    `${'A'.repeat(21)}=`,
    `${'A'.repeat(21)}é`,
    '+'.repeat(22),
  ]) {
    assert.throws(() => putUuid(bytes, 0, wrong, 'id'), ProtocolError, wrong)
  }
})

test('a value for a field that the version lacks is refused unless it is ignorable or the default', () => {
  const table = {
    name: 'T',
    versions: [0, 1],
    fields: {
      strict: { type: 'int32', versions: '1+', default: -1 },
      loose: { type: 'int32', versions: '1+', ignorable: true },
      list: { type: '[]int32', versions: '1+' },
    },
  } as const satisfies MessageTable
  assert.equal(encode(table, 0, {}).length, 0)
  assert.equal(encode(table, 0, { strict: -1, loose: 5, list: [] }).length, 0)
  assert.throws(() => encode(table, 0, { strict: 5 }), ProtocolError)
  assert.throws(() => encode(table, 0, { list: [1] }), ProtocolError)
  assert.deepEqual(decode(table, 1, encode(table, 1, { strict: 5, list: [1] })), {
    strict: 5,
    loose: 0,
    list: [1],
  })
})

test('null where the version does not allow it is refused, read or written', () => {
  const field = { type: '[]string', nullable: '1+' } satisfies Field
  const table: MessageTable = { name: 'N', versions: [0, 1], fields: { names: field } }
  assert.deepEqual(decode(table, 1, encode(table, 1, { names: null })), { names: null })
  assert.throws(() => encode(table, 0, { names: null }), ProtocolError)
  assert.throws(() => decode(table, 0, Buffer.from('ffffffff', 'hex')), ProtocolError)
  assert.throws(() => decode(table, 1, Buffer.from('fffffffe', 'hex')), ProtocolError)
})

test('a count is compared with the remaining bytes before an array is made', () => {
  const table: MessageTable = {
    name: 'C',
    versions: [0, 1],
    flexibleFrom: 1,
    fields: { items: { type: '[]struct', fields: { a: { type: 'int64' }, b: { type: 'int64' } } } },
  }
  const most = Buffer.alloc(4 + 32)
  most.writeInt32BE(2)
  assert.equal(Reflect.get(decode(table, 0, most), 'items').length, 2)
  most.writeInt32BE(3)
  assert.throws(
    () => decode(table, 0, most),
    /items: 3 elements are not possible at byte 4, where 32 bytes remain/,
  )
  most.writeInt32BE(0x7fffffff)
  assert.throws(() => decode(table, 0, most), ProtocolError)
  assert.throws(() => decode(table, 1, Buffer.from('ffffffff0f00', 'hex')), ProtocolError)
})

const taggedTable: MessageTable = {
  name: 'G',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    first: { type: 'string', tag: 1 },
    many: { type: '[]int64', tag: 5 },
    end: { type: 'struct', tag: 7, fields: { id: { type: 'int32', default: -1 } } },
  },
}

test('tagged fields of every size go through, among unknown ones, tags ascending', () => {
  const unknownTags = [0, 3, 6, 200, 70_000].map((tag) => ({ tag, bytes: Buffer.alloc(tag % 300, tag) }))
  for (const length of [1, 15, 16, 2000, 20_000]) {
    const value = {
      first: 'x'.repeat(length),
      many: Array.from({ length }, (_, i) => i),
      end: { id: 4 },
      unknownTags,
    }
    assert.deepEqual(decode(taggedTable, 0, encode(taggedTable, 0, value)), value)
  }
})

test('tagged fields at their default are not written', () => {
  assert.equal(encode(taggedTable, 0, { first: '', many: [], end: { id: -1 } }).toString('hex'), '00')
  assert.equal(encode(taggedTable, 0, {}).toString('hex'), '00')
})

test('a tagged field that does not fill its size, or overruns it, is refused', () => {
  for (const hex of ['01010302ff', '010103026100', '0101010261', '01010502', '0107', '02', 'ffffffff0f']) {
    const bytes = Buffer.from(hex, 'hex')
    assert.throws(() => decode(taggedTable, 0, bytes), ProtocolError, hex)
  }
})
