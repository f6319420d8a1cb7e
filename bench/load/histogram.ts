/** Linear steps in each power of two: values are kept to within 1/128, less than one percent. */
const STEPS = 128
const STEP_BITS = 7
const GROUPS = 33

/** What a histogram says, in milliseconds. */
export interface LatencySummary {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

/** Counts durations in buckets whose width grows with the value, so that a tail of any length costs the same memory. */
export class Histogram {
  readonly #counts = new Uint32Array(GROUPS * STEPS)
  #count = 0
  #max = 0

  /** A duration in ms; below a microsecond counts as zero, above an hour as an hour. */
  add(milliseconds: number): void {
    const micros = Math.min(Math.max(0, Math.round(milliseconds * 1000)), 3_600_000_000)
    this.#counts[bucketOf(micros)]! += 1
    this.#count += 1
    if (milliseconds > this.#max) this.#max = milliseconds
  }

  get count(): number {
    return this.#count
  }

  /** The smallest value that `fraction` of all values do not exceed, in ms; 0 when there is none. */
  quantile(fraction: number): number {
    let left = Math.ceil(this.#count * fraction)
    if (left <= 0) return 0
    for (let bucket = 0; bucket < this.#counts.length; bucket++) {
      left -= this.#counts[bucket]!
      if (left <= 0) return Math.min(topOf(bucket) / 1000, this.#max)
    }
    return this.#max
  }

  summary(): LatencySummary {
    return {
      count: this.#count,
      p50: this.quantile(0.5),
      p99: this.quantile(0.99),
      p999: this.quantile(0.999),
      max: this.#max,
    }
  }
}

/** Values below 128 have a bucket each; above, the group is the position of the highest bit. */
function bucketOf(micros: number): number {
  if (micros < STEPS) return micros
  const shift = Math.floor(Math.log2(micros)) - STEP_BITS
  const group = shift + 1
  return group * STEPS + Math.floor(micros / 2 ** shift) - STEPS
}

/** The largest value that falls into a bucket. */
function topOf(bucket: number): number {
  const group = Math.floor(bucket / STEPS)
  if (group === 0) return bucket
  const shift = group - 1
  return (bucket - group * STEPS + STEPS + 1) * 2 ** shift - 1
}
