import type { FileHandle } from '../../env/files.ts'

const WINDOW_BYTES = 8 * 1024 * 1024

/** Bytes of a file at any position, read in large pieces. A view is valid until the next call. */
export class FileWindow {
  readonly #handle: FileHandle
  readonly size: number
  #window: Buffer = Buffer.alloc(0)
  #windowAt = 0

  constructor(handle: FileHandle, size: number) {
    this.#handle = handle
    this.size = size
  }

  /** Up to `length` bytes from `position`; fewer only at the end of the file. */
  async bytes(position: number, length: number): Promise<Buffer> {
    const wanted = Math.max(0, Math.min(length, this.size - position))
    const from = position - this.#windowAt
    if (from >= 0 && from + wanted <= this.#window.length) return this.#window.subarray(from, from + wanted)
    const window = Buffer.allocUnsafe(Math.min(Math.max(WINDOW_BYTES, wanted), this.size - position))
    const read = await this.#handle.read(window, position)
    this.#window = window.subarray(0, read)
    this.#windowAt = position
    return this.#window.subarray(0, wanted)
  }
}
