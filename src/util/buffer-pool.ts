const smallestBytes = 64 << 10
/** Above this, sizes are multiples of it, so that little is wasted on a read of a bit more than a power of two. */
const stepBytes = 1 << 20
const largestPooledBytes = 16 << 20

/** Buffers of a few sizes, reused because the first touch of fresh memory costs page faults. At most `limitBytes` are kept idle. */
export class BufferPool {
  readonly #limitBytes: number
  readonly #pools = new Map<number, Buffer[]>()
  #idleBytes = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  /** A buffer of at least `bytes`; give it back with `release`. */
  take(bytes: number): Buffer {
    const size = sizeFor(bytes)
    const buffer = this.#pools.get(size)?.pop()
    if (buffer === undefined) return Buffer.allocUnsafeSlow(size)
    this.#idleBytes -= size
    return buffer
  }

  release(buffer: Buffer): void {
    const size = buffer.length
    if (size > largestPooledBytes || this.#idleBytes + size > this.#limitBytes) return
    let pool = this.#pools.get(size)
    if (pool === undefined) this.#pools.set(size, (pool = []))
    pool.push(buffer)
    this.#idleBytes += size
  }
}

function sizeFor(bytes: number): number {
  if (bytes > stepBytes) return Math.ceil(bytes / stepBytes) * stepBytes
  let size = smallestBytes
  while (size < bytes) size *= 2
  return size
}
