import type { Segment } from './segment.ts'
import type { Chunk, ChunkOwner, TailCache } from './tail-cache.ts'

const smallestChunkBytes = 16 << 10

/** The end of one partition's log in memory: chunks of its segments, oldest first, without gaps. */
export class PartitionTail {
  readonly #cache: TailCache
  readonly #owner: ChunkOwner
  /** Whatever of the log is not in one of these is in a segment file. */
  chunks: Chunk[] = []
  #wantedBytes = smallestChunkBytes
  /** The last chunk still takes appends. */
  #open = false

  constructor(cache: TailCache, owner: ChunkOwner) {
    this.#cache = cache
    this.#owner = owner
  }

  /** The chunk that takes the next batch, of so many bytes; a new one when the last is full or of another segment. */
  chunkFor(segment: Segment, bytes: number, baseOffset: number): Chunk {
    const open = this.chunks.at(-1)
    if (open === undefined) this.#wantedBytes = smallestChunkBytes
    else if (open.segment === segment && open.used + bytes <= open.buffer.length) return open
    else this.#wantedBytes = this.#wantedBytes * 2
    this.#close()
    const chunk = this.#cache.take(this.#owner, segment, segment.size, baseOffset, bytes, this.#wantedBytes)
    this.chunks.push(chunk)
    this.#open = true
    return chunk
  }

  /**
   * Drops the oldest chunk when all of it is committed and in its file, and says whether it did; also when there is none.
   *
   * In the file alone is not enough: a small append waits for its group, a large one behind it is written ahead and takes it along
   * into the file; were the chunk used again now, the group would write other bytes into the WAL under the small one's header.
   */
  dropOldest(committedEnd: (segment: Segment) => number): boolean {
    const chunk = this.chunks[0]
    if (chunk === undefined) return true
    const { segment } = chunk
    if (Math.min(segment.written, committedEnd(segment)) < chunk.filePosition + chunk.used) return false
    if (this.chunks.length === 1) this.#close()
    this.chunks.shift()
    this.#cache.drop(chunk)
    return true
  }

  /** The oldest segment is gone for good, and so is its part of the tail. */
  dropSegment(segment: Segment): void {
    while (this.chunks[0]?.segment === segment) {
      const chunk = this.chunks.shift() as Chunk
      if (this.chunks.length === 0) this.#close()
      this.#cache.drop(chunk)
    }
  }

  dropAll(): void {
    this.#close()
    for (const chunk of this.chunks) this.#cache.drop(chunk)
    this.chunks = []
  }

  /** Whether a chunk that takes no more appends is committed and not in its file yet. */
  hasFullChunk(committedSegment: Segment | null, committedPosition: number): boolean {
    for (let i = this.chunks.length - 2; i >= 0; i--) {
      const chunk = this.chunks[i]
      if (chunk === undefined) break
      const end = chunk.filePosition + chunk.used
      if (chunk.segment.written >= end) return false
      if (chunk.segment !== committedSegment || committedPosition >= end) return true
    }
    return false
  }

  #close(): void {
    if (this.#open) this.#cache.closed()
    this.#open = false
  }
}
