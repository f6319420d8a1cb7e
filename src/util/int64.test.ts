import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import { addInt64, LARGEST_INT64, readInt64, subtractInt64, writeInt64 } from './int64.ts'

test('writes and reads what a number holds exactly', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      const buffer = Buffer.alloc(8)
      writeInt64(buffer, value, 0)
      assert.equal(buffer.readBigInt64BE(), BigInt(value))
      assert.equal(readInt64(buffer, 0), value)
    }),
  )
})

test('beyond 2^53 the number is near, has the right sign and can be written again', () => {
  fc.assert(
    fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), (value) => {
      const buffer = Buffer.alloc(8)
      buffer.writeBigInt64BE(value)
      const read = readInt64(buffer, 0)
      assert.ok(BigInt(read) - value <= 1024n && value - BigInt(read) <= 1024n)
      assert.equal(Math.sign(read), Number(value > 0n) - Number(value < 0n))
      writeInt64(buffer, read, 0)
      assert.equal(buffer.readBigInt64BE(), BigInt(read))
    }),
  )
  assert.equal(BigInt(LARGEST_INT64), 2n ** 63n - 1024n)
})

test('sums and differences wrap around', () => {
  assert.equal(addInt64(1_700_000_000_000, -5), 1_699_999_999_995)
  assert.equal(addInt64(-1, -(2 ** 63)), LARGEST_INT64)
  assert.equal(addInt64(LARGEST_INT64, 2048), -(2 ** 63) + 1024)
  assert.equal(subtractInt64(-(2 ** 63), 1024), 2 ** 63 - 1024)
  assert.equal(subtractInt64(5, 7), -2)
})
