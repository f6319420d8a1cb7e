import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readVectors } from '../../test/vectors/read.ts'
import { knownApi } from './api-keys.ts'
import { decodedEnd, decodeRequest, decodeResponse } from './codec.ts'
import { ProtocolError } from './errors.ts'
import { decodeRequestHeader, decodeResponseHeader } from './headers.ts'
import { decoderOf, encoderOf } from './message-codec.ts'
import { beginMessage, finishMessage, newWriter } from './writer.ts'

interface Vector {
  readonly direction: 'request' | 'response'
  readonly key: bigint
  readonly version: bigint
  readonly hex: string
}

const vectors = readVectors<Vector>('messages')

/** A small seeded generator (mulberry32): a failure comes again on every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** Bytes and elements that a decoded value holds: none of them can come from fewer bytes than one. */
function weight(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (Buffer.isBuffer(value)) return value.length
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + 1 + weight(item), 0)
  if (value === null || typeof value !== 'object') return 0
  return Object.values(value).reduce((sum: number, item) => sum + weight(item), 0)
}

/** Decodes damaged bytes: a message that fits into them, or a ProtocolError. Returns which of the two. */
function attempt(vector: Vector, bytes: Buffer, end: number): boolean {
  const decode = vector.direction === 'request' ? decodeRequest : decodeResponse
  const version = Number(vector.version)
  let message: object
  try {
    message = decode(Number(vector.key), version, bytes, 0, end)
  } catch (error) {
    assert.ok(
      error instanceof ProtocolError,
      `${knownApi(Number(vector.key)).name} ${version}: ${String(error)}`,
    )
    assert.equal(error.errorName, 'INVALID_REQUEST')
    return false
  }
  assert.ok(decodedEnd() <= end)
  // Uuids stand as 22 characters for 16 bytes, absent ones even for none.
  assert.ok(weight(message) <= end * 23 + 22, 'the message is larger than its bytes allow')
  return true
}

test('every truncation of a vector is refused with a ProtocolError', () => {
  const random = seeded(1)
  let refused = 0
  for (const vector of vectors) {
    const bytes = Buffer.from(vector.hex, 'hex')
    const lengths =
      bytes.length <= 24
        ? Array.from({ length: bytes.length }, (_, i) => i)
        : Array.from({ length: 12 }, (_, i) => (i < 4 ? bytes.length - 1 - i : random(bytes.length)))
    for (const length of lengths) {
      // Short of its last byte a message is never whole; the bytes behind `end` are there and must not be read.
      assert.equal(attempt(vector, bytes, length), false, `${vector.hex} cut to ${length}`)
      refused++
    }
  }
  assert.ok(refused > 30_000)
})

test('vectors with damaged bytes decode or are refused with a ProtocolError', () => {
  const random = seeded(2)
  const extremes = [0, 1, 127, 128, 254, 255]
  const results = { decoded: 0, refused: 0 }
  for (const vector of vectors) {
    const bytes = Buffer.from(vector.hex, 'hex')
    if (bytes.length === 0) continue
    for (let round = 0; round < 12; round++) {
      const damaged = Buffer.from(bytes)
      for (let i = 0; i <= round % 3; i++) {
        const at = random(round < 6 ? Math.min(bytes.length, 32) : bytes.length)
        damaged[at] = round % 2 === 0 ? (extremes[random(extremes.length)] ?? 0) : random(256)
      }
      if (attempt(vector, damaged, damaged.length)) results.decoded++
      else results.refused++
    }
  }
  assert.ok(results.decoded > 5_000 && results.refused > 5_000, JSON.stringify(results))
})

test('what decodes from damaged bytes can be encoded again, and then means the same', () => {
  const random = seeded(3)
  const writer = newWriter()
  let compared = 0
  for (const vector of vectors) {
    const bytes = Buffer.from(vector.hex, 'hex')
    if (bytes.length === 0) continue
    const table = knownApi(Number(vector.key))[vector.direction]
    const version = Number(vector.version)
    bytes[random(bytes.length)] = random(256)
    const decode = decoderOf(table, version, 'exact')
    let message: object
    try {
      message = decode(bytes, 0, bytes.length)
    } catch {
      continue
    }
    beginMessage(writer)
    try {
      encoderOf(table, version, 'exact')(writer, message)
    } catch (error) {
      // Bytes that are no UTF-8 became replacement characters of three bytes each, too many for one string.
      assert.match(String(error), /a string of \d+ bytes is too long/)
      continue
    }
    const again = Buffer.concat(finishMessage(writer))
    assert.deepEqual(decode(again, 0, again.length), message, table.name)
    compared++
  }
  assert.ok(compared > 1_000, String(compared))
})

test('pure noise never gets more out of the decoders than a message or a ProtocolError', () => {
  const random = seeded(4)
  for (const vector of vectors.filter((_, index) => index % 7 === 0)) {
    const noise = Buffer.from(Array.from({ length: 1 + random(64) }, () => random(256)))
    attempt(vector, noise, noise.length)
    for (const decode of [decodeRequestHeader, (b: Buffer) => decodeResponseHeader(1, 12, b, 0, b.length)]) {
      try {
        decode(noise, 0, noise.length)
      } catch (error) {
        assert.ok(error instanceof ProtocolError)
      }
    }
  }
})
