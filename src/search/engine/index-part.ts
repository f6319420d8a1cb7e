import type { SealedIndex } from '../index/sealed-index.ts'
import type { IndexName, IndexRange } from './index-names.ts'

/** One piece of a partition's index: a range of offsets without gaps, each of which was looked at. */
export interface IndexPart extends IndexName {
  /** One for a file; several for what is in memory. */
  readonly indexes: readonly SealedIndex[]
  readonly docCount: number
  /** Its file, or null while it is in memory only. */
  readonly path: string | null
  /** Bytes of the file, or of memory. */
  readonly bytes: number
  /** Nobody reads it any more. */
  close(): Promise<void>
}

/** The first offset at or above `offset` that no part covers. Parts are sorted and do not overlap. */
export function firstUncovered(parts: readonly IndexRange[], offset: number): number {
  let uncovered = offset
  for (const part of parts) {
    if (part.baseOffset > uncovered) break
    if (part.endOffset > uncovered) uncovered = part.endOffset
  }
  return uncovered
}

/** Base offset of the first part at or behind `offset`, or Infinity. */
export function nextPartFrom(parts: readonly IndexRange[], offset: number): number {
  for (const part of parts) if (part.baseOffset >= offset) return part.baseOffset
  return Infinity
}

export function insertPart(parts: readonly IndexPart[], part: IndexPart): IndexPart[] {
  return [...parts, part].sort((a, b) => a.baseOffset - b.baseOffset)
}
