import { FileError, type Files } from '../../env/files.ts'
import type { Clock } from '../../env/clock.ts'
import type { LogFile, LogView } from '../../log/log-files.ts'
import * as header from '../../records/record-batch.ts'
import type { IndexReader } from '../index/index-reader.ts'
import { TailIndex } from '../index/tail-index.ts'
import { batchDamage, type BatchBlockReader, DamagedBatchError } from './batch-block.ts'
import { indexBatch } from './batch-indexer.ts'
import { compactionStamp } from './compaction-stamp.ts'
import { firstUncovered, type IndexPart, insertPart, nextPartFrom } from './index-part.ts'
import type { PartitionSpec } from './messages.ts'
import type { SegmentFile } from './segment-file.ts'
import type { SegmentFiles } from './segment-files.ts'
import { indexMapping } from './topic-mapping.ts'

/** Bytes of the log that are indexed before anything else gets its turn. */
const blockBytes = 1 << 20

/** Ranges that are remembered as not searchable; further ones are only logged. */
const unreadableMax = 100

export interface PartitionContext {
  readonly files: Files
  readonly clock: Clock
  readonly segmentFiles: SegmentFiles
  readonly blocks: BatchBlockReader
  readonly skipped: (partition: PartitionIndex, from: number, to: number, reason: string) => void
  /** Indexing these offsets failed in a way that nobody foresaw; they are left out. */
  readonly failed: (partition: PartitionIndex, from: number, to: number, error: unknown) => void
}

/** Records in memory, not in an index file yet. */
interface Tail {
  readonly index: TailIndex
  readonly baseOffset: number
  /** Bytes of batches in the log, as they are compressed there. */
  logBytes: number
  /** By the monotonic clock: when the first record came. */
  readonly since: number
}

/**
 * The index of one partition: parts that are complete, and a tail in memory that follows the log. What is not covered between the
 * start of the log and its last stable offset is indexed, lowest offset first; that is all there is to following, to recovery and to
 * a rebuild.
 */
export class PartitionIndex {
  readonly key: number
  readonly spec: PartitionSpec
  readonly #context: PartitionContext
  #view: LogView
  parts: IndexPart[] = []
  tail: Tail | null = null
  /** Not yet known which parts there are. */
  loaded = false
  dropped = false
  readonly #unreadable: { readonly from: number; readonly to: number; readonly reason: string }[] = []
  /** Base offsets of batches that made indexing fail: a defect that must not stop the partition. */
  readonly #poison = new Set<number>()
  #at: { readonly fileId: number; readonly offset: number; readonly position: number } | null = null

  constructor(key: number, spec: PartitionSpec, view: LogView, context: PartitionContext) {
    this.key = key
    this.spec = spec
    this.#view = view
    this.#context = context
  }

  get view(): LogView {
    return this.#view
  }

  /**
   * How the log is now. Returns parts that may have records which compaction has removed; they are out, and their offsets are
   * indexed anew.
   */
  follow(view: LogView): IndexPart[] {
    const before = this.#view
    this.#view = view
    const stale = this.parts.filter((part) => part.stamp !== compactionStamp(view.files, part))
    if (stale.length > 0) this.parts = this.parts.filter((part) => !stale.includes(part))
    const { tail } = this
    if (tail !== null) {
      const range = { baseOffset: tail.baseOffset, endOffset: tail.index.endOffset }
      if (compactionStamp(before.files, range) !== compactionStamp(view.files, range)) this.tail = null
    }
    return stale
  }

  /** Every offset from the log start to here is indexed. */
  get indexedTo(): number {
    const covered = firstUncovered(this.parts, this.view.logStartOffset)
    const { tail } = this
    if (tail === null || tail.baseOffset > covered || tail.index.endOffset <= covered) return covered
    return firstUncovered(this.parts, tail.index.endOffset)
  }

  /** Whether the files that are known have something that is not indexed. */
  get behind(): boolean {
    return this.loaded && !this.dropped && this.#nextWork() !== null
  }

  /**
   * What is next lies before the offset from which the view tells aborted transactions: compaction has made indexed offsets anew. The
   * owner of the log sends another view as soon as it hears how far the index is.
   */
  get waitsForView(): boolean {
    return this.loaded && !this.dropped && this.indexedTo < this.view.abortedFrom
  }

  /** Bytes of the log between what is indexed and what is committed in files. */
  get lagBytes(): number {
    const offset = this.indexedTo
    if (offset >= this.view.lastStableOffset) return 0
    let bytes = 0
    for (const [index, file] of this.view.files.entries()) {
      const next = this.view.files[index + 1]
      if (next !== undefined && next.baseOffset <= offset) continue
      bytes +=
        this.#at?.fileId === file.id && this.#at.offset === offset
          ? file.bytes - this.#at.position
          : file.bytes
    }
    return bytes
  }

