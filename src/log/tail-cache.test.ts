import assert from 'node:assert/strict'
import { it } from 'node:test'
import { Segment } from './segment.ts'
import { type Chunk, type ChunkOwner, TailCache } from './tail-cache.ts'

const kib = 1024
const segment = new Segment(0, '/s', 0, -1)

class Owner implements ChunkOwner {
  readonly chunks: Chunk[] = []
  readonly #cache: TailCache
  written = false
  asked = 0

  constructor(cache: TailCache) {
    this.#cache = cache
  }

  take(bytes: number, wanted = 16 * kib): Chunk {
    const chunk = this.#cache.take(this, segment, 0, 0, bytes, wanted)
    this.chunks.push(chunk)
    return chunk
  }

  dropOldestChunk(): boolean {
    const [oldest] = this.chunks
    if (oldest === undefined) return true
    if (!this.written) return false
    this.chunks.shift()
    this.#cache.drop(oldest)
    return true
  }

  requestWriteOut(): void {
    this.asked += 1
  }
}

it('gives chunks of the wanted size, larger for a large batch, smaller when many share the memory', () => {
  const cache = new TailCache(1024 * kib, 256 * kib)
  const owner = new Owner(cache)
  assert.equal(owner.take(100, 64 * kib).buffer.length, 64 * kib)
  assert.equal(owner.take(100_000).buffer.length, 128 * kib)
  assert.equal(owner.take(300_000).buffer.length, 300_000)
  for (let i = 0; i < 30; i++) owner.take(100)
  assert.equal(owner.take(100, 256 * kib).buffer.length, 16 * kib)
})

it('keeps to its budget by dropping the oldest written chunks', () => {
  const cache = new TailCache(64 * kib, 16 * kib)
  const first = new Owner(cache)
  const second = new Owner(cache)
  first.written = true
  second.written = true
  for (let i = 0; i < 3; i++) first.take(10)
  for (let i = 0; i < 3; i++) second.take(10)
  assert.equal(cache.usedBytes, 64 * kib)
  assert.deepEqual([first.chunks.length, second.chunks.length], [1, 3])
  assert.ok(!cache.overBudget)
})

it('asks for a write-out of what can not go, and goes over the budget rather than lose it', () => {
  const cache = new TailCache(32 * kib, 16 * kib)
  const owner = new Owner(cache)
  for (let i = 0; i < 4; i++) owner.take(10)
  assert.equal(owner.chunks.length, 4)
  assert.ok(owner.asked > 0 && cache.overBudget)
})

it('uses memory again only when it was dropped and nobody reads it any more', () => {
  const cache = new TailCache(1024 * kib, 16 * kib)
  const owner = new Owner(cache)
  const chunk = owner.take(10)
  cache.retain(chunk)
  cache.retain(chunk)
  cache.drop(chunk)
  cache.release(chunk)
  assert.notEqual(owner.take(10).buffer, chunk.buffer)
  assert.equal(cache.usedBytes, 32 * kib)
  cache.release(chunk)
  assert.equal(cache.usedBytes, 16 * kib)
  assert.equal(owner.take(10).buffer, chunk.buffer)
})
