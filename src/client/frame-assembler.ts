import { ProtocolError } from '../protocol/errors.ts'

const SIZE_BYTES = 4
const NO_FRAME = Buffer.alloc(0)

/**
 * Puts received bytes together to frames: int32 size, then so many bytes. The size is read first, then the rest goes
 * straight into a buffer of that size, so that no byte is copied and nothing is allocated beyond `maxBytes`.
 */
export class FrameAssembler {
  readonly #maxBytes: number
  readonly #size = Buffer.alloc(SIZE_BYTES)
  /** The frame being filled; null while its size is being read. */
  #frame: Buffer | null = null
  #filled = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Where the next bytes shall be put. */
  target(): Buffer {
    return (this.#frame ?? this.#size).subarray(this.#filled)
  }

  /** Takes note of `size` bytes in the target; returns a frame that they complete, which then is the caller's. */
  received(size: number): Buffer | null {
    this.#filled += size
    if (this.#frame === null) {
      if (this.#filled < SIZE_BYTES) return null
      this.#frame = this.#begin(this.#size.readInt32BE(0))
      this.#filled = 0
    }
    if (this.#filled < this.#frame.length) return null
    const frame = this.#frame
    this.#frame = null
    this.#filled = 0
    return frame
  }

  #begin(size: number): Buffer {
    if (size < 0 || size > this.#maxBytes) {
      throw new ProtocolError(`a response states ${size} bytes; between 0 and ${this.#maxBytes} are taken`)
    }
    return size === 0 ? NO_FRAME : Buffer.allocUnsafeSlow(size)
  }
}
