import { SparseIndex } from './sparse-index.ts'
import { VerifiedRanges } from './verified-ranges.ts'

/**
 * One stretch of a partition: a file of Kafka record batches, back to back. Every offset in it is at or above `baseOffset` and
 * below the next segment's. Only the last segment of a partition is appended to. Not thread-safe.
 *
 * Invariant: 0 <= synced <= written <= size. Bytes from `written` to `size` are in tail chunks only.
 */
export class Segment {
  readonly baseOffset: number
  readonly path: string
  /** Bytes of batches that belong to the segment, in the file or in memory. */
  size: number
  /** Bytes that the file has. */
  written: number
  /** Bytes that are durable in the file. */
  synced: number
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

  constructor(baseOffset: number, path: string, size: number, maxTimestamp: number) {
    this.baseOffset = baseOffset
    this.path = path
    this.size = size
    this.written = size
    this.synced = size
    this.indexedFrom = size
    this.maxTimestamp = maxTimestamp
    this.created = size > 0
    this.entrySynced = size > 0
    this.indexWritten = size > 0
  }
}

export function segmentFileName(baseOffset: number): string {
  return `${String(baseOffset).padStart(20, '0')}.log`
}

const pattern = /^(\d{20})\.log$/

/** The base offset in a name made by {@link segmentFileName}, or null. */
export function segmentBaseOffset(name: string): number | null {
  const match = pattern.exec(name)
  return match === null ? null : Number(match[1])
}

export function indexPath(segment: Segment): string {
  return segment.path.replace(/\.log$/, '.index')
}
