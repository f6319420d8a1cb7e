import type { Env } from '../../env/env.ts'
import type { FileHandle } from '../../env/files.ts'
import * as header from '../../records/record-batch.ts'
import { type CleanedRange, cleanedTemporarySuffix, indexPath, segmentFileName } from '../segment.ts'
import { SparseIndex } from '../sparse-index.ts'
import type { Throttle } from './throttle.ts'

/**
 * The file of a cleaned segment in the making. The order that makes it safe: written under another name, synced, its index beside it
 * synced, then renamed, then the directory synced. Under its own name it is complete; recovery removes what is not, and what no
 * checkpoint names.
 */
export class CleanedFile {
  readonly path: string
  readonly #env: Env
  readonly #directory: string
  readonly #baseOffset: number
  readonly #throttle: Throttle
  readonly #block: Buffer
  #filled = 0
  /** Batches that did not fit into the block. */
  #overflow: Buffer[] = []
  #handle: FileHandle | null = null
  #index = new SparseIndex()
  #written = 0
  size = 0
  maxTimestamp = -1

  constructor(
    env: Env,
    directory: string,
    baseOffset: number,
    cleaned: CleanedRange,
    blockBytes: number,
    throttle: Throttle,
  ) {
    this.#env = env
    this.#directory = directory
    this.#baseOffset = baseOffset
    this.#throttle = throttle
    this.#block = Buffer.allocUnsafe(blockBytes)
    this.path = `${directory}/${segmentFileName(baseOffset, cleaned)}`
  }

  get #temporary(): string {
    return `${this.path}${cleanedTemporarySuffix}`
  }

  async create(): Promise<void> {
    await this.#env.files.remove(this.#temporary)
    this.#handle = await this.#env.files.open(this.#temporary, 'exclusive')
  }

  /** Takes a copy of a batch. It is in the file after `flush`. */
  append(source: Buffer, start: number, end: number): void {
    const offset = header.baseOffset(source, start)
    this.#index.batch(offset - this.#baseOffset, this.size, this.maxTimestamp)
    this.maxTimestamp = Math.max(this.maxTimestamp, header.maxTimestamp(source, start))
    this.size += end - start
    if (this.#overflow.length === 0 && this.#filled + end - start <= this.#block.length) {
      this.#filled += source.copy(this.#block, this.#filled, start, end)
    } else {
      this.#overflow.push(Buffer.from(source.subarray(start, end)))
    }
  }

  /** Writes when more than half a block is waiting; null when there is nothing to wait for. */
  flushSome(): Promise<void> | null {
    return this.#overflow.length > 0 || this.#filled * 2 > this.#block.length ? this.flush() : null
  }

  async flush(): Promise<void> {
    const buffers = [this.#block.subarray(0, this.#filled), ...this.#overflow]
    const bytes = this.size - this.#written
    if (bytes === 0) return
    await this.#open.write(buffers, this.#written)
    this.#written = this.size
    this.#filled = 0
    this.#overflow = []
    await this.#throttle.spend(bytes)
  }

  /** Makes the file durable under its name. */
  async finish(): Promise<void> {
    await this.flush()
    await this.#open.sync()
    await this.#close()
    await using index = await this.#env.files.open(indexPath(this), 'create')
    await index.truncate(0)
    await index.write([this.#index.encode(this.maxTimestamp, this.size)], 0)
    await index.sync()
    await this.#env.files.rename(this.#temporary, this.path)
    await this.#env.files.syncDirectory(this.#directory)
  }

  /** Removes what there is of it. */
  async discard(): Promise<void> {
    await this.#close()
    await this.#env.files.remove(this.#temporary)
    await this.#env.files.remove(this.path)
    await this.#env.files.remove(indexPath(this))
  }

  get #open(): FileHandle {
    if (this.#handle === null) throw new Error(`${this.#temporary} is not open`)
    return this.#handle
  }

  async #close(): Promise<void> {
    const handle = this.#handle
    this.#handle = null
    await handle?.close()
  }
}
