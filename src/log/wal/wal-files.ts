import type { Env } from '../../env/env.ts'
import { FileError, type FileHandle } from '../../env/files.ts'
import type { Timer } from '../../env/scheduler.ts'
import { encodeWalFileHeader, walFileHeaderBytes, walFileName, walFileNumber, walTag } from './wal-format.ts'

export interface WalFilesOptions {
  readonly directory: string
  /** 16 bytes that tell this data directory from every other. */
  readonly directoryId: Buffer
  /** Size of a full-grown file; the first ones are smaller, so that an idle newcomer does not pay for it. */
  readonly fileBytes: number
  /** Files kept for reuse; beyond that they are removed. */
  readonly recycledMax: number
  /** Files that may exist at once; when all are in use, group commits wait for the checkpoint. */
  readonly filesMax: number
}

export interface WalFile {
  readonly number: number
  readonly tag: number
  readonly size: number
  readonly handle: FileHandle
}

const firstFileBytes = 8 << 20
const zeroBlockBytes = 1 << 20
const spaceRetryMs = 1000

/**
 * The files of one WAL: the current one, one made ready in the background, and those that wait for reuse. A file is zeroed in
 * full before its first use and overwritten in place afterwards, so a commit never allocates blocks (fdatasync of recycled
 * space was measured at less than half the time of appended space) and a group can not run out of space midway.
 *
 * Reuse is: new header into the old file, fdatasync, rename, fsync of the directory. A crash before the rename leaves a file
 * whose name and header disagree; recovery takes that as free, because only files that recovery does not need are reused.
 */
export class WalFiles implements AsyncDisposable {
  readonly #env: Env
  readonly #options: WalFilesOptions
  #nextNumber: number
  #ready: WalFile | null = null
  #preparing: Promise<void> | null = null
  #wake: (() => void) | null = null
  #retry: Timer | null = null
  #closed = false
  #free: number[] = []
  /** Files made by this process, which decides on the size of the next. */
  #made = 0
  /** Files that hold records which are not in synced segments yet, the current one last. */
  #used: WalFile[] = []
  /** The reason why no file can be made ready: the disk is full. */
  noSpace = false
  /** Any other failure to prepare a file; the owner fences the log. */
  onFailure: (error: unknown) => void = () => {}

  private constructor(env: Env, options: WalFilesOptions, nextNumber: number, free: number[]) {
    this.#env = env
    this.#options = options
    this.#nextNumber = nextNumber
    this.#free = free
  }

  /** `free` are the numbers of existing files that may be reused: recovery has moved all they held into synced segments. */
  static async open(
    env: Env,
    options: WalFilesOptions,
    nextNumber: number,
    free: readonly number[],
  ): Promise<WalFiles> {
    const files = new WalFiles(env, options, nextNumber, [...free])
    await files.#removeSurplus()
    await files.#prepare()
    return files
  }

  get current(): WalFile {
    const file = this.#used.at(-1)
    if (file === undefined) throw new Error('no WAL file is in use')
    return file
  }

