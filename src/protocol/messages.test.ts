import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messageJson } from '../../test/vectors/message-json.ts'
import type { ExpectedTag } from '../../test/vectors/message-json.ts'
import { readVectors } from '../../test/vectors/read.ts'
import { apiTable, knownApi } from './api-keys.ts'
import { decodedEnd } from './codec.ts'
import { decoderOf, encoderOf } from './message-codec.ts'
import type { Int64Mode } from './message-codec.ts'
import type { MessageTable } from './schema.ts'
import { beginMessage, finishMessage, newWriter } from './writer.ts'

interface Vector {
  readonly direction: 'request' | 'response'
  readonly api: string
  readonly key: bigint
  readonly version: bigint
  readonly hex: string
  readonly json: unknown
  readonly records?: readonly string[]
  readonly unknownTags?: readonly ExpectedTag[]
}

const vectors = readVectors<Vector>('messages')
const writer = newWriter()

function decode(table: MessageTable, version: number, bytes: Buffer, mode: Int64Mode): object {
  const message = decoderOf(table, version, mode)(bytes, 0, bytes.length)
  assert.equal(decodedEnd(), bytes.length)
  return message
}

function encode(table: MessageTable, version: number, message: object, mode: Int64Mode): string {
  beginMessage(writer)
  encoderOf(table, version, mode)(writer, message)
  return Buffer.concat(finishMessage(writer)).toString('hex')
}

function tableOf(vector: Vector): MessageTable {
  return knownApi(Number(vector.key))[vector.direction]
}

/** Whether every int64 of a message that was decoded exactly is a double without loss. */
function isSafe(value: unknown): boolean {
  if (typeof value === 'bigint') return value >= -(2n ** 53n) && value <= 2n ** 53n
  if (Array.isArray(value)) return value.every(isSafe)
  return (
    value === null ||
    typeof value !== 'object' ||
    Buffer.isBuffer(value) ||
    Object.values(value).every(isSafe)
  )
}

function byPath(a: ExpectedTag, b: ExpectedTag): number {
  return a.path === b.path ? Number(a.tag - b.tag) : a.path < b.path ? -1 : 1
}

test('there are vectors for every version of every request and response, and for no other', () => {
  const found = new Set(vectors.map((v) => `${v.key} ${v.direction} ${v.version}`))
  const expected = new Set<string>()
  for (const { key, request, response } of apiTable) {
    for (const [direction, table] of Object.entries({ request, response })) {
      const [first, last] = table.versions
      for (let version = first; version <= last; version++) expected.add(`${key} ${direction} ${version}`)
    }
  }
  assert.deepEqual([...found].sort(), [...expected].sort())
  assert.equal(vectors.length, 3954)
  assert.equal(found.size, 568)
  assert.equal(apiTable.length, 79)
})

test('exact mode decodes every vector to its JSON and encodes it to the same bytes', () => {
  for (const vector of vectors) {
    const table = tableOf(vector)
    const version = Number(vector.version)
    const message = decode(table, version, Buffer.from(vector.hex, 'hex'), 'exact')
    const actual = messageJson(table, version, message)
    const where = `${table.name} ${version}`
    assert.deepEqual(actual.json, vector.json, where)
    assert.deepEqual(actual.records, vector.records ?? [], where)
    assert.deepEqual(
      [...actual.unknownTags].sort(byPath),
      [...(vector.unknownTags ?? [])].sort(byPath),
      where,
    )
    assert.equal(encode(table, version, message, 'exact'), vector.hex, where)
  }
})

test('number mode encodes every vector without huge int64 values to the same bytes', () => {
  let safe = 0
  for (const vector of vectors) {
    const table = tableOf(vector)
    const version = Number(vector.version)
    const bytes = Buffer.from(vector.hex, 'hex')
    const message = decode(table, version, bytes, 'number')
    const again = encode(table, version, message, 'number')
    if (isSafe(decode(table, version, bytes, 'exact'))) {
      safe++
      assert.equal(again, vector.hex, `${table.name} ${version}`)
    } else assert.deepEqual(decode(table, version, Buffer.from(again, 'hex'), 'number'), message)
  }
  assert.equal(safe, 3293)
})

test('a message decodes from the middle of a buffer, and bytes behind it are left alone', () => {
  for (const vector of vectors.filter((_, index) => index % 7 === 0)) {
    const table = tableOf(vector)
    const bytes = Buffer.from(vector.hex, 'hex')
    const framed = Buffer.concat([Buffer.alloc(5, 255), bytes, Buffer.alloc(9, 255)])
    const decoder = decoderOf(table, Number(vector.version), 'exact')
    const message = decoder(framed, 5, framed.length)
    assert.equal(decodedEnd(), 5 + bytes.length)
    assert.equal(encode(table, Number(vector.version), message, 'exact'), vector.hex)
  }
})
