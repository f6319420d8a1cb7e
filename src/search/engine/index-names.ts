export interface IndexRange {
  readonly baseOffset: number
  /** Exclusive. */
  readonly endOffset: number
}

/** What an index file is about, as its name says. */
export interface IndexName extends IndexRange {
  /** Which compacted segments it was made from, see `compactionStamp`. */
  readonly stamp: string
}

const pattern = /^(\d{20})-(\d{20})(?:-([0-9a-f]{8}))?\.index$/

/**
 * Index files of a partition are called `<first offset>-<end offset>.index`, twenty digits each, with `-<stamp>` behind the offsets when
 * the log was compacted there. The name is the manifest: a file under its final name is complete and durable. `.tmp` behind it says
 * that it is being written.
 */
export function indexFileName({ baseOffset, endOffset, stamp }: IndexName): string {
  return `${padded(baseOffset)}-${padded(endOffset)}${stamp === '' ? '' : `-${stamp}`}.index`
}

/** What a name made by {@link indexFileName} says, or null. */
export function parseIndexName(name: string): IndexName | null {
  const match = pattern.exec(name)
  if (match === null) return null
  const parsed = { baseOffset: Number(match[1]), endOffset: Number(match[2]), stamp: match[3] ?? '' }
  return parsed.baseOffset < parsed.endOffset ? parsed : null
}

/**
 * Which of the ranges to keep so that none overlaps another, sorted: a crash between writing a merged file and removing those that
 * went into it leaves both, and the larger one has everything.
 */
export function withoutOverlaps<T extends IndexRange>(ranges: readonly T[]): { kept: T[]; superseded: T[] } {
  const kept: T[] = []
  const superseded: T[] = []
  const bySize = [...ranges].sort((a, b) => b.endOffset - b.baseOffset - (a.endOffset - a.baseOffset))
  for (const range of bySize) {
    const overlaps = kept.some(
      (other) => range.baseOffset < other.endOffset && other.baseOffset < range.endOffset,
    )
    if (overlaps) superseded.push(range)
    else kept.push(range)
  }
  return { kept: kept.sort((a, b) => a.baseOffset - b.baseOffset), superseded }
}

function padded(offset: number): string {
  return String(offset).padStart(20, '0')
}
