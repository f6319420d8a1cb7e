/**
 * The candidate nearest to `name`, or null when none is near enough to be a likely slip. Two names with the same words
 * in another order, or one with a word missing, also count as near.
 */
export function suggest(name: string, candidates: Iterable<string>): string | null {
  const wanted = name.toLowerCase()
  const limit = Math.max(1, Math.floor(wanted.length / 3))
  let best: string | null = null
  let bestDistance = limit + 1
  for (const candidate of candidates) {
    const distance = Math.min(editDistance(wanted, candidate), wordDistance(wanted, candidate))
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** `; did you mean "x"?` or nothing, to end a message with. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const near = suggest(name, candidates)
  return near === null ? '' : `; did you mean "${near}"?`
}

/** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours cost one each. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let cost = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      )
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) cost = Math.min(cost, (beforePrevious[column - 2] ?? 0) + 1)
      current.push(cost)
    }
    beforePrevious = previous
    previous = current
  }
  return previous[b.length] ?? 0
}

/** Two for each word that only one of the names has, so that "retention.log.ms" is near "log.retention.ms". */
function wordDistance(a: string, b: string): number {
  const left = a.split(/[._-]/)
  const right = b.split(/[._-]/)
  if (left.length < 2 || right.length < 2) return Number.POSITIVE_INFINITY
  const onlyLeft = left.filter((word) => !right.includes(word)).length
  const onlyRight = right.filter((word) => !left.includes(word)).length
  const swapped = left.join() === right.join() ? 0 : 1
  return 2 * (onlyLeft + onlyRight) + swapped
}
