import { FileError, type FileHandle, type Files } from '../env/files.ts'

interface Entry {
  handle: FileHandle | null
  opening: { readonly make: boolean; readonly handle: Promise<FileHandle> } | null
  users: number
  /** The file is gone: the handle is closed when its last user is done. */
  doomed: boolean
}

/**
 * Open segment files, at most `limit` of them beyond those in use. A handle is used between `acquire` and `release`; an idle one
 * stays open until its place is wanted (least recently used goes first).
 */
export class HandleCache implements AsyncDisposable {
  readonly #files: Files
  readonly #limit: number
  readonly #entries = new Map<string, Entry>()

  constructor(files: Files, limit: number) {
    this.#files = files
    this.#limit = limit
  }

  /** The open handle, when no waiting is needed; it counts as acquired. */
  acquireOpen(path: string): FileHandle | null {
    const entry = this.#entries.get(path)
    if (entry?.handle == null) return null
    entry.users += 1
    return entry.handle
  }

  /** Opens for reading and writing; `make` creates a missing file. */
  async acquire(path: string, make: boolean): Promise<FileHandle> {
    let entry = this.#entries.get(path)
    if (entry === undefined) {
      entry = { handle: null, opening: null, users: 0, doomed: false }
      this.#entries.set(path, entry)
    }
    entry.users += 1
    if (entry.handle !== null) return entry.handle
    entry.opening ??= { make, handle: this.#files.open(path, make ? 'create' : 'update') }
    const { opening } = entry
    try {
      entry.handle = await opening.handle
      return entry.handle
    } catch (error) {
      entry.users -= 1
      if (entry.opening === opening) entry.opening = null
      if (entry.users === 0 && this.#entries.get(path) === entry) this.#entries.delete(path)
      // Somebody else was about to open a file that this caller is to make.
      if (make && !opening.make && error instanceof FileError && error.code === 'NOT_FOUND')
        return await this.acquire(path, make)
      throw error
    }
  }

  release(path: string): void {
    const entry = this.#entries.get(path)
    if (entry === undefined) return
    entry.users -= 1
    this.#entries.delete(path)
    if (entry.doomed && entry.users === 0) {
      closeQuietly(entry)
      return
    }
    this.#entries.set(path, entry)
    if (this.#entries.size > this.#limit) this.#closeIdle()
  }

  /** Closes the file as soon as nobody uses it, for one that is about to be removed. */
  async forget(path: string): Promise<void> {
    const entry = this.#entries.get(path)
    if (entry === undefined) return
    entry.doomed = true
    if (entry.users > 0) return
    this.#entries.delete(path)
    await entry.handle?.close()
  }

  async close(): Promise<void> {
    for (const [path, entry] of this.#entries) {
      this.#entries.delete(path)
      await entry.handle?.close()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #closeIdle(): void {
    for (const [path, entry] of this.#entries) {
      if (entry.users > 0) continue
      this.#entries.delete(path)
      closeQuietly(entry)
      return
    }
  }
}

/** What must be durable was synced while the handle was in use; a failed close afterwards loses nothing. */
function closeQuietly(entry: Entry): void {
  entry.handle?.close().catch(() => {})
}