  readers(): IndexReader[] {
    const readers = this.parts.flatMap((part): readonly IndexReader[] => part.indexes)
    const { tail } = this
    if (tail !== null) readers.push(...tail.index.readers())
    return readers.sort((a, b) => a.baseOffset - b.baseOffset)
  }

  /**
   * Indexes some of what is next. Returns false when there is nothing that the files known here have. `full` of the tail is the
   * caller's to see.
   */
  async step(): Promise<boolean> {
    const work = this.#nextWork()
    if (work === null) return false
    const { file, offset, limit } = work
    let segment: SegmentFile
    try {
      segment = await this.#context.segmentFiles.get(file)
    } catch (error) {
      // Retention or compaction took it away; the view that says so is on its way.
      if (error instanceof FileError && error.code === 'NOT_FOUND') return false
      throw error
    }
    // While the file was being opened the log may have changed.
    const now = this.#nextWork()
    if (now === null || now.file.id !== file.id || now.offset !== offset) return true
    try {
      return this.#indexBlock(segment, file, offset, limit)
    } catch (error) {
      if (!(error instanceof DamagedBatchError)) throw error
      return this.#skipDamage(file, offset, limit, error)
    }
  }

  /** What of these offsets can never be found, in words, or null. */
  unreadableWithin(from: number, to: number): string | null {
    const found = this.#unreadable.filter((range) => range.from < to && from < range.to)
    if (found.length === 0) return null
    const [first] = found
    const more = found.length === 1 ? '' : ` and ${found.length - 1} more ranges`
    return `offsets ${first?.from} to ${(first?.to ?? 0) - 1}${more} can not be searched: ${first?.reason}`
  }

  load(parts: readonly IndexPart[]): void {
    this.parts = [...parts]
    this.loaded = true
  }

  /** Whether the tail has met a part, so that it can not go on. */
  get tailIsComplete(): boolean {
    const { tail } = this
    return tail !== null && nextPartFrom(this.parts, tail.baseOffset) === tail.index.endOffset
  }

  /** Makes the tail a part, in memory as it is; the next record begins a new one. Null when it covers nothing. */
  freezeTail(): IndexPart | null {
    const { tail } = this
    this.tail = null
    if (tail === null || tail.index.endOffset === tail.baseOffset) return null
    const { docCount, memoryBytes: bytes, endOffset } = tail.index
    const part: IndexPart = {
      baseOffset: tail.baseOffset,
      endOffset,
      stamp: compactionStamp(this.view.files, { baseOffset: tail.baseOffset, endOffset }),
      indexes: tail.index.readers(),
      docCount,
      path: null,
      bytes,
      close: async () => {},
    }
    this.parts = insertPart(this.parts, part)
    return part
  }

  /** Puts one part in place of others, unless they are not there any more. */
  replace(old: readonly IndexPart[], part: IndexPart): boolean {
    if (this.dropped || !old.every((each) => this.parts.includes(each))) return false
    this.parts = insertPart(
      this.parts.filter((each) => !old.includes(each)),
      part,
    )
    return true
  }

  /** Takes the parts that lie wholly below the log start out. */
  takeExpired(): IndexPart[] {
    const expired = this.parts.filter(({ endOffset }) => endOffset <= this.view.logStartOffset)
    if (expired.length > 0) this.parts = this.parts.filter((part) => !expired.includes(part))
    return expired
  }

  /** Takes the part with this file out, if there is one: its offsets are indexed anew. */
  takeFile(path: string): IndexPart | null {
    const found = this.parts.find((part) => part.path === path) ?? null
    if (found !== null) this.parts = this.parts.filter((part) => part !== found)
    return found
  }

  /** Forgets everything, so that all is indexed anew; returns the parts. */
  reset(): IndexPart[] {
    const { parts } = this
    this.parts = []
    this.tail = null
    this.#at = null
    this.#unreadable.length = 0
    return parts
  }

