import { SparseIndex } from './sparse-index.ts'
import { VerifiedRanges } from './verified-ranges.ts'

/** A segment that compaction made. Its file is complete and durable before it has its name, and nothing is ever appended to it. */
export interface CleanedRange {
  /** It stands for all offsets from its base to below this one. Which of them are left may have gaps. */
  readonly endOffset: number
  /** Of two files for the same offsets the one with the higher number counts. */
  readonly generation: number
}

/** What a segment file's name says. */
export interface SegmentName {
  readonly baseOffset: number
  /** Null: records as they were appended, without gaps. */
  readonly cleaned: CleanedRange | null
}

/**
 * One stretch of a partition: a file of Kafka record batches, back to back. Every offset in it is at or above `baseOffset` and
 * below the next segment's. Only the last segment of a partition is appended to. Not thread-safe.
 *
 * Invariant: 0 <= synced <= written <= size. Bytes from `written` to `size` are in tail chunks only.
 */
export class Segment {
  readonly baseOffset: number
  readonly path: string
  readonly cleaned: CleanedRange | null
  /** Bytes of batches that belong to the segment, in the file or in memory. */
  size: number
  /** Bytes that the file has. */
  written: number
  /** Bytes that are durable in the file. */
  synced: number
  /**
   * The sync in flight, or the one that failed. One at a time, and none after a failure: the kernel reports what it could not write to
   * one of several syncs, and the others succeed without the data being on the device.
   */
  syncing: Promise<void> | null = null
  /** Largest timestamp of all batches; -1 when there is none. */
  maxTimestamp: number
  /** Timestamp of the first batch, which decides when `segment.ms` has passed; null until it is known. */
  firstTimestamp: number | null = null
  /** Covers batches from `indexedFrom` on; what lies before is loaded when somebody asks for it. */
  index = new SparseIndex()
  indexedFrom: number
  readonly verified = new VerifiedRanges()
  /** The file exists. */
  created: boolean
  /** The file's directory entry is durable. */
  entrySynced: boolean
  /** The index file was written after the segment was sealed; a segment found on disk counts as such, its index is checked at loading. */
  indexWritten: boolean
  /** Holds batches that the WAL only refers to: the file must stay until a checkpoint covers them. */
  direct = false
  /** No append will follow. */
  sealed = false
  removed = false
  /** Compaction has put another segment in its place; whoever still has this one may read its file for a while. */
  replaced = false

  constructor(
    baseOffset: number,
    path: string,
    size: number,
    maxTimestamp: number,
    cleaned: CleanedRange | null = null,
  ) {
    this.baseOffset = baseOffset
    this.path = path
    this.cleaned = cleaned
    this.size = size
    this.written = size
    this.synced = size
    this.indexedFrom = size
    this.maxTimestamp = maxTimestamp
    this.created = size > 0 || cleaned !== null
    this.entrySynced = this.created
    this.indexWritten = this.created
    this.sealed = cleaned !== null
  }
}

/**
 * `<base offset>.log`, and `<base offset>.<end offset>.<generation>.log` for what compaction made, so that a directory can be read
 * without a checkpoint. Kafka's tools take the digits before the first dot for the base offset.
 */
export function segmentFileName(baseOffset: number, cleaned: CleanedRange | null = null): string {
  const base = digits(baseOffset)
  return cleaned === null ? `${base}.log` : `${base}.${digits(cleaned.endOffset)}.${cleaned.generation}.log`
}

function digits(offset: number): string {
  return String(offset).padStart(20, '0')
}

const pattern = /^(\d{20})(?:\.(\d{20})\.(\d{1,15}))?\.log$/

/** What a name made by {@link segmentFileName} says, or null. */
export function parseSegmentName(name: string): SegmentName | null {
  const match = pattern.exec(name)
  if (match === null) return null
  const cleaned =
    match[2] === undefined ? null : { endOffset: Number(match[2]), generation: Number(match[3]) }
  return { baseOffset: Number(match[1]), cleaned }
}

/** Ends the name of a file that compaction is still writing. One that a crash leaves behind is removed. */
export const cleanedTemporarySuffix = '.cleaned'

export function indexPath(segment: { readonly path: string }): string {
  return segment.path.replace(/\.log$/, '.index')
}

/**
 * Whether a batch may come next where offset `expected` is due: appended batches leave no gaps, cleaned ones may, within their range.
 */
export function isNextOffset(cleaned: CleanedRange | null, baseOffset: number, expected: number): boolean {
  if (cleaned === null) return baseOffset === expected
  return baseOffset >= expected && baseOffset < cleaned.endOffset
}
