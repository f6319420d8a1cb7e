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
} from '../../log/wal/wal-format.ts'
import { FileWindow } from './file-window.ts'

const SEARCH_BYTES = 1024 * 1024

export interface WalRecordView {
  readonly position: number
  readonly header: WalRecordHeader
  /** Valid until the next read. */
  readonly payload: Buffer
  /** Position of what follows the record. */
  readonly end: number
}

/** Where WAL files are, and the identity of the data directory that they belong to. */
export interface WalPlace {
  readonly walDirectory: string
  readonly directoryId: Buffer
}

/** One WAL file, readable from any position; recovery's reader goes from the start only. */
export class WalFileView implements AsyncDisposable {
  readonly path: string
  readonly size: number
  readonly #handle: FileHandle
  readonly #window: FileWindow
  readonly #tag: number

  /** Its own header can not be read; its records can, they say themselves where they belong. */
  readonly headerDamaged: boolean

  private constructor(path: string, handle: FileHandle, size: number, tag: number, headerDamaged: boolean) {
    this.headerDamaged = headerDamaged
    this.path = path
    this.size = size
    this.#handle = handle
    this.#window = new FileWindow(handle, size)
    this.#tag = tag
  }

  /** Null when the file has the header of another number or directory, and so holds nothing: the rule of recovery's reader. */
  static async open(env: Env, place: WalPlace, number: number): Promise<WalFileView | null> {
    const path = `${place.walDirectory}/${walFileName(number)}`
    const handle = await env.files.open(path, 'read')
    const head = Buffer.alloc(walFileHeaderBytes)
    await handle.read(head, 0)
    const header = decodeWalFileHeader(head)
    const isOwn =
      header === null || (header.fileNumber === number && header.directoryId.equals(place.directoryId))
    if (isOwn) {
      const tag = walTag(number, place.directoryId)
      return new WalFileView(path, handle, await handle.size(), tag, header === null)
    }
    await handle.close()
    return null
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close()
  }

  /** The record at a position, or null when no whole header of this file's stands there. */
  async recordAt(position: number): Promise<WalRecordView | null> {
    const head = await this.#window.bytes(position, walRecordHeaderBytes)
    const view = head.length < walRecordHeaderBytes ? null : readWalRecordHeader(head, 0, this.#tag)
    if (view === null) return null
    const header = { ...view, topicId: Buffer.from(view.topicId) }
    const end = position + walRecordBytes(header.payloadBytes)
    if (end > this.size) return null
    const payload = await this.#window.bytes(position + walRecordHeaderBytes, header.payloadBytes)
    return { position, header, payload, end }
  }

  /** The first record at or behind a position that `wanted` takes; only headers are looked at. */
  async find(from: number, wanted: (header: WalRecordHeader) => boolean): Promise<number | null> {
    for (let at = (from + 7) & ~7; at + walRecordHeaderBytes <= this.size;) {
      const window = await this.#window.bytes(at, SEARCH_BYTES)
      let offset = 0
      for (; offset + walRecordHeaderBytes <= window.length; offset += 8) {
        if (window.readUInt32BE(offset) !== this.#tag) continue
        const header = readWalRecordHeader(window, offset, this.#tag)
        if (header !== null && wanted(header)) return at + offset
      }
      at += offset
    }
    return null
  }

  /** Whether a group header behind a position says that this sequence had been durable. */
  async testifies(from: number, sequence: number): Promise<boolean> {
    const isWitness = ({ type, baseOffset }: WalRecordHeader): boolean =>
      type === walRecordType.group && baseOffset >= sequence
    return (await this.find(from, isWitness)) !== null
  }
}
