import type { FileHandle } from '../../env/files.ts'
import { crc32c } from '../../util/crc32c.ts'
import type { BlockCache, CachedPage } from './block-cache.ts'
import { IndexDamageError, PAGE_BYTES } from './index-layout.ts'
import type { IndexSource } from './index-source.ts'

/**
 * The pages of an index file, read on the calling thread when they are needed. A page whose checksum is wrong is never served:
 * IndexDamageError. What the file system fails with is passed on (FileError).
 */
export class FileSource implements IndexSource {
  readonly #handle: FileHandle
  readonly #length: number
  readonly #checksums: Uint32Array
  readonly #cache: BlockCache
  readonly #pages: (CachedPage | undefined)[] = []

  /** `length`: bytes of the file that are pages. */
  constructor(handle: FileHandle, length: number, checksums: Uint32Array, cache: BlockCache) {
    this.#handle = handle
    this.#length = length
    this.#checksums = checksums
    this.#cache = cache
  }

  bytes(at: number, length: number): Uint8Array {
    const page = Math.floor(at / PAGE_BYTES)
    const start = at - page * PAGE_BYTES
    if (start + length <= PAGE_BYTES) return this.#page(page).bytes.subarray(start, start + length)
    return this.#range(at, length)
  }

  words(at: number, count: number): Uint32Array {
    const page = Math.floor(at / PAGE_BYTES)
    const start = at - page * PAGE_BYTES
    if (start + count * 4 <= PAGE_BYTES) {
      // Without a view of bytes in between: posting blocks are asked for this way by the thousand.
      const { buffer, byteOffset } = this.#page(page).bytes
      return new Uint32Array(buffer, byteOffset + start, count)
    }
    const bytes = this.#range(at, count * 4)
    return new Uint32Array(bytes.buffer, bytes.byteOffset, count)
  }

  doubles(at: number, count: number): Float64Array {
    const bytes = this.bytes(at, count * 8)
    return new Float64Array(bytes.buffer, bytes.byteOffset, count)
  }

  /** Reads and checks all pages from `page` on, up to `count` of them. */
  verify(page: number, count: number): void {
    const end = Math.min(page + count, this.#checksums.length)
    if (page < end) this.#read(page, end - page)
  }

  get pageCount(): number {
    return this.#checksums.length
  }

  close(): void {
    this.#cache.drop(this.#pages)
    this.#pages.length = 0
  }

  #page(page: number): CachedPage {
    const known = this.#pages[page]
    if (known !== undefined) {
      known.isUsed = true
      return known
    }
    const entry: CachedPage = { bytes: this.#read(page, 1), table: this.#pages, page, isUsed: true }
    this.#cache.admit(entry)
    return entry
  }

  /** Bytes that lie in several pages: two are copied together from the cache, more are read past it. */
  #range(at: number, length: number): Uint8Array {
    const first = Math.floor(at / PAGE_BYTES)
    const last = Math.floor((at + length - 1) / PAGE_BYTES)
    const start = at - first * PAGE_BYTES
    if (last - first > 1) return this.#read(first, last - first + 1).subarray(start, start + length)
    const joined = Buffer.allocUnsafeSlow(length)
    this.#page(first).bytes.copy(joined, 0, start)
    this.#page(last).bytes.copy(joined, PAGE_BYTES - start, 0, start + length - PAGE_BYTES)
    return joined
  }

  #read(page: number, count: number): Buffer<ArrayBuffer> {
    const from = page * PAGE_BYTES
    const length = Math.min(count * PAGE_BYTES, this.#length - from)
    if (length <= 0) throw new IndexDamageError(`${this.#handle.path}: there is nothing at position ${from}`)
    const bytes = Buffer.allocUnsafeSlow(length)
    const read = this.#handle.readSync(bytes, from)
    if (read < length)
      throw new IndexDamageError(`${this.#handle.path}: ends at ${from + read}, ${length - read} bytes short`)
    for (let index = 0; index < count; index++) {
      const start = index * PAGE_BYTES
      const checksum = crc32c(bytes.subarray(start, Math.min(start + PAGE_BYTES, length)))
      if (checksum !== this.#checksums[page + index])
        throw new IndexDamageError(
          `${this.#handle.path}: the checksum of the page at position ${from + start} is wrong`,
        )
    }
    return bytes
  }
}
