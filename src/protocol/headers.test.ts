import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExpectedTag } from '../../test/vectors/message-json.ts'
import { readVectors } from '../../test/vectors/read.ts'
import { ProtocolError } from './errors.ts'
import {
  decodeRequestHeader,
  decodeResponseHeader,
  encodeRequestHeader,
  encodeResponseHeader,
} from './headers.ts'
import { beginMessage, finishMessage, newWriter } from './writer.ts'
import type { Writer } from './writer.ts'

interface HeaderVector {
  readonly type?: string
  readonly version: bigint
  readonly hex: string
  readonly json: Readonly<Record<string, bigint | string | null>>
  readonly unknownTags?: readonly ExpectedTag[]
}

const writer = newWriter()

function written(write: (to: Writer) => void): string {
  beginMessage(writer)
  write(writer)
  return Buffer.concat(finishMessage(writer)).toString('hex')
}

/** An API and version whose bodies travel with the header version. */
const carriers = { 1: { key: 0, version: 3 }, 2: { key: 0, version: 9 } } as const

test('request headers decode to their JSON and encode to the same bytes', () => {
  const vectors = readVectors<HeaderVector>('headers').filter((vector) => vector.type === 'RequestHeader')
  assert.equal(vectors.length, 14)
  for (const { version, hex, json, unknownTags } of vectors) {
    const headerVersion = version === 1n ? 1 : 2
    // The vectors hold arbitrary keys; the reader needs a real one to know the header's version.
    const bytes = Buffer.from(hex, 'hex')
    const carrier = carriers[headerVersion]
    bytes.writeInt16BE(carrier.key, 0)
    bytes.writeInt16BE(carrier.version, 2)
    const header = decodeRequestHeader(bytes, 0, bytes.length)
    assert.equal(header.end, bytes.length)
    assert.equal(header.apiKey, carrier.key)
    assert.equal(header.apiVersion, carrier.version)
    assert.equal(BigInt(header.correlationId), json['correlationId'])
    assert.equal(header.clientId, json['clientId'])
    const tags = (header.unknownTags ?? []).map(({ tag, bytes }) => ({
      path: '',
      tag: BigInt(tag),
      hex: bytes.toString('hex'),
    }))
    assert.deepEqual(tags, unknownTags ?? [])
    const original = {
      ...header,
      apiKey: Number(json['requestApiKey']),
      apiVersion: Number(json['requestApiVersion']),
    }
    assert.equal(
      written((to) => encodeRequestHeader(to, headerVersion, original)),
      hex,
    )
  }
})

test('response headers decode to their JSON and encode to the same bytes', () => {
  const vectors = readVectors<HeaderVector>('headers').filter((vector) => vector.type === 'ResponseHeader')
  assert.equal(vectors.length, 14)
  for (const { version, hex, json } of vectors) {
    const carrier = version === 0n ? carriers[1] : carriers[2]
    const bytes = Buffer.from(hex, 'hex')
    const header = decodeResponseHeader(carrier.key, carrier.version, bytes, 0, bytes.length)
    assert.equal(header.end, bytes.length)
    assert.equal(BigInt(header.correlationId), json['correlationId'])
    assert.equal(
      written((to) => encodeResponseHeader(to, version === 0n ? 0 : 1, header)),
      hex,
    )
  }
})

test('unknown APIs still give key, version and correlation id', () => {
  const bytes = Buffer.from('7fff0003000000070002', 'hex')
  assert.deepEqual(decodeRequestHeader(bytes, 0, bytes.length), {
    apiKey: 32_767,
    apiVersion: 3,
    correlationId: 7,
    clientId: null,
    end: 8,
  })
})

test('a version that is not supported is read as far as it makes sense', () => {
  const readable = Buffer.from('0012007f0000000700046b63617400', 'hex')
  assert.equal(decodeRequestHeader(readable, 0, readable.length).clientId, 'kcat')
  const strange = Buffer.from('0012007f000000077fff', 'hex')
  assert.deepEqual(decodeRequestHeader(strange, 0, strange.length), {
    apiKey: 18,
    apiVersion: 127,
    correlationId: 7,
    clientId: null,
    end: 8,
  })
})

test('negative versions do not pass for old ones', () => {
  const bytes = Buffer.from('0012ffff0000000700046b636174', 'hex')
  const header = decodeRequestHeader(bytes, 0, bytes.length)
  assert.equal(header.apiVersion, -1)
  assert.equal(header.clientId, 'kcat')
})

test('headers that are too short, or whose client id is, are refused', () => {
  for (const hex of [
    '',
    '00',
    '00000003000000',
    '0000000300000007',
    '00000003000000070004',
    '0000000300000007fffe',
  ]) {
    const bytes = Buffer.from(hex, 'hex')
    assert.throws(() => decodeRequestHeader(bytes, 0, bytes.length), ProtocolError, hex)
  }
  assert.throws(() => decodeResponseHeader(0, 9, Buffer.from('00000007', 'hex'), 0, 4), ProtocolError)
})
