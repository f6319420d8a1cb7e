import assert from 'node:assert/strict'
import test from 'node:test'
import { vectorLines } from '../../test/vectors/record-batches.ts'
import { murmur2, toPositive } from './murmur2.ts'

test('hashes and default partitions as Kafka has them', () => {
  const vectors = vectorLines('murmur2').map(
    (line): { hex: string; murmur2: number; positive: number; partitions1to12: number[] } => JSON.parse(line),
  )
  assert.ok(vectors.length > 10)
  for (const vector of vectors) {
    const hash = murmur2(Buffer.from(vector.hex, 'hex'))
    assert.equal(hash, vector.murmur2, vector.hex)
    assert.equal(toPositive(hash), vector.positive)
    assert.deepEqual(
      vector.partitions1to12.map((_, index) => toPositive(hash) % (index + 1)),
      vector.partitions1to12,
    )
  }
})
