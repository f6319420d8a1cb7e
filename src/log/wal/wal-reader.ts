import type { Env } from '../../env/env.ts'
import type { FileHandle } from '../../env/files.ts'
import {
  decodeWalFileHeader,
  readWalRecordHeader,
  walFileHeaderBytes,
  walFileName,
  type WalRecordHeader,
  walRecordBytes,
  walRecordHeaderBytes,
  walRecordType,
  walTag,
} from './wal-format.ts'

/** What the reader meets, in the order of the file. */
export type WalItem =
  | { readonly kind: 'record'; readonly position: number; readonly header: WalRecordHeader; readonly payload: Buffer }
  /** No valid record stands here. Whether that is the end of the log is for `endsHere` to tell. */
  | { readonly kind: 'end'; readonly position: number; readonly expectedSequence: number }

const windowBytes = 8 << 20

/** Reads one WAL file in windows; a record that does not fit into the window is read on its own. */
export class WalFileReader implements AsyncDisposable {
  readonly path: string
  readonly number: number
  readonly size: number
  readonly #handle: FileHandle
  readonly #tag: number
  #window: Buffer = Buffer.alloc(0)
  #windowAt = 0

  private constructor(path: string, number: number, size: number, handle: FileHandle) {
    this.path = path
    this.number = number
    this.size = size
    this.#handle = handle
    this.#tag = walTag(number)
  }

  /** Null when the file has no header of its own number: it was being made or reused when the process died, and holds nothing. */
  static async open(env: Env, directory: string, number: number): Promise<WalFileReader | null> {
    const path = `${directory}/${walFileName(number)}`
    const handle = await env.files.open(path, 'read')
    const size = await handle.size()
    const start = Buffer.alloc(walFileHeaderBytes)
    await handle.read(start, 0)
    const header = decodeWalFileHeader(start)
    if (header === null || header.fileNumber !== number) {
      await handle.close()
      return null
    }
    return new WalFileReader(path, number, size, handle)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close()
  }

  /** The records from the start of the file; the last item is always `end`. Payloads are valid until the next item is asked for. */
  async *items(expectedSequence: number | null): AsyncGenerator<WalItem, void> {
    let position = walFileHeaderBytes
    let expected = expectedSequence
    for (;;) {
      const header = await this.#headerAt(position)
      if (header === null || (expected !== null && header.sequence !== expected)) break
      const bytes = walRecordBytes(header.payloadBytes)
      if (position + bytes > this.size) break
      const payload = await this.#bytes(position + walRecordHeaderBytes, header.payloadBytes)
      expected = header.sequence + 1
      yield { kind: 'record', position, header: { ...header, topicId: Buffer.from(header.topicId) }, payload }
      position += bytes
    }
    yield { kind: 'end', position, expectedSequence: expected ?? 0 }
  }

  /** The largest durable sequence that any group header from `position` on testifies, or -1. Groups stand on 8-byte boundaries. */
  async durableSequenceAfter(position: number): Promise<number> {
    let largest = -1
    for (let at = (position + 7) & ~7; at + walRecordHeaderBytes <= this.size; ) {
      const window = await this.#bytes(at, Math.min(windowBytes, this.size - at))
      let offset = 0
      for (; offset + walRecordHeaderBytes <= window.length; offset += 8) {
        if (window.readUInt32BE(offset) !== this.#tag) continue
        const header = readWalRecordHeader(window, offset, this.#tag)
        if (header?.type === walRecordType.group && header.baseOffset > largest) largest = header.baseOffset
      }
      at += offset
    }
    return largest
  }

  /** The first record with a whole header at or after `position`, or null. */
  async nextRecordAfter(position: number): Promise<number | null> {
    for (let at = (position + 7) & ~7; at + walRecordHeaderBytes <= this.size; at += 8) {
      if ((await this.#headerAt(at)) !== null) return at
    }
    return null
  }

  async #headerAt(position: number): Promise<WalRecordHeader | null> {
    if (position + walRecordHeaderBytes > this.size) return null
    const bytes = await this.#bytes(position, walRecordHeaderBytes)
    return readWalRecordHeader(bytes, 0, this.#tag)
  }

  async #bytes(position: number, length: number): Promise<Buffer> {
    const offset = position - this.#windowAt
    if (offset >= 0 && offset + length <= this.#window.length) return this.#window.subarray(offset, offset + length)
    const window = Buffer.allocUnsafe(Math.min(Math.max(windowBytes, length), this.size - position))
    const read = await this.#handle.read(window, position)
    this.#window = window.subarray(0, read)
    this.#windowAt = position
    return this.#window.subarray(0, length)
  }
}
