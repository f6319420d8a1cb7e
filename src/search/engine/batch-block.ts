import { findBatch } from '../../records/batch-iterator.ts'
import * as header from '../../records/record-batch.ts'
import type { SegmentFile } from './segment-file.ts'

/** Whole batches in memory: from `from` to `to` in `buffer`, which the next read overwrites. */
export interface BatchBlock {
  readonly buffer: Buffer
  readonly to: number
}

/** What stands in a segment file can not be read as the log wrote it. */
export class DamagedBatchError extends Error {
  readonly position: number

  constructor(path: string, position: number, what: string) {
    super(`the batch at byte ${position} of ${path} ${what}`)
    this.position = position
  }
}

const initialBytes = 256 << 10

/** Reads whole batches of segment files into one buffer that it uses again and again. */
export class BatchBlockReader {
  #buffer = Buffer.allocUnsafe(initialBytes)

  /**
   * The batches from `position` on, at least one, as many as fit into about `wanted` bytes, none beyond `end`; null at the end.
   * @throws DamagedBatchError
   */
  read(segment: SegmentFile, position: number, end: number, wanted: number): BatchBlock | null {
    if (position >= end) return null
    let bytes = Math.min(Math.max(wanted, header.HEADER_SIZE), end - position)
    for (;;) {
      if (bytes > this.#buffer.length) this.#buffer = Buffer.allocUnsafe(bytes)
      const size = segment.handle.readSync(this.#buffer.subarray(0, bytes), position)
      const to = wholeBatches(this.#buffer, size)
      if (to > 0) return { buffer: this.#buffer, to }
      const needed = to < 0 || size < header.HEADER_SIZE ? -1 : header.batchSize(this.#buffer, 0)
      if (needed < header.HEADER_SIZE || position + needed > end || size < bytes)
        throw new DamagedBatchError(segment.path, position, 'is not whole')
      bytes = needed
    }
  }
}

/** End of the last whole batch; negative when what stands first is no batch. */
function wholeBatches(buffer: Buffer, end: number): number {
  let at = 0
  for (;;) {
    const size = findBatch(buffer, at, end)
    if (size < header.HEADER_SIZE) return size < 0 && size !== -1 && at === 0 ? -1 : at
    at += size
  }
}

/** What is wrong with a whole batch, or null. */
export function batchDamage(buffer: Buffer, at: number): string | null {
  if (header.magic(buffer, at) !== header.MAGIC_V2) return 'is not of format version 2'
  if (header.computeCrc(buffer, at) !== header.crc(buffer, at)) return 'does not match its checksum'
  return null
}
