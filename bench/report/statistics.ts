/** The middle of some measurements, and their range. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** Of an even number of values the median is the mean of the two in the middle; of none everything is NaN. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const median =
    sorted.length % 2 === 1 ? at(sorted, middle) : (at(sorted, middle - 1) + at(sorted, middle)) / 2
  return { median, min: at(sorted, 0), max: at(sorted, sorted.length - 1) }
}

function at(sorted: readonly number[], index: number): number {
  return sorted[index] ?? Number.NaN
}