  #nextWork(): { file: LogFile; offset: number; limit: number } | null {
    const { files, logStartOffset, lastStableOffset } = this.view
    const offset = this.tail?.index.endOffset ?? firstUncovered(this.parts, logStartOffset)
    const limit = Math.min(lastStableOffset, nextPartFrom(this.parts, offset))
    if (offset >= limit || offset < this.view.abortedFrom) return null
    const file = fileWith(files, offset)
    if (file === null) return null
    const complete =
      this.#at?.fileId === file.id && this.#at.offset === offset && this.#at.position >= file.bytes
    // What stands behind the end of a file that compaction made is in a file that is not known yet.
    if (file.endOffset !== null && offset >= file.endOffset) return null
    return complete && files.at(-1) === file ? null : { file, offset, limit }
  }

  #indexBlock(segment: SegmentFile, file: LogFile, offset: number, limit: number): boolean {
    const from = Math.max(offset, file.baseOffset)
    const at = this.#at
    let position =
      at !== null && at.fileId === file.id && at.offset === offset
        ? at.position
        : segment.positionOf(from, file.bytes)
    const block = this.#context.blocks.read(segment, position, file.bytes, blockBytes)
    if (block === null) return this.#endOfFile(file, offset, position)
    const tail = this.#openTail(offset)
    let done = 0
    while (done < block.to) {
      const base = header.baseOffset(block.buffer, done)
      if (base >= limit) break
      const size = header.batchSize(block.buffer, done)
      const last = header.lastOffset(block.buffer, done)
      segment.observe(base, last, position, size)
      this.#add(tail, block.buffer, done, from)
      // What was half done for a batch that can not be indexed is not kept: its part begins anew, without it.
      if (this.tail !== tail) return true
      done += size
      position += size
      tail.index.advanceTo(Math.min(last + 1, limit))
      tail.logBytes += size
      this.#at = { fileId: file.id, offset: tail.index.endOffset, position }
    }
    if (done > 0) return true
    // Offsets between the last batch and the limit are taken by none.
    tail.index.advanceTo(limit)
    return true
  }

  #add(tail: Tail, buffer: Buffer, at: number, from: number): void {
    const base = header.baseOffset(buffer, at)
    const end = header.lastOffset(buffer, at) + 1
    if (this.#poison.has(base)) return
    const damage = batchDamage(buffer, at)
    if (damage !== null) {
      this.#skip(base, end, `the batch ${damage}`)
      return
    }
    try {
      const outcome = indexBatch(tail.index, buffer, at, from, this.view.aborted)
      if (outcome.kind === 'unreadable') this.#skip(base, end, outcome.reason)
    } catch (error) {
      this.#poison.add(base)
      this.tail = null
      this.#at = null
      this.#noteUnreadable(base, end, 'indexing them failed; the log of the server says why')
      this.#context.failed(this, base, end, error)
    }
  }

  #skip(from: number, to: number, reason: string): void {
    this.#noteUnreadable(from, to, reason)
    this.#context.skipped(this, from, to, reason)
  }

  #noteUnreadable(from: number, to: number, reason: string): void {
    if (this.#unreadable.length < unreadableMax) this.#unreadable.push({ from, to, reason })
  }

  #endOfFile(file: LogFile, offset: number, position: number): boolean {
    const next = this.view.files.find(({ baseOffset }) => baseOffset > file.baseOffset)
    const end = next?.baseOffset ?? file.endOffset
    if (end === null) {
      this.#at = { fileId: file.id, offset, position }
      return false
    }
    this.#openTail(offset).index.advanceTo(Math.min(end, this.#limitFrom(offset)))
    return true
  }

  #limitFrom(offset: number): number {
    return Math.min(this.view.lastStableOffset, nextPartFrom(this.parts, offset))
  }

  /** What follows damage in the same file can not be found; the log does not serve it either. */
  #skipDamage(file: LogFile, offset: number, limit: number, error: DamagedBatchError): boolean {
    const next = this.view.files.find(({ baseOffset }) => baseOffset > file.baseOffset)
    const tail = this.#openTail(offset)
    const to = Math.min(next?.baseOffset ?? limit, limit)
    this.#skip(tail.index.endOffset, to, error.message)
    tail.index.advanceTo(to)
    if (next === undefined) this.#at = { fileId: file.id, offset: to, position: file.bytes }
    return true
  }

  #openTail(offset: number): Tail {
    const { topic, topicId, partition, mapping } = this.spec
    this.tail ??= {
      index: new TailIndex({
        topic,
        topicId,
        partition,
        baseOffset: offset,
        mapping: indexMapping(mapping),
      }),
      baseOffset: offset,
      logBytes: 0,
      since: this.#context.clock.monotonic(),
    }
    return this.tail
  }
}

/** The file that has the offset: the last one that begins at or below it, else the first. */
function fileWith(files: readonly LogFile[], offset: number): LogFile | null {
  let found = files[0] ?? null
  for (const file of files) {
    if (file.baseOffset > offset) break
    found = file
  }
  return found
}
