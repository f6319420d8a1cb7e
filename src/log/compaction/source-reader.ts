import type { Env } from '../../env/env.ts'
import { findBatch, NO_WHOLE_BATCH } from '../../records/batch-iterator.ts'
import * as header from '../../records/record-batch.ts'
import { isNextOffset } from '../segment.ts'
import type { CleanSignal, CleanSource } from './clean-job.ts'
import type { Throttle } from './throttle.ts'

/** A segment has a batch that must not be written anew, because its bytes are not what they were: a new CRC would hide it. */
export class SourceDamagedError extends Error {
  readonly path: string
  readonly position: number

  constructor(path: string, position: number, message: string) {
    super(message)
    this.name = 'SourceDamagedError'
    this.path = path
    this.position = position
  }
}

function damagedSource(path: string, position: number, reason: string): SourceDamagedError {
  return new SourceDamagedError(
    path,
    position,
    `${path}, byte ${position}: ${reason}; 'chronik log verify' names its offsets, 'chronik log repair' restores service`,
  )
}

export class CleaningAbortedError extends Error {
  constructor() {
    super('the compaction was stopped')
    this.name = 'CleaningAbortedError'
  }
}

/** Reads segments in blocks, of which one is in memory at a time, and checks every batch. */
export class SourceReader {
  readonly #env: Env
  readonly #throttle: Throttle
  readonly #signal: CleanSignal
  readonly #blockBytes: number
  #block: Buffer
  bytesRead = 0

  constructor(env: Env, blockBytes: number, throttle: Throttle, signal: CleanSignal) {
    this.#env = env
    this.#blockBytes = blockBytes
    this.#block = Buffer.allocUnsafe(blockBytes)
    this.#throttle = throttle
    this.#signal = signal
  }

  /**
   * Shows each batch of the segment to `batch`, which returns whether to go on, and waits for `afterBlock` between blocks. The buffer is
   * used again for the next block.
   * @throws SourceDamagedError, CleaningAbortedError, FileError
   */
  async read(
    source: CleanSource,
    batch: (buffer: Buffer, at: number, size: number) => boolean,
    afterBlock: () => Promise<void> | null,
  ): Promise<void> {
    await using handle = await this.#env.files.open(source.path, 'read')
    let expected = source.baseOffset
    for (let position = 0; position < source.size;) {
      if (this.#signal.aborted) throw new CleaningAbortedError()
      const wanted = Math.min(this.#block.length, source.size - position)
      const size = await handle.read(this.#block.subarray(0, wanted), position)
      if (size < wanted) throw damagedSource(source.path, position + size, 'the file ends too early')
      let at = 0
      for (
        let bytes = this.#sizeAt(source, position, at, size);
        bytes > 0;
        bytes = this.#sizeAt(source, position, at, size)
      ) {
        this.#check(source, position, at, bytes, expected)
        expected = header.lastOffset(this.#block, at) + 1
        if (!batch(this.#block, at, bytes)) return
        at += bytes
      }
      if (at === 0) this.#grow(source, position, size)
      position += at
      this.bytesRead += at
      const wait = this.#throttle.spend(at)
      if (wait !== null) await wait
      const written = afterBlock()
      if (written !== null) await written
    }
    // A batch larger than a block comes alone; its memory goes with it.
    if (this.#block.length > this.#blockBytes) this.#block = Buffer.allocUnsafe(this.#blockBytes)
  }

  /** 0 when the block does not hold the whole batch. */
  #sizeAt(source: CleanSource, position: number, at: number, end: number): number {
    if (at === end) return 0
    const bytes = findBatch(this.#block, at, end)
    if (bytes === NO_WHOLE_BATCH) {
      if (position + end < source.size) return 0
      throw damagedSource(source.path, position + at, 'the last batch is not whole')
    }
    if (bytes >= header.HEADER_SIZE) return bytes
    throw damagedSource(source.path, position + at, 'no batch stands there')
  }

  #check(
    { path, cleaned }: CleanSource,
    position: number,
    at: number,
    bytes: number,
    expected: number,
  ): void {
    const block = this.#block
    const good =
      bytes >= header.HEADER_SIZE &&
      header.magic(block, at) === header.MAGIC_V2 &&
      isNextOffset(cleaned, header.baseOffset(block, at), expected) &&
      header.lastOffsetDelta(block, at) >= 0 &&
      header.computeCrc(block, at) === header.crc(block, at)
    if (!good) throw damagedSource(path, position + at, 'the batch there is damaged')
  }

  #grow(source: CleanSource, position: number, size: number): void {
    const bytes = size < header.LOG_OVERHEAD ? 0 : header.batchSize(this.#block, 0)
    if (bytes <= this.#block.length || position + bytes > source.size)
      throw damagedSource(source.path, position, 'the batch there is longer than the file')
    this.#block = Buffer.allocUnsafe(bytes)
  }
}
