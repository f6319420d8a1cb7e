/** Text comparisons of the oracle, as simple as they can be. */

/** A wildcard pattern as JavaScript's regular expression. */
export function wildcardOf(pattern: string, ignoreCase: boolean): RegExp {
  const source = pattern.replace(
    /\\(.)|([*?])|([\s\S])/gsu,
    (_, escaped: string | undefined, wild: string | undefined, other: string | undefined) =>
      wild === '*'
        ? '.*'
        : wild === '?'
          ? '.'
          : (escaped ?? other ?? '').replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`),
  )
  return new RegExp(`^(?:${source})$`, ignoreCase ? 'sui' : 'su')
}

/** Only for patterns that mean the same in both languages. */
export function regexpOf(pattern: string, ignoreCase: boolean): RegExp {
  return new RegExp(`^(?:${pattern})$`, ignoreCase ? 'sui' : 'su')
}

/** The full table. */
export function editDistance(a: string, b: string, transpositions: boolean): number {
  const left = Array.from(a)
  const right = Array.from(b)
  const rows = left.map(() => [] as number[])
  rows.push([])
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Number.POSITIVE_INFINITY
  for (let i = 0; i <= left.length; i++)
    for (let j = 0; j <= right.length; j++) {
      let distance = i === 0 ? j : j === 0 ? i : Number.POSITIVE_INFINITY
      if (i > 0 && j > 0) {
        distance = Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + (left[i - 1] === right[j - 1] ? 0 : 1),
        )
        if (transpositions && i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1])
          distance = Math.min(distance, at(i - 2, j - 2) + 1)
      }
      const row = rows[i]
      if (row !== undefined) row[j] = distance
    }
  return at(left.length, right.length)
}

interface Slot {
  readonly positions: readonly number[]
  readonly offset: number
}

/** Widths of the occurrences of a phrase that have no other occurrence inside them, by trying every choice of positions. */
export function minimalWindows(slots: readonly Slot[], slop: number): readonly number[] {
  const windows = new Map<string, readonly [number, number]>()
  const choose = (at: number, chosen: readonly number[]): void => {
    const slot = slots[at]
    if (slot === undefined) {
      const moved = chosen.map((position, index) => position - (slots[index]?.offset ?? 0))
      const [start, end] = [Math.min(...moved), Math.max(...moved)]
      if (end - start <= slop) windows.set(`${start} ${end}`, [start, end])
      return
    }
    for (const position of slot.positions) {
      if (!chosen.includes(position)) choose(at + 1, [...chosen, position])
    }
  }
  choose(0, [])
  const all = [...windows.values()]
  return all
    .filter(
      ([start, end]) =>
        !all.some(([low, high]) => low >= start && high <= end && (low !== start || high !== end)),
    )
    .map(([start, end]) => end - start)
}
