import { isUtf8 } from 'node:buffer'
import { FileError } from '../../env/files.ts'
import type { LogFile } from '../../log/log-files.ts'
import { KafkaError } from '../../protocol/errors.ts'
import * as header from '../../records/record-batch.ts'
import { readRecords } from '../../records/read-records.ts'
import { batchDamage, type BatchBlockReader, DamagedBatchError } from './batch-block.ts'
import type { StoredDocument } from './messages.ts'
import type { PartitionIndex } from './partition-index.ts'
import type { SegmentFile } from './segment-file.ts'
import type { SegmentFiles } from './segment-files.ts'

const decompressedBytesMax = 256 << 20
/** Batches are rarely larger; a larger one takes a second read. */
const usualBatchBytes = 32 << 10

export type PlainDocument = Omit<StoredDocument, 'highlight'>

/** Reads records back from the log, which is the document store. */
export class DocumentReader {
  readonly #files: SegmentFiles
  readonly #blocks: BatchBlockReader

  constructor(files: SegmentFiles, blocks: BatchBlockReader) {
    this.#files = files
    this.#blocks = blocks
  }

  /**
   * The records at these offsets; those that the log does not have any more, or that can not be read, are missing from the answer.
   * What a consumer can not fetch is never returned.
   */
  async read(partition: PartitionIndex, offsets: readonly number[]): Promise<Map<number, PlainDocument>> {
    const found = new Map<number, PlainDocument>()
    const wanted = [...new Set(offsets)].sort((a, b) => a - b)
    for (let index = 0; index < wanted.length;) {
      const offset = wanted[index] ?? 0
      const file = isVisible(partition, offset) ? fileOf(partition.view.files, offset) : null
      const segment = file === null ? null : await this.#segment(file)
      index +=
        file === null || segment === null ? 1 : this.#readBatch(segment, file.bytes, wanted, index, found)
    }
    return found
  }

  /**
   * The record at the offset, from a file that is open already; null when the log does not have it.
   * @throws FileNotOpenError
   */
  readNow(partition: PartitionIndex, offset: number): PlainDocument | null {
    const file = fileOf(partition.view.files, offset)
    if (file === null || !isVisible(partition, offset)) return null
    const segment = this.#files.opened(file)
    if (segment === null) throw new FileNotOpenError(partition.view.files)
    const found = new Map<number, PlainDocument>()
    this.#readBatch(segment, file.bytes, [offset], 0, found)
    return found.get(offset) ?? null
  }

  /** Opens files for `readNow`; those that are gone are left out. */
  async open(files: readonly LogFile[]): Promise<void> {
    for (const file of files) await this.#segment(file)
  }

  async #segment(file: LogFile): Promise<SegmentFile | null> {
    try {
      return await this.#files.get(file)
    } catch (error) {
      if (error instanceof FileError && error.code === 'NOT_FOUND') return null
      throw error
    }
  }

  /** Takes all wanted offsets of one batch out of it; returns how many it was asked for. */
  #readBatch(
    segment: SegmentFile,
    end: number,
    wanted: readonly number[],
    index: number,
    found: Map<number, PlainDocument>,
  ): number {
    const offset = wanted[index] ?? 0
    try {
      const position = segment.positionOf(offset, end)
      const block = this.#blocks.read(segment, position, end, usualBatchBytes)
      if (block === null || header.baseOffset(block.buffer, 0) > offset) return 1
      if (batchDamage(block.buffer, 0) !== null) return 1
      const last = header.lastOffset(block.buffer, 0)
      let count = 1
      while ((wanted[index + count] ?? Infinity) <= last) count += 1
      const of = new Set(wanted.slice(index, index + count))
      for (const record of readRecords(block.buffer, 0, decompressedBytesMax))
        if (of.has(record.offset)) found.set(record.offset, copied(record))
      return count
    } catch (error) {
      // What the log can not give back is no hit.
      if (error instanceof DamagedBatchError || error instanceof KafkaError) return 1
      throw error
    }
  }
}

/** A file has to be opened before `readNow` can go on; all files of its partition are named, because more of them are likely wanted. */
export class FileNotOpenError extends Error {
  readonly files: readonly LogFile[]

  constructor(files: readonly LogFile[]) {
    super('a segment file is not open')
    this.files = files
  }
}

function isVisible({ view }: PartitionIndex, offset: number): boolean {
  return offset >= view.logStartOffset && offset < view.lastStableOffset
}

function copied(
  record: ReturnType<typeof readRecords> extends Generator<infer R, void> ? R : never,
): PlainDocument {
  return {
    timestamp: record.timestamp,
    key: copyOf(record.key),
    value: copyOf(record.value),
    valueIsJson: record.value !== null && isJson(record.value),
    headers: record.headers.map(({ key, value }) => ({ key, value: copyOf(value) })),
  }
}

/** Looked at here, because the broker's thread is not to parse records. */
function isJson(value: Buffer): boolean {
  try {
    JSON.parse(value.toString())
    return isUtf8(value)
  } catch (error) {
    // Nested more deeply than anybody could read it, it is shown as text.
    if (error instanceof SyntaxError || error instanceof RangeError) return false
    throw error
  }
}

/** The buffer that it was read into is used again; a copy of its own travels to another thread without what lies around it. */
function copyOf(bytes: Buffer | null): Uint8Array | null {
  return bytes === null ? null : new Uint8Array(bytes)
}

function fileOf(files: readonly LogFile[], offset: number): LogFile | null {
  let found: LogFile | null = null
  for (const file of files) {
    if (file.baseOffset > offset) break
    found = file
  }
  return found
}
