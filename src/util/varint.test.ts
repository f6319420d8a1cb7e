import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import {
  unsignedVarintSize,
  VarintError,
  VarintReader,
  varintSize,
  varlongSize,
  writeUnsignedVarint,
  writeVarint,
  writeVarlong,
} from './varint.ts'

const reader = (hex: string) => new VarintReader(Buffer.from(hex, 'hex'))

test('known encodings', () => {
  const known: readonly (readonly [number, string])[] = [
    [0, '00'],
    [-1, '01'],
    [1, '02'],
    [63, '7e'],
    [-64, '7f'],
    [64, '8001'],
    [8191, 'fe7f'],
    [-8192, 'ff7f'],
    [2_147_483_647, 'feffffff0f'],
    [-2_147_483_648, 'ffffffff0f'],
  ]
  for (const [value, hex] of known) {
    const buffer = Buffer.alloc(hex.length / 2)
    assert.equal(writeVarint(buffer, value, 0), buffer.length)
    assert.equal(buffer.toString('hex'), hex)
    assert.equal(varintSize(value), buffer.length)
    assert.equal(reader(hex).signed(), value)
    assert.equal(reader(hex).signedLong(), value)
  }
  assert.equal(reader('ac02').unsigned(), 300)
  assert.equal(reader('ffffffffffffffffff01').signedLong(), -(2 ** 63))
})

test('what is written is read, and is as long as said', () => {
  const buffer = Buffer.alloc(16, 0xff)
  const roundTrip = (end: number, size: number, read: (from: VarintReader) => number): number => {
    const from = new VarintReader(buffer, 3, end)
    const value = read(from)
    assert.equal(end - 3, size)
    assert.equal(from.position, end)
    return value
  }
  fc.assert(
    fc.property(fc.integer(), fc.maxSafeInteger(), (int, long) => {
      const unsigned = int >>> 0
      const unsignedEnd = writeUnsignedVarint(buffer, unsigned, 3)
      assert.equal(
        roundTrip(unsignedEnd, unsignedVarintSize(unsigned), (from) => from.unsigned()),
        unsigned,
      )
      const intEnd = writeVarint(buffer, int, 3)
      assert.equal(
        roundTrip(intEnd, varintSize(int), (from) => from.signed()),
        int,
      )
      const longEnd = writeVarlong(buffer, long, 3)
      assert.equal(
        roundTrip(longEnd, varlongSize(long), (from) => from.signedLong()),
        long,
      )
    }),
  )
})

test('the ends of the int64 range, and around powers of two', () => {
  const buffer = Buffer.alloc(10)
  for (let bits = 0; bits < 63; bits++) {
    for (const value of [
      2 ** bits,
      -(2 ** bits),
      2 ** Math.min(bits, 53) - 1,
      -(2 ** Math.min(bits, 53)) - 1,
      -(2 ** 63),
    ]) {
      const end = writeVarlong(buffer, value, 0)
      assert.equal(varlongSize(value), end, `${value}`)
      assert.equal(new VarintReader(buffer, 0, end).signedLong(), value)
    }
  }
})

test('over-long forms are read, and bits beyond the width dropped', () => {
  assert.equal(reader('968000').signed(), 11)
  assert.equal(reader('ffffffff7f').signed(), -2_147_483_648)
})

function kind(read: () => number): string {
  try {
    return `read ${read()}`
  } catch (error) {
    assert.ok(error instanceof VarintError)
    return error.kind
  }
}

test('what cannot be read says why', () => {
  assert.equal(
    kind(() => reader('').signed()),
    'truncated',
  )
  assert.equal(
    kind(() => reader('ffff').signed()),
    'truncated',
  )
  assert.equal(
    kind(() => new VarintReader(Buffer.from('8001', 'hex'), 0, 1).signedLong()),
    'truncated',
  )
  assert.equal(
    kind(() => reader('ffffffffff01').unsigned()),
    'too-long',
  )
  assert.equal(
    kind(() => reader('ffffffffffffffffffff01').signedLong()),
    'too-long',
  )
})
