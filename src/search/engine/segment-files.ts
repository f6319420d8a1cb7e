import type { Files } from '../../env/files.ts'
import type { LogFile } from '../../log/log-files.ts'
import { SegmentFile } from './segment-file.ts'

const filesMax = 512
const positionBytesMax = 64 << 20

/** Open segment files, the most recently used ones. Whoever uses one finishes with it before it waits for anything. */
export class SegmentFiles implements AsyncDisposable {
  readonly #files: Files
  readonly #open = new Map<number, SegmentFile>()

  constructor(files: Files) {
    this.#files = files
  }

  /** @throws FileError NOT_FOUND when the file was removed meanwhile */
  async get(file: LogFile): Promise<SegmentFile> {
    const found = this.#open.get(file.id)
    if (found !== undefined) {
      this.#open.delete(file.id)
      this.#open.set(file.id, found)
      return found
    }
    const opened = await SegmentFile.open(this.#files, file)
    this.#open.set(file.id, opened)
    await this.#evict()
    return opened
  }

  /** The file, if it is open. */
  opened(file: LogFile): SegmentFile | null {
    return this.#open.get(file.id) ?? null
  }

  /** Closes files that the log has let go, so that the disk gets their space back. Nobody may be using one. */
  async release(ids: Iterable<number>): Promise<void> {
    for (const id of ids) await this.#close(id)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of this.#open.keys()) await this.#close(id)
  }

  async #evict(): Promise<void> {
    let bytes = 0
    for (const file of this.#open.values()) bytes += file.memoryBytes
    for (const [id, file] of this.#open) {
      if (this.#open.size <= 1 || (this.#open.size <= filesMax && bytes <= positionBytesMax)) return
      bytes -= file.memoryBytes
      await this.#close(id)
    }
  }

  async #close(id: number): Promise<void> {
    const file = this.#open.get(id)
    if (file === undefined) return
    this.#open.delete(id)
    await file[Symbol.asyncDispose]()
  }
}
