import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bitWidth, GROUP, pack, unpack, unpackGaps, unpackOne, wordsFor } from './bit-packing.ts'

test('what is packed is unpacked, at every width and count', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 32 }),
      fc.oneof(fc.constant(GROUP), fc.integer({ min: 1, max: 300 })),
      fc.infiniteStream(fc.integer({ min: 0, max: 2 ** 32 - 1 })),
      fc.nat(5),
      (bits, count, stream, at) => {
        const values = Int32Array.from({ length: count }, () =>
          Math.floor((stream.next().value ?? 0) / 2 ** (32 - bits)),
        )
        const words = new Uint32Array(at + wordsFor(count, bits) + 1)
        words[words.length - 1] = 0xdeadbeef
        assert.equal(pack(values, 0, count, bits, words, at), at + wordsFor(count, bits))
        assert.equal(words.at(-1), 0xdeadbeef)
        const unpacked = new Int32Array(count + 3)
        unpack(words, at, bits, count, unpacked, 3)
        assert.deepEqual(unpacked.subarray(3), values)
        for (let index = 0; index < count; index++)
          assert.equal(unpackOne(words, at, bits, index) | 0, values[index])
      },
    ),
    { numRuns: 400 },
  )
})

test('gaps become ascending numbers', () => {
  for (let bits = 0; bits <= 20; bits++)
    for (const count of [1, 50, GROUP]) {
      const gaps = Int32Array.from({ length: count }, (_, index) => (index * 7919) % 2 ** bits)
      const words = new Uint32Array(wordsFor(count, bits))
      pack(gaps, 0, count, bits, words, 0)
      const docs = new Int32Array(count)
      unpackGaps(words, 0, bits, count, docs, 41)
      let expected = 41
      for (let index = 0; index < count; index++) {
        expected += (gaps[index] ?? 0) + 1
        assert.equal(docs[index], expected)
      }
    }
})

test('the width of a number is that of its highest bit', () => {
  for (let bits = 1; bits <= 32; bits++) {
    assert.equal(bitWidth(2 ** (bits - 1)), bits)
    assert.equal(bitWidth(2 ** bits - 1), bits)
  }
  assert.equal(bitWidth(0), 0)
})
