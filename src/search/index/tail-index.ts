import type { LogRecord } from '../../records/record.ts'
import { naiveReader, type NaiveDocument } from '../testing/naive-reader.ts'
import type { IndexReader } from './index-reader.ts'

export interface TailIndexOptions {
  readonly topic: string
  readonly topicId: string
  readonly partition: number
  /** Offset of the first record that may be appended. */
  readonly baseOffset: number
}

/**
 * The searchable end of one partition: records are appended in the order of their offsets, and each is found by the next `readers()`.
 * It has one owner and belongs to one thread.
 */
export class TailIndex {
  readonly options: TailIndexOptions
  #endOffset: number
  #rawBytes = 0
  #documents: NaiveDocument[] = []

  constructor(options: TailIndexOptions) {
    this.options = options
    this.#endOffset = options.baseOffset
  }

  /** The offset behind the last one that is covered: the next record's must not be below it. */
  get endOffset(): number {
    return this.#endOffset
  }

  get docCount(): number {
    return this.#documents.length
  }

  /** Bytes of keys, values and headers that were appended. */
  get rawBytes(): number {
    return this.#rawBytes
  }

  /** Bytes that it occupies, roughly. */
  get memoryBytes(): number {
    return this.#rawBytes * 10
  }

  /** Indexes one record, which is copied as far as it is needed. No record is rejected, whatever its bytes are. */
  append(record: LogRecord): void {
    this.#documents.push(naiveDocument(record))
    this.#rawBytes += (record.key?.length ?? 0) + (record.value?.length ?? 0)
    this.#endOffset = record.offset + 1
  }

  /** States that the offsets up to `endOffset` (exclusive) have been seen: control batches, aborted or compacted records have no document. */
  advanceTo(endOffset: number): void {
    this.#endOffset = Math.max(this.#endOffset, endOffset)
  }

  /**
   * What is searchable now, as indexes of adjacent ranges in the order of their offsets. They are snapshots: later appends do not
   * change them, and they stay readable as long as they are held.
   */
  readers(): IndexReader[] {
    return [
      naiveReader(this.#documents, {
        ...this.options,
        endOffset: this.#endOffset,
      }),
    ]
  }

  /**
   * Drops everything from `offset` on, because the log was truncated. More may be dropped than was asked for: returns the offset from
   * which records have to be appended again.
   */
  truncateTo(offset: number): number {
    this.#documents = this.#documents.filter((document) => document.offset < offset)
    this.#endOffset = Math.min(this.#endOffset, offset)
    return this.#endOffset
  }
}

function naiveDocument(record: LogRecord): NaiveDocument {
  const text = record.value?.toString() ?? null
  let value: unknown = text
  try {
    value = JSON.parse(text ?? 'null')
  } catch {
    value = text
  }
  const headers = Object.fromEntries(record.headers.map(({ key, value }) => [key, value?.toString() ?? '']))
  return {
    offset: record.offset,
    timestamp: record.timestamp,
    key: record.key?.toString() ?? null,
    headers,
    value,
  }
}
