import type { FileHandle, Files } from '../../env/files.ts'
import type { LogFile } from '../../log/log-files.ts'
import { SparseIndex } from '../../log/sparse-index.ts'
import * as header from '../../records/record-batch.ts'

const blockBytes = 64 << 10

/**
 * An open segment file of the log, and where its batches are. Positions are learnt by whoever walks the file from its start on, or
 * come from the index file that the log writes when a segment is complete.
 */
export class SegmentFile implements AsyncDisposable {
  readonly path: string
  readonly handle: FileHandle
  #index = new SparseIndex()
  /** Up to here every batch was seen; the batch there begins with `#scannedOffset`. */
  #scanned = 0
  #scannedOffset: number

  readonly #baseOffset: number

  private constructor(file: LogFile, handle: FileHandle) {
    this.path = file.path
    this.#baseOffset = file.baseOffset
    this.handle = handle
    this.#scannedOffset = file.baseOffset
  }

  /** @throws FileError NOT_FOUND when the file was removed meanwhile */
  static async open(files: Files, file: LogFile): Promise<SegmentFile> {
    const opened = new SegmentFile(file, await files.open(file.path, 'read'))
    if (file.sealed) await opened.#loadIndex(files, file.bytes)
    return opened
  }

  get memoryBytes(): number {
    return this.#index.count * 16
  }

  /** Tells of the batch at `position`; does nothing unless it is the next one that was not seen. */
  observe(baseOffset: number, lastOffset: number, position: number, bytes: number): void {
    if (position !== this.#scanned) return
    this.#index.batch(baseOffset - this.#baseOffset, position, -1)
    this.#scanned = position + bytes
    this.#scannedOffset = lastOffset + 1
  }

  /**
   * Position of the first batch below `end` whose last offset is not below `offset`; `end` when there is none, or when what stands
   * there is no batch: whoever reads it meets the damage.
   */
  positionOf(offset: number, end: number): number {
    if (offset >= this.#scannedOffset) return this.#scanTo(offset, end)
    const { position } = this.#index.floorForOffset(offset - this.#baseOffset)
    return this.#walk(position, end, offset, false)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.handle.close()
  }

  #scanTo(offset: number, end: number): number {
    return this.#walk(this.#scanned, end, offset, true)
  }

  #walk(from: number, end: number, offset: number, observing: boolean): number {
    const buffer = Buffer.allocUnsafe(blockBytes)
    let position = from
    while (position + header.HEADER_SIZE <= end) {
      const size = this.handle.readSync(buffer.subarray(0, Math.min(blockBytes, end - position)), position)
      let at = 0
      while (at + header.HEADER_SIZE <= size) {
        const bytes = header.batchSize(buffer, at)
        if (bytes < header.HEADER_SIZE || header.magic(buffer, at) !== header.MAGIC_V2) return position + at
        const last = header.lastOffset(buffer, at)
        if (last >= offset) return position + at
        if (observing) this.observe(header.baseOffset(buffer, at), last, position + at, bytes)
        at += bytes
      }
      if (at === 0) return position
      position += at
    }
    return Math.min(position, end)
  }

  async #loadIndex(files: Files, bytes: number): Promise<void> {
    const path = this.path.replace(/\.log$/, '.index')
    const stat = await files.stat(path)
    if (stat === null) return
    await using handle = await files.open(path, 'read')
    const buffer = Buffer.alloc(stat.size)
    await handle.read(buffer, 0)
    const loaded = SparseIndex.decode(buffer, bytes)
    if (loaded === null) return
    this.#index = loaded.index
    this.#scanned = bytes
    this.#scannedOffset = Infinity
  }
}
