import type { FileHandle, Files } from '../env/files.ts'
import type { Random } from '../env/random.ts'
import { encodeFrame, encodeHeader, HEADER_BYTES, type LoggedTransaction } from './log-format.ts'
import { logName } from './recovery.ts'

/** The log that is being written. It has one writer, who awaits each call before the next. */
export class LogFile implements AsyncDisposable {
  readonly #file: FileHandle
  readonly #salt: number
  #size = HEADER_BYTES

  private constructor(file: FileHandle, salt: number) {
    this.#file = file
    this.#salt = salt
  }

  /** Creates an empty log in place of any file of that name. When it resolves, the log is durable. */
  static async create(
    files: Files,
    random: Random,
    directory: string,
    firstRevision: number,
  ): Promise<LogFile> {
    const path = `${directory}/${logName(firstRevision)}`
    const temporary = `${path}.tmp`
    const salt = random.bytes(4).readUInt32LE(0)
    await files.remove(temporary)
    {
      await using file = await files.open(temporary, 'exclusive')
      await file.write([encodeHeader('log', { salt, revision: firstRevision })], 0)
      await file.sync()
    }
    await files.rename(temporary, path)
    await files.syncDirectory(directory)
    return new LogFile(await files.open(path, 'update'), salt)
  }

  get size(): number {
    return this.#size
  }

  /** Writes the transactions as one frame and makes it durable. */
  async commit(transactions: readonly LoggedTransaction[], lastRevision: number): Promise<void> {
    await this.#append(encodeFrame(this.#salt, lastRevision, transactions))
    await this.#file.datasync()
  }

  /**
   * Notes, without waiting for the disk, that everything up to the revision is durable. It lets recovery tell damage of
   * the last frame from a torn write.
   */
  async mark(lastRevision: number): Promise<void> {
    await this.#append(encodeFrame(this.#salt, lastRevision, []))
  }

  async #append(frame: Buffer): Promise<void> {
    await this.#file.write([frame], this.#size)
    this.#size += frame.length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }
}
