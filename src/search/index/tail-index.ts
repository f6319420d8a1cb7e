import type { FileHandle } from '../../env/files.ts'
import type { LogRecord } from '../../records/record.ts'
import { defaultMapping, type MappingOptions } from '../document/mapping-options.ts'
import { BlockBuilder } from './block-builder.ts'
import type { IndexIdentity } from './index-layout.ts'
import { writeIndex } from './index-file.ts'
import { MemorySink } from './index-sink.ts'
import { MemorySource } from './index-source.ts'
import { SealedIndex } from './sealed-index.ts'

export interface TailIndexOptions extends IndexIdentity {
  /** Offset of the first record that may be appended. */
  readonly baseOffset: number
  readonly mapping?: Partial<MappingOptions>
  /** Records of a block, by default 8,192. The last block is sealed anew for a reader, so it is kept small. */
  readonly blockDocs?: number
}

const BLOCK_DOCS = 8192
/** A block ends with so many bytes of records, however few they are. */
const BLOCK_BYTES = 4 * 1024 * 1024
/** A block that is read ends here. */
const READ_DOCS = BLOCK_DOCS / 4
const READ_BYTES = BLOCK_BYTES / 4
/**
 * While nobody reads and there is no time to rest, a block may become larger, so that there is less to merge. A block as large as a file would
 * not have to be merged at all, but its tables do not fit into the processor's caches, which costs more.
 */
const UNREAD_DOCS = 4 * BLOCK_DOCS
const UNREAD_BYTES = 4 * BLOCK_BYTES

/**
 * The searchable end of one partition: records are appended in the order of their offsets, and each is found by the next `readers()`.
 * It has one owner and belongs to one thread.
 */
export class TailIndex {
  readonly options: TailIndexOptions
  readonly #builder: BlockBuilder
  readonly #blockDocs: number
  #sealed: SealedIndex[] = []
  #sealedBytes = 0
  #sealedDocs = 0
  #sealedRawBytes = 0
  /** Somebody has read since the block was begun. */
  #isRead = false
  /** The reader of the last block, until it changes. */
  #open: SealedIndex | null = null

  constructor(options: TailIndexOptions) {
    this.options = options
    this.#blockDocs = options.blockDocs ?? BLOCK_DOCS
    this.#builder = new BlockBuilder(identityOf(options), options.baseOffset, {
      ...defaultMapping,
      ...options.mapping,
    })
  }

  /** The offset behind the last one that is covered: the next record's must not be below it. */
  get endOffset(): number {
    return this.#builder.endOffset
  }

  get docCount(): number {
    return this.#sealedDocs + this.#builder.docCount
  }

  /** Bytes of keys, values and headers that were appended. */
  get rawBytes(): number {
    return this.#sealedRawBytes + this.#builder.rawBytes
  }

  /** Bytes that it occupies, roughly. */
  get memoryBytes(): number {
    return this.#sealedBytes + this.#builder.rawBytes * 2
  }

  /** Indexes one record, which is copied as far as it is needed. No record is rejected, whatever its bytes are. */
  append(record: LogRecord): void {
    const builder = this.#builder
    this.#open = null
    builder.append(record)
    const mayGrow = !this.#isRead && this.options.blockDocs === undefined
    if (mayGrow ? builder.docCount >= UNREAD_DOCS || builder.rawBytes >= UNREAD_BYTES : this.#isFull)
      this.#sealBlock()
  }

  /** States that the offsets up to `endOffset` (exclusive) have been seen: control batches, aborted or compacted records have no document. */
  advanceTo(endOffset: number): void {
    if (endOffset <= this.#builder.endOffset) return
    this.#builder.endOffset = endOffset
    this.#open = null
  }

  /**
   * What is searchable now, as indexes of adjacent ranges in the order of their offsets. They are snapshots: later appends do not
   * change them, and they stay readable as long as they are held.
   */
  readers(): SealedIndex[] {
    this.#isRead = true
    // What would take long to seal again for the next reader becomes a block of its own; files do not show where blocks began.
    const { docCount, rawBytes } = this.#builder
    const isWorthIt = docCount >= READ_DOCS || rawBytes >= READ_BYTES
    if (this.#isFull || (isWorthIt && this.options.blockDocs === undefined)) this.#sealBlock()
    this.#open ??= this.#sealToMemory()
    return [...this.#sealed, this.#open]
  }

  /** Seals a block that has become large, so that the next reader does not have to. False when there is none. */
  rest(): boolean {
    if (!this.#isFull) return false
    this.#sealBlock()
    return true
  }

  get #isFull(): boolean {
    return this.#builder.docCount >= this.#blockDocs || this.#builder.rawBytes >= BLOCK_BYTES
  }

  /**
   * Writes all of it as one index file; returns its size. The tail stays as it is, and may be read and appended to meanwhile: the file
   * holds what was there when it was called. The same records give the same bytes.
   */
  async seal(handle: FileHandle, pause: () => Promise<void>): Promise<number> {
    return writeIndex(handle, this.readers(), pause)
  }

  /**
   * Drops everything from `offset` on, because the log was truncated. More may be dropped than was asked for: returns the offset from
   * which records have to be appended again.
   */
  truncateTo(offset: number): number {
    if (offset >= this.endOffset) return this.endOffset
    const kept = this.#sealed.filter((index) => index.endOffset <= offset)
    this.#builder.endOffset = kept.at(-1)?.endOffset ?? this.options.baseOffset
    this.#builder.clear()
    this.#open = null
    this.#sealed = kept
    this.#count()
    return this.endOffset
  }

  #sealBlock(): void {
    this.#sealed.push(this.#open ?? this.#sealToMemory())
    this.#open = null
    this.#isRead = false
    this.#builder.clear()
    this.#count()
  }

  #sealToMemory(): SealedIndex {
    const sink = new MemorySink(1024 + this.#builder.rawBytes / 2)
    const directory = this.#builder.seal(sink)
    return new SealedIndex(new MemorySource(sink.finish()), directory)
  }

  #count(): void {
    this.#sealedDocs = 0
    this.#sealedRawBytes = 0
    this.#sealedBytes = 0
    for (const index of this.#sealed) {
      this.#sealedDocs += index.docCount
      this.#sealedRawBytes += index.rawBytes
      if (index.source instanceof MemorySource) this.#sealedBytes += index.source.size
    }
  }
}

function identityOf({ topic, topicId, partition }: TailIndexOptions): IndexIdentity {
  return { topic, topicId, partition }
}