  get usedBytes(): number {
    let sum = 0
    for (const file of this.#used) sum += file.size
    return sum
  }

  /** Makes the prepared file the current one; waits for it while it is being prepared or while every file is in use. */
  async roll(): Promise<WalFile> {
    while (this.#ready === null) {
      this.prepareNext()
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    const file = this.#ready
    this.#ready = null
    this.#used.push(file)
    return file
  }

  /** Starts making the next file ready, unless that is done or under way. */
  prepareNext(): void {
    if (this.#closed || this.#ready !== null || this.#preparing !== null) return
    if (this.#free.length === 0 && this.#used.length >= this.#options.filesMax) return
    this.#preparing = this.#prepare()
      .then(
        () => (this.noSpace = false),
        (error: unknown) => this.#prepareFailed(error),
      )
      .then(() => {
        this.#preparing = null
        if (this.#ready !== null) this.#wakeUp()
      })
  }

  /** The owner knows that nothing in files below `fileNumber` is needed any more. */
  async retireBelow(fileNumber: number): Promise<void> {
    const retired = this.#used.filter((file) => file.number < fileNumber)
    this.#used = this.#used.filter((file) => file.number >= fileNumber)
    for (const file of retired) {
      await file.handle.close()
      if (file.size === this.#options.fileBytes) this.#free.push(file.number)
      else await this.#env.files.remove(this.#path(file.number))
    }
    await this.#removeSurplus()
    if (this.#wake !== null) this.prepareNext()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#retry?.cancel()
    await this.#preparing
    await this.#ready?.handle.close()
    for (const file of this.#used) await file.handle.close()
    this.#used = []
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #wakeUp(): void {
    const wake = this.#wake
    this.#wake = null
    wake?.()
  }

  #prepareFailed(error: unknown): void {
    if (!(error instanceof FileError) || error.code !== 'NO_SPACE') {
      this.onFailure(error)
      return
    }
    this.noSpace = true
    this.#retry = this.#env.scheduler.after(spaceRetryMs, () => this.prepareNext())
  }

  #path(number: number): string {
    return `${this.#options.directory}/${walFileName(number)}`
  }

  async #prepare(): Promise<void> {
    const number = this.#nextNumber
    const reused = this.#free.shift()
    this.#ready = reused === undefined ? await this.#create(number) : await this.#reuse(reused, number)
    this.#nextNumber = number + 1
  }

  async #reuse(old: number, number: number): Promise<WalFile> {
    const handle = await this.#env.files.open(this.#path(old), 'update')
    const size = await handle.size()
    await handle.write([this.#header(number, size)], 0)
    await handle.datasync()
    await handle.close()
    await this.#env.files.rename(this.#path(old), this.#path(number))
    await this.#env.files.syncDirectory(this.#options.directory)
    return {
      number,
      tag: walTag(number, this.#options.directoryId),
      size,
      handle: await this.#env.files.open(this.#path(number), 'update'),
    }
  }

  async #create(number: number): Promise<WalFile> {
    const files = this.#env.files
    const size = Math.min(this.#options.fileBytes, firstFileBytes * 4 ** this.#made)
    this.#made = Math.min(this.#made + 1, 8)
    const temporary = `${this.#options.directory}/wal-prepare.tmp`
    await files.remove(temporary)
    const handle = await files.open(temporary, 'exclusive')
    try {
      const zeros = Buffer.alloc(Math.min(zeroBlockBytes, size))
      for (let at = 0; at < size; at += zeros.length) {
        await handle.write([zeros.subarray(0, Math.min(zeros.length, size - at))], at)
      }
      await handle.write([this.#header(number, size)], 0)
      await handle.sync()
    } catch (error) {
      await handle.close()
      await files.remove(temporary)
      throw error
    }
    await handle.close()
    await files.rename(temporary, this.#path(number))
    await files.syncDirectory(this.#options.directory)
    return {
      number,
      tag: walTag(number, this.#options.directoryId),
      size,
      handle: await files.open(this.#path(number), 'update'),
    }
  }

  #header(number: number, size: number): Buffer {
    return encodeWalFileHeader({
      fileNumber: number,
      directoryId: this.#options.directoryId,
      fileBytes: size,
      createdMs: this.#env.clock.now(),
    })
  }

  async #removeSurplus(): Promise<void> {
    while (this.#free.length > this.#options.recycledMax) {
      const number = this.#free.shift()
      if (number !== undefined) await this.#env.files.remove(this.#path(number))
    }
  }
}

/** The WAL files in a directory, by number. */
export async function listWalFiles(env: Env, directory: string): Promise<number[]> {
  const numbers: number[] = []
  for (const name of await env.files.list(directory)) {
    const number = walFileNumber(name)
    if (number !== null) numbers.push(number)
  }
  return numbers.toSorted((a, b) => a - b)
}

/** Bytes of a file that records can use. */
export function walCapacity(file: WalFile): number {
  return file.size - walFileHeaderBytes
}
