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
  /** Whether there is memory for a frame of this size. When not, nothing may be read until `FrameReader.admit` was called. */
  admits(size: number): boolean
  /** Memory for a frame in the making was taken (positive) or given back (negative). */
  memory(bytes: number): void
}

/**
 * Cuts the byte stream into frames: int32 size, then so many bytes. A frame that is whole in the scratch buffer is handed over in
 * place; for one that is not, the next reads go straight into a buffer of its own.
 *
 * Memory is asked for before a frame takes it, and a frame that has it is read to its end. Were frames stopped halfway, those that
 * hold the memory would wait for each other for ever.
 */
export class FrameReader {
  readonly #sink: FrameSink
  readonly #pool: BufferPool
  #frame: Buffer | null = null
  #frameSize = 0
  #filled = 0
  /** What has come of a frame for which there is no memory yet. */
  #held: Buffer | null = null
  /** The last target was the frame's buffer, so that is where the next bytes stand. */
  #intoFrame = false
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
    return this.#frame !== null || this.#held !== null || this.#headBytes > 0
  }

  /** A frame has memory and is not whole: it must be read on, whatever happens elsewhere. */
  get filling(): boolean {
    return this.#frame !== null
  }

  /** Size of the frame that waits for memory, or null. */
  get held(): number | null {
    return this.#held === null ? null : this.#frameSize
  }

  /** Takes the memory that the held frame waits for. */
  admit(): void {
    const held = this.#held
    if (held === null || this.#stopped) return
    this.#held = null
    this.#takeFrame(held)
  }

  target(): Uint8Array {
    this.#intoFrame = this.#frame !== null
    return this.#frame === null ? scratchTarget : this.#frame.subarray(this.#filled, this.#frameSize)
  }

  received(size: number): void {
    if (this.#frame !== null && this.#intoFrame) this.#receivedIntoFrame(this.#frame, size)
    else this.#receivedIntoScratch(size)
  }

  /** Gives the memory back; nothing is read any more. */
  stop(): void {
    this.#stopped = true
    this.#held = null
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
    if (this.#frame !== null) {
      // The frame got its memory after the target of this read had been given out.
      const bytes = Math.min(size, this.#frameSize - this.#filled)
      scratch.copy(this.#frame, this.#filled, at, at + bytes)
      at += bytes
      this.#receivedIntoFrame(this.#frame, bytes)
      if (this.#frame !== null) return
    }
    while (end - at >= sizeBytes && !this.#stopped) {
      const frameSize = scratch.readInt32BE(at)
      if (frameSize < 0 || frameSize > this.#sink.frameBytesMax()) {
        this.#stopped = true
        this.#sink.broken(frameSize < 0 ? 'negative_size' : 'too_large', frameSize)
        return
      }
      at += sizeBytes
      if (end - at < frameSize) {
        this.#frameSize = frameSize
        if (this.#sink.admits(frameSize)) this.#takeFrame(scratch.subarray(at, end))
        else this.#held = Buffer.from(scratch.subarray(at, end))
        return
      }
      this.#sink.frame(scratch, at, at + frameSize)
      at += frameSize
    }
    if (this.#stopped) return
    this.#headBytes = end - at
    scratch.copy(this.#head, 0, at, end)
  }

  #takeFrame(start: Buffer): void {
    const frame = this.#pool.take(this.#frameSize)
    this.#sink.memory(frame.length)
    start.copy(frame)
    this.#frame = frame
    this.#filled = start.length
  }

  #releaseFrame(): void {
    if (this.#frame === null) return
    this.#pool.release(this.#frame)
    this.#sink.memory(-this.#frame.length)
    this.#frame = null
  }
}
