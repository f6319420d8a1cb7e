import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { hashKey } from './key-hash.ts'
import { OffsetMap, offsetMapEntryBytes } from './offset-map.ts'

it('knows the last offset of every key that was put, and of no other', () => {
  const keys = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 120 })
  fc.assert(
    fc.property(keys, fc.uint8Array({ maxLength: 40 }), fc.integer(), (put, other, seed) => {
      const map = new OffsetMap(200 * offsetMapEntryBytes, 1000, seed)
      const model = new Map<string, number>()
      for (const [offset, key] of put.entries()) {
        map.put(key, 0, key.length, offset)
        model.set(key.join(), offset)
      }
      assert.equal(map.size, model.size)
      for (const key of [...put, other])
        assert.equal(map.get(key, 0, key.length), model.get(key.join()) ?? -1)
    }),
    { numRuns: 200 },
  )
})

it('is full at nine tenths of its memory, and takes no more of it than the keys need', () => {
  const map = new OffsetMap(100 * offsetMapEntryBytes, 1e9, 1)
  let count = 0
  for (; !map.full; count++) map.put(Buffer.from(`${count}`), 0, `${count}`.length, count)
  assert.equal(count, 90)
  assert.equal(map.utilization, 1)
})

// The test vectors of MurmurHash3_x86_128.
it('hashes as MurmurHash3 does', () => {
  const hash = (text: string, seed: number): string => {
    const out = new Int32Array(4)
    hashKey(Buffer.from(text), 0, Buffer.byteLength(text), seed, out)
    return [...out].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
  }
  assert.equal(hash('', 0), '00000000000000000000000000000000')
  assert.equal(hash('I will not buy this record, it is scratched.', 0), 'a0a9683b25ac5e40d9af2895890dddf5')
})
