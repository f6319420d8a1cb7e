/**
 * Index files of a partition are called `<first offset>-<end offset>.index`, twenty digits each; the end is exclusive. The name is
 * the manifest: a file under its final name is complete and durable. `.tmp` behind it says that it is being written.
 */
export interface IndexRange {
  readonly baseOffset: number
  readonly endOffset: number
}

const pattern = /^(\d{20})-(\d{20})\.index$/

export function indexFileName({ baseOffset, endOffset }: IndexRange): string {
  return `${padded(baseOffset)}-${padded(endOffset)}.index`
}

/** The range in a name made by {@link indexFileName}, or null. */
export function indexRangeOf(name: string): IndexRange | null {
  const match = pattern.exec(name)
  if (match === null) return null
  const range = { baseOffset: Number(match[1]), endOffset: Number(match[2]) }
  return range.baseOffset < range.endOffset ? range : null
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
