import type { FileHandle } from '../../env/files.ts'
import { crc32c } from '../../util/crc32c.ts'
import { PAGE_BYTES } from './index-layout.ts'

/** Where the bytes of an index go, front to back. */
export interface IndexSink {
  /** Bytes written so far, which is the position of the next. */
  readonly position: number
  /** Takes a copy of the bytes. */
  write(bytes: Uint8Array): void
}

/** Collects an index in memory. */
export class MemorySink implements IndexSink {
  #bytes: Uint8Array
  position = 0

  constructor(capacity: number) {
    this.#bytes = new Uint8Array(Math.ceil(capacity))
  }

  write(bytes: Uint8Array): void {
    const end = this.position + bytes.length
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2))
      grown.set(this.#bytes.subarray(0, this.position))
      this.#bytes = grown
    }
    this.#bytes.set(bytes, this.position)
    this.position = end
  }

  /** All that was written, in memory of its exact size. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.position)
  }
}

/** Bytes that are gathered for one write. */
const WRITE_BYTES = 1024 * 1024

/**
 * Writes an index to a file and checksums its pages on the way. `write` only queues; `flush` writes what is queued and must be awaited
 * often, because the queue is what a merge holds in memory.
 */
export class FileSink implements IndexSink {
  readonly #handle: FileHandle
  #full: Buffer[] = []
  #current = Buffer.allocUnsafe(WRITE_BYTES)
  #used = 0
  #flushed = 0
  position = 0
  /** CRC-32C of each whole page. */
  readonly #checksums: number[] = []

  constructor(handle: FileHandle) {
    this.#handle = handle
  }

  write(bytes: Uint8Array): void {
    let at = 0
    while (at < bytes.length) {
      const count = Math.min(bytes.length - at, WRITE_BYTES - this.#used)
      this.#current.set(bytes.subarray(at, at + count), this.#used)
      this.#used += count
      at += count
      if (this.#used === WRITE_BYTES) this.#roll()
    }
    this.position += bytes.length
  }

  /** Writes the whole buffers that are queued. */
  async flush(): Promise<void> {
    if (this.#full.length === 0) return
    const buffers = this.#full
    this.#full = []
    await this.#handle.write(buffers, this.#flushed)
    this.#flushed += buffers.length * WRITE_BYTES
  }

  /** Ends the pages: returns their checksums. What is written from now on lies behind them and is not covered. */
  endPages(): Uint32Array {
    const last = this.#current.subarray(0, this.#used)
    return Uint32Array.from([...this.#checksums, ...pageChecksums(last)])
  }

  /** Writes all that is left. The file is not durable by that. */
  async finish(): Promise<void> {
    await this.flush()
    await this.#handle.write([this.#current.subarray(0, this.#used)], this.#flushed)
    this.#flushed += this.#used
  }

  #roll(): void {
    this.#checksums.push(...pageChecksums(this.#current))
    this.#full.push(this.#current)
    this.#current = Buffer.allocUnsafe(WRITE_BYTES)
    this.#used = 0
  }
}

function pageChecksums(bytes: Buffer): number[] {
  const checksums: number[] = []
  for (let at = 0; at < bytes.length; at += PAGE_BYTES)
    checksums.push(crc32c(bytes.subarray(at, Math.min(at + PAGE_BYTES, bytes.length))))
  return checksums
}
