import assert from 'node:assert/strict'
import { it } from 'node:test'
import { PartitionTail } from './partition-tail.ts'
import { Segment } from './segment.ts'
import { TailCache } from './tail-cache.ts'

it('gives memory back only when it is committed and in the file', () => {
  const owner = { dropOldestChunk: () => false, requestWriteOut: () => {} }
  const tail = new PartitionTail(new TailCache(1 << 20, 64 << 10), owner)
  const segment = new Segment(0, '/log', 0, -1)
  const chunk = tail.chunkFor(segment, 100, 0)
  chunk.used = 100
  segment.size = 100
  assert.equal(
    tail.dropOldest(() => 100),
    false,
  )
  segment.written = 100
  assert.equal(
    tail.dropOldest(() => 40),
    false,
  )
  assert.equal(
    tail.dropOldest(() => 100),
    true,
  )
  assert.deepEqual(tail.chunks, [])
})
