import type { IndexReader } from '../index/index-reader.ts'

/** One piece of a partition's index: a range of offsets without gaps, each of which was looked at. */
export interface IndexPart {
  readonly baseOffset: number
  readonly endOffset: number
  readonly reader: IndexReader
  /** Bytes of record batches that went into it; 0 when nobody knows any more. */
  readonly rawBytes: number
  /** Its file, or null while it is in memory only. */
  readonly path: string | null
  readonly fileBytes: number
  close(): Promise<void>
}

/** The first offset at or above `offset` that no part covers. Parts are sorted and do not overlap. */
export function firstUncovered(parts: readonly IndexPart[], offset: number): number {
  let uncovered = offset
  for (const part of parts) {
    if (part.baseOffset > uncovered) break
    if (part.endOffset > uncovered) uncovered = part.endOffset
  }
  return uncovered
}

/** Base offset of the first part behind `offset`, or Infinity. */
export function nextPartFrom(parts: readonly IndexPart[], offset: number): number {
  for (const part of parts) if (part.baseOffset >= offset) return part.baseOffset
  return Infinity
}

export function insertPart(parts: readonly IndexPart[], part: IndexPart): IndexPart[] {
  return [...parts, part].sort((a, b) => a.baseOffset - b.baseOffset)
}
