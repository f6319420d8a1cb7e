import assert from 'node:assert/strict'
import test from 'node:test'
import { partitionForGroup } from './partition-for-group.ts'

test('the partition is that of Java', () => {
  assert.equal(partitionForGroup('', 50), 0)
  assert.equal(partitionForGroup('hello', 50), 99_162_322 % 50)
  assert.equal(partitionForGroup('scala-kafka', 50), Math.abs(javaHash('scala-kafka')) % 50)
  // Its hash code is the smallest int, which has no positive counterpart.
  assert.equal(partitionForGroup('polygenelubricants', 50), 0)
})

/** The polynomial itself, in exact arithmetic. */
function javaHash(text: string): number {
  let hash = 0n
  for (const unit of text) hash = BigInt.asIntN(32, hash * 31n + BigInt(unit.charCodeAt(0)))
  return Number(hash)
}
