import type { Env } from '../../env/env.ts'
import { FileError, type FileHandle } from '../../env/files.ts'
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
  | {
      readonly kind: 'record'
      readonly position: number
      readonly header: WalRecordHeader
      readonly payload: Buffer
    }
  /** No valid record stands here. Whether that is the end of the log is for the replay to tell. */
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

  /** The file's own header can not be read; its records can, they say themselves where they belong. */
  readonly headerDamaged: boolean

  private constructor(file: {
    path: string
    number: number
    size: number
    handle: FileHandle
    tag: number
    damaged: boolean
  }) {
    this.path = file.path
    this.number = file.number
    this.size = file.size
    this.#handle = file.handle
    this.#tag = file.tag
    this.headerDamaged = file.damaged
  }

  /**
   * Null when the file has the header of another number: it was being reused when the process died, and holds nothing.
   * @throws FileError OTHER when the file belongs to another data directory
   */
  static async open(
    env: Env,
    directory: string,
    number: number,
    directoryId: Buffer,
  ): Promise<WalFileReader | null> {
    const path = `${directory}/${walFileName(number)}`
    const handle = await env.files.open(path, 'read')
    const size = await handle.size()
    const start = Buffer.alloc(walFileHeaderBytes)
    await handle.read(start, 0)
    const header = decodeWalFileHeader(start)
    if (header !== null && !header.directoryId.equals(directoryId)) {
      await handle.close()
      throw new FileError(
        'OTHER',
        path,
        `${path} was written in another data directory (${header.directoryId.toString('base64url')}); put back its own, or move the file away`,
      )
    }
    if (header !== null && header.fileNumber !== number) {
      await handle.close()
      return null
    }
    return new WalFileReader({
      path,
      number,
      size,
      handle,
      tag: walTag(number, directoryId),
      damaged: header === null,
    })
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
    for (let at = (position + 7) & ~7; at + walRecordHeaderBytes <= this.size;) {
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

  async #headerAt(position: number): Promise<WalRecordHeader | null> {
    if (position + walRecordHeaderBytes > this.size) return null
    const bytes = await this.#bytes(position, walRecordHeaderBytes)
    return readWalRecordHeader(bytes, 0, this.#tag)
  }

  async #bytes(position: number, length: number): Promise<Buffer> {
    const offset = position - this.#windowAt
    if (offset >= 0 && offset + length <= this.#window.length)
      return this.#window.subarray(offset, offset + length)
    const window = Buffer.allocUnsafe(Math.min(Math.max(windowBytes, length), this.size - position))
    const read = await this.#handle.read(window, position)
    this.#window = window.subarray(0, read)
    this.#windowAt = position
    return this.#window.subarray(0, length)
  }
}
