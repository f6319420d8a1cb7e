import type { Segment } from './segment.ts'

const smallestBytes = 16 << 10
const pooledPerSize = 64
/** Chunks looked at in vain per request for memory. */
const ownersSkippedMax = 8

/** The partition side of a chunk: who is asked to give it up when memory is short. */
export interface ChunkOwner {
  /** Drops its oldest chunk when all of it is committed and in the segment file; returns whether it did. */
  dropOldestChunk(): boolean
  /** Starts writing what is committed to the segment file, if that is not under way. */
  requestWriteOut(): void
}

/**
 * A stretch of one segment in memory: batches back to back, from `filePosition` of the segment on.
 *
 * Life: taken from the cache by a partition, filled by appends, referenced by fetch responses until their bytes are with the
 * operating system, dropped by the partition when they are committed, the file has them and memory is wanted. The buffer goes back for reuse when
 * the partition has dropped the chunk and the last reference is released; before that its bytes never change, because a
 * socket write may still be reading them.
 */
export interface Chunk {
  readonly buffer: Buffer
  readonly segment: Segment
  readonly filePosition: number
  readonly baseOffset: number
  /** Bytes filled; grows only. */
  used: number
  /** Invariant: 0 exactly when no response is using the buffer. */
  references: number
  dropped: boolean
}

/** The memory of all tails of a data directory, with one budget. Buffers are pooled: a page touched the first time is slow. */
export class TailCache {
  readonly #budgetBytes: number
  /** Of a chunk, unless a single batch is larger. */
  readonly #largestBytes: number
  readonly #pools = new Map<number, Buffer[]>()
  /** Owners in the order in which their chunks were taken: one entry per chunk that is not dropped. */
  #order: ChunkOwner[] = []
  #orderHead = 0
  #openChunks = 0
  /** Bytes of buffers held by partitions or by responses. */
  usedBytes = 0

  constructor(budgetBytes: number, largestBytes: number) {
    this.#budgetBytes = budgetBytes
    this.#largestBytes = largestBytes
  }

  get overBudget(): boolean {
    return this.usedBytes > this.#budgetBytes
  }

  /** A chunk of at least `bytes`; `wanted` is the size that the owner would like, and gets when there are not too many owners. */
  take(
    owner: ChunkOwner,
    segment: Segment,
    filePosition: number,
    baseOffset: number,
    bytes: number,
    wanted: number,
  ): Chunk {
    const fair = this.#budgetBytes / (2 * (this.#openChunks + 1))
    let size = smallestBytes
    while (size < this.#largestBytes && size * 2 <= Math.min(wanted, fair)) size *= 2
    while (size < bytes && size < this.#largestBytes) size *= 2
    if (size < bytes) size = bytes
    this.#openChunks += 1
    this.usedBytes += size
    this.#order.push(owner)
    const buffer = this.#pools.get(size)?.pop() ?? Buffer.allocUnsafeSlow(size)
    this.#shrink()
    return { buffer, segment, filePosition, baseOffset, used: 0, references: 0, dropped: false }
  }

  /** The owner fills another chunk from now on. */
  closed(): void {
    this.#openChunks -= 1
  }

  retain(chunk: Chunk): void {
    chunk.references += 1
  }

  release(chunk: Chunk): void {
    chunk.references -= 1
    if (chunk.references === 0 && chunk.dropped) this.#recycle(chunk)
  }

  /** The owner gives the chunk up. */
  drop(chunk: Chunk): void {
    chunk.dropped = true
    if (chunk.references === 0) this.#recycle(chunk)
  }

  #recycle(chunk: Chunk): void {
    const size = chunk.buffer.length
    this.usedBytes -= size
    if (size > this.#largestBytes) return
    let pool = this.#pools.get(size)
    if (pool === undefined) this.#pools.set(size, (pool = []))
    if (pool.length < pooledPerSize) pool.push(chunk.buffer)
  }

  /**
   * Gives up the oldest chunks until the budget holds. One that is not in its file yet goes to the back of the order and is written
   * out, so the budget is exceeded by what the writer has not caught up with; backpressure on producers bounds that.
   */
  #shrink(): void {
    let skipped = 0
    while (this.usedBytes > this.#budgetBytes && skipped < ownersSkippedMax) {
      const owner = this.#order[this.#orderHead]
      if (owner === undefined) break
      this.#orderHead += 1
      if (owner.dropOldestChunk()) continue
      skipped += 1
      this.#order.push(owner)
      owner.requestWriteOut()
    }
    if (this.#orderHead > 1024 && this.#orderHead * 2 > this.#order.length) {
      this.#order = this.#order.slice(this.#orderHead)
      this.#orderHead = 0
    }
  }
}
