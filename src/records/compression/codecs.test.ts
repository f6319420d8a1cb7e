import assert from 'node:assert/strict'
import { constants, zstdCompressSync } from 'node:zlib'
import test from 'node:test'
import * as fc from 'fast-check'
import { compressSync } from 'snappy'
import { KafkaError } from '../../protocol/errors.ts'
import { codecById, codecOf, codecs } from './codecs.ts'

const MAX_BYTES = 1 << 20

/** The name of the error, which must be a KafkaError. */
function failure(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof KafkaError) return error.errorName
    throw error
  }
  return 'none'
}

/** Bytes with repetitions, so that there are matches of all kinds. */
const payload = fc
  .array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 300 })), { maxLength: 12 })
  .map((runs) => Buffer.concat(runs.flatMap(([bytes, times]) => Array.from({ length: times }, () => bytes))))

for (const codec of codecs) {
  test(`${codec.name}: what was compressed comes back`, () => {
    fc.assert(
      fc.property(payload, (bytes) => {
        const compressed = codec.compress(bytes)
        assert.ok(codec.decompress(compressed, Math.max(1, bytes.length)).equals(bytes))
      }),
      { numRuns: 60 },
    )
  })

  test(`${codec.name}: large and random bytes come back`, () => {
    const bytes = Buffer.alloc(700_000)
    for (let at = 0; at < bytes.length; at++)
      bytes[at] = at < 400_000 ? Math.imul(at, at * 31) >>> 13 : (at >>> 9) & 0xff
    assert.ok(codec.decompress(codec.compress(bytes), bytes.length).equals(bytes))
  })

  test(`${codec.name}: more bytes than allowed are MESSAGE_TOO_LARGE`, () => {
    const compressed = codec.compress(Buffer.alloc(3_000_000))
    assert.equal(
      failure(() => codec.decompress(compressed, 100_000)),
      'MESSAGE_TOO_LARGE',
    )
    assert.equal(
      failure(() => codec.decompress(compressed, 2_999_999)),
      'MESSAGE_TOO_LARGE',
    )
    assert.equal(codec.decompress(compressed, 3_000_000).length, 3_000_000)
  })

  test(`${codec.name}: damaged bytes give an error or other bytes, never more than allowed`, () => {
    fc.assert(
      fc.property(
        payload,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
        fc.nat(),
        (bytes, hits, cut) => {
          const compressed = Buffer.from(codec.compress(bytes))
          for (const [at, value] of hits)
            if (compressed.length > 0) compressed[at % compressed.length] = value
          const damaged = cut % 3 === 0 ? compressed.subarray(0, cut % (compressed.length + 1)) : compressed
          let size = 0
          failure(() => (size = codec.decompress(damaged, MAX_BYTES).length))
          assert.ok(size <= MAX_BYTES)
        },
      ),
      { numRuns: 200 },
    )
  })

  test(`${codec.name}: bytes that are none of its own give an error or few bytes`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (array) => {
        failure(() => codec.decompress(Buffer.from(array), MAX_BYTES))
      }),
    )
  })
}

test('codecs by number and by name', () => {
  assert.deepEqual(
    codecs.map(({ id }) => id),
    [0, 1, 2, 3, 4],
  )
  for (const codec of codecs) {
    assert.equal(codecById(codec.id), codec)
    assert.equal(codecOf(codec.name), codec)
  }
  for (const id of [5, 6, 7]) {
    assert.equal(
      failure(() => codecById(id)),
      'UNKNOWN_SERVER_ERROR',
    )
  }
})

test('levels reach gzip and zstd', () => {
  const words = ['partition', 'offset', 'leader', 'epoch', 'replica', 'batch', 'record']
  const bytes = Buffer.from(
    Array.from({ length: 9000 }, (_, index) => words[(index * index * 31 + (index >>> 3)) % 7]).join(' '),
  )
  for (const [name, level] of [
    ['gzip', 9],
    ['zstd', 19],
  ] as const) {
    const codec = codecOf(name)
    const best = codec.compress(bytes, level)
    assert.ok(best.length < codec.compress(bytes, 1).length)
    assert.ok(codec.decompress(best, bytes.length).equals(bytes))
  }
})

test('zstd: several frames are one, other bytes behind them are an error, no bytes are none', () => {
  const { decompress } = codecOf('zstd')
  const frame = zstdCompressSync(Buffer.from('abc'), { params: { [constants.ZSTD_c_checksumFlag]: 1 } })
  assert.equal(decompress(Buffer.concat([frame, frame]), 10).toString(), 'abcabc')
  assert.equal(decompress(Buffer.alloc(0), 10).length, 0)
  assert.equal(
    failure(() => decompress(Buffer.concat([frame, Buffer.alloc(4)]), 10)),
    'UNKNOWN_SERVER_ERROR',
  )
})

test('snappy: raw blocks, and chunks of several streams, are read', () => {
  const { compress, decompress } = codecOf('snappy')
  const bytes = Buffer.from('abcabcabcabc'.repeat(10))
  assert.ok(decompress(compressSync(bytes), 1000).equals(bytes))
  assert.ok(
    decompress(Buffer.concat([compress(bytes), compress(bytes)]), 1000).equals(Buffer.concat([bytes, bytes])),
  )
  assert.equal(compress(bytes).toString('hex', 0, 16), '82534e41505059000000000100000001')
})

test('snappy: a block that states more than it can hold is refused before anything is allocated', () => {
  const { decompress } = codecOf('snappy')
  const preamble = Buffer.from('ffffffff0f0102', 'hex')
  assert.equal(
    failure(() => decompress(preamble, 2 ** 40)),
    'UNKNOWN_SERVER_ERROR',
  )
})
