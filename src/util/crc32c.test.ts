import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import { vectorLines } from '../../test/vectors/record-batches.ts'
import { crc32c, crc32cImplementation, crc32cNativeFailure, crc32cPortable } from './crc32c.ts'

const implementations = { crc32c, crc32cPortable }

test('the check value of the polynomial', () => {
  for (const [name, implementation] of Object.entries(implementations)) {
    assert.equal(implementation(Buffer.from('123456789')), 0xe3069283, name)
  }
})

test('checksums that Kafka computed', () => {
  for (const line of vectorLines('crc32c')) {
    const vector: { hex: string; crc32c: number } = JSON.parse(line)
    for (const [name, implementation] of Object.entries(implementations)) {
      assert.equal(implementation(Buffer.from(vector.hex, 'hex')), vector.crc32c, `${name} of ${vector.hex}`)
    }
  }
})

test('both implementations agree, in one piece and in two, at any alignment', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), fc.nat(8), (array, cut, lead) => {
      const bytes = Buffer.concat([Buffer.alloc(lead, 0xaa), array]).subarray(lead)
      const middle = cut % (bytes.length + 1)
      const whole = crc32c(bytes)
      assert.equal(crc32cPortable(bytes), whole)
      assert.equal(crc32cPortable(bytes.subarray(middle), crc32cPortable(bytes.subarray(0, middle))), whole)
      assert.equal(crc32c(bytes.subarray(middle), crc32c(bytes.subarray(0, middle))), whole)
    }),
  )
})

test('says which implementation is in use, and why it is not the native one', () => {
  assert.equal(crc32cImplementation === 'native', crc32cNativeFailure === null)
  assert.equal(crc32c === crc32cPortable, crc32cImplementation === 'portable')
})
