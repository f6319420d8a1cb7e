const smallestBytes = 64 << 10
const largestPooledBytes = 8 << 20

/** Buffers in powers of two, reused because the first touch of fresh memory costs page faults. At most `limitBytes` are kept idle. */
export class BufferPool {
  readonly #limitBytes: number
  readonly #pools = new Map<number, Buffer[]>()
  #idleBytes = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  /** A buffer of at least `bytes`; give it back with `release`. */
  take(bytes: number): Buffer {
    let size = smallestBytes
    while (size < bytes) size *= 2
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
