import { isUtf8 } from 'node:buffer'
import { FileError } from '../../env/files.ts'
import type { LogFile } from '../../log/log-files.ts'
import { KafkaError } from '../../protocol/errors.ts'
import * as header from '../../records/record-batch.ts'
import { readRecords } from '../../records/read-records.ts'
import { batchDamage, type BatchBlockReader, DamagedBatchError } from './batch-block.ts'
import type { StoredDocument } from './messages.ts'
import type { PartitionIndex } from './partition-index.ts'
import type { SegmentFiles } from './segment-files.ts'

const decompressedBytesMax = 256 << 20
/** Batches are rarely larger; a larger one takes a second read. */
const usualBatchBytes = 32 << 10

type PlainDocument = Omit<StoredDocument, 'highlight'>

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
    for (let index = 0; index < wanted.length; ) {
      const offset = wanted[index] ?? 0
      const { logStartOffset, lastStableOffset } = partition.view
      const file = fileOf(partition.view.files, offset)
      if (offset < logStartOffset || offset >= lastStableOffset || file === null) index += 1
      else index += await this.#readBatch(file, wanted, index, found)
    }
    return found
  }

  /** Takes all wanted offsets of one batch out of it; returns how many it was asked for. */
  async #readBatch(
    file: LogFile,
    wanted: readonly number[],
    index: number,
    found: Map<number, PlainDocument>,
  ): Promise<number> {
    const offset = wanted[index] ?? 0
    try {
      const segment = await this.#files.get(file)
      const position = segment.positionOf(offset, file.bytes)
      const block = this.#blocks.read(segment, position, file.bytes, usualBatchBytes)
      if (block === null || header.baseOffset(block.buffer, 0) > offset) return 1
      if (batchDamage(block.buffer, 0) !== null) return 1
      const last = header.lastOffset(block.buffer, 0)
      let count = 1
      while ((wanted[index + count] ?? Infinity) <= last) count += 1
      const of = new Set(wanted.slice(index, index + count))
      for (const record of readRecords(block.buffer, 0, decompressedBytesMax)) {
        if (!of.has(record.offset)) continue
        found.set(record.offset, copied(record))
        if (found.size === wanted.length) break
      }
      return count
    } catch (error) {
      const gone = error instanceof FileError && error.code === 'NOT_FOUND'
      if (gone || error instanceof DamagedBatchError || error instanceof KafkaError) return 1
      throw error
    }
  }
}

function copied(record: ReturnType<typeof readRecords> extends Generator<infer R, void> ? R : never): PlainDocument {
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
