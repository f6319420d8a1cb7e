import type { BufferPool } from '../util/buffer-pool.ts'

const scratchBytes = 256 << 10
const sizeBytes = 4
/**
 * One buffer into which all sockets of the thread are read. Its content is consumed before anything else is read, so nobody may
 * keep a view of it. The first four bytes are kept free for the start of a size field that came with the read before.
 */
const scratch = Buffer.allocUnsafeSlow(sizeBytes + scratchBytes)
const scratchTarget = scratch.subarray(sizeBytes)

export interface FrameSink {
  /** A whole request without its size field. The bytes are only good until this returns. */
  frame(buffer: Buffer, start: number, end: number): void
  /** The size that a frame may have now, and the most it may ever have. */
  frameBytesMax(): number
  /** The stream can not be read on: the connection must be closed. */
  broken(reason: 'negative_size' | 'too_large', size: number): void
  /** Memory for a frame in the making was taken (positive) or given back (negative). */
  memory(bytes: number): void
}

/**
 * Cuts the byte stream into frames: int32 size, then so many bytes. A frame that is whole in the scratch buffer is handed over in
 * place; for one that is not, the next reads go straight into a buffer of its own.
 */
export class FrameReader {
  readonly #sink: FrameSink
  readonly #pool: BufferPool
  #frame: Buffer | null = null
  #frameSize = 0
  #filled = 0
  /** Bytes of a size field that has not come whole; they stand right before `scratchTarget`. */
  readonly #head = Buffer.alloc(sizeBytes)
  #headBytes = 0
  #stopped = false

  constructor(sink: FrameSink, pool: BufferPool) {
    this.#sink = sink
    this.#pool = pool
  }

  /** Whether a frame has begun and is not whole. */
  get partial(): boolean {
    return this.#frame !== null || this.#headBytes > 0
  }

  target(): Uint8Array {
    return this.#frame === null ? scratchTarget : this.#frame.subarray(this.#filled, this.#frameSize)
  }

  received(size: number): void {
    if (this.#frame !== null) this.#receivedIntoFrame(this.#frame, size)
    else this.#receivedIntoScratch(size)
  }

  /** Gives the memory back; nothing is read any more. */
  stop(): void {
    this.#stopped = true
    this.#releaseFrame()
  }

  #receivedIntoFrame(frame: Buffer, size: number): void {
    this.#filled += size
    if (this.#filled < this.#frameSize) return
    const end = this.#frameSize
    this.#frame = null
    this.#sink.frame(frame, 0, end)
    this.#pool.release(frame)
    this.#sink.memory(-frame.length)
  }

  #receivedIntoScratch(size: number): void {
    let at = sizeBytes - this.#headBytes
    this.#head.copy(scratch, at, 0, this.#headBytes)
    this.#headBytes = 0
    const end = sizeBytes + size
    while (end - at >= sizeBytes && !this.#stopped) {
      const frameSize = scratch.readInt32BE(at)
      if (frameSize < 0 || frameSize > this.#sink.frameBytesMax()) {
        this.#stopped = true
        this.#sink.broken(frameSize < 0 ? 'negative_size' : 'too_large', frameSize)
        return
      }
      at += sizeBytes
      if (end - at < frameSize) {
        this.#startFrame(frameSize, at, end)
        return
      }
      this.#sink.frame(scratch, at, at + frameSize)
      at += frameSize
    }
    if (this.#stopped) return
    this.#headBytes = end - at
    scratch.copy(this.#head, 0, at, end)
  }

  #startFrame(size: number, at: number, end: number): void {
    const frame = this.#pool.take(size)
    this.#sink.memory(frame.length)
    scratch.copy(frame, 0, at, end)
    this.#frame = frame
    this.#frameSize = size
    this.#filled = end - at
  }

  #releaseFrame(): void {
    if (this.#frame === null) return
    this.#pool.release(this.#frame)
    this.#sink.memory(-this.#frame.length)
    this.#frame = null
  }
}
