import type { SketchPartial } from './aggregation-partial.ts'

/** Up to so many values a sketch keeps them all, and its quantiles are exact. */
export const SKETCH_EXACT = 1024

/**
 * A bin is the sign, the exponent and the first 8 bits of the fraction of a double: within a bin values differ by less than 1/256,
 * so the middle of a bin is within 0.2 % of each of its values. Found with one shift, a dozen times as fast as a logarithm.
 */
const FRACTION_BITS = 8
const DROPPED_BITS = 20 - FRACTION_BITS

const float = new Float64Array(1)
const words = new Int32Array(float.buffer)

/** The number of the bin of a value; greater values have greater bins. */
export function binOf(value: number): number {
  float[0] = value
  const bits = words[1]!
  return bits < 0 ? -((bits & 0x7fffffff) >>> DROPPED_BITS) - 1 : bits >>> DROPPED_BITS
}

/** The middle of a bin. */
export function valueOfBin(bin: number): number {
  const magnitude = bin < 0 ? -bin - 1 : bin
  words[0] = 0
  words[1] = magnitude << DROPPED_BITS
  const low = float[0]!
  words[1] = (magnitude + 1) << DROPPED_BITS
  // The highest bin has no finite end.
  const high = Math.min(float[0]!, Number.MAX_VALUE)
  // The lowest bin holds zero. The sum of two bounds may not be finite.
  const middle = magnitude === 0 ? 0 : low + (high - low) / 2
  return bin < 0 ? -middle : middle
}

/** Counts values so that any quantile can be told. What two sketches merge to is what one of all values would be, in any order. */
export class Sketch {
  count = 0
  min = Infinity
  max = -Infinity
  /** Null as soon as there are more than SKETCH_EXACT. */
  #values: number[] | null = []
  #bins = new Map<number, number>()
  /** A window of bins around the first ones seen, where most values fall. */
  #window: Float64Array | null = null
  #windowStart = 0

  add(value: number): void {
    this.count += 1
    if (value < this.min) this.min = value
    if (value > this.max) this.max = value
    if (this.#values === null) this.#addBin(binOf(value), 1)
    else if (this.#values.push(value) > SKETCH_EXACT) this.#spill()
  }

  merge(other: SketchPartial): void {
    if (other.values !== null) {
      for (const value of other.values) this.add(value)
      return
    }
    if (this.#values !== null) this.#spill()
    for (let i = 0; i < other.bins.length; i += 1) this.#addBin(other.bins[i]!, other.counts[i]!)
    this.count += other.count
    this.min = Math.min(this.min, other.min)
    this.max = Math.max(this.max, other.max)
  }

  partial(dates: boolean): SketchPartial {
    const { count, min, max } = this
    const values = this.#values === null ? null : Float64Array.from(this.#values).sort()
    const all = new Map(this.#bins)
    for (let i = 0; i < (this.#window?.length ?? 0); i += 1) {
      const counted = this.#window?.[i] ?? 0
      if (counted > 0) all.set(this.#windowStart + i, counted)
    }
    const bins = Int32Array.from(all.keys()).sort()
    const counts = Float64Array.from(bins, (bin) => all.get(bin) ?? 0)
    return { kind: 'sketch', count, min, max, dates, values, bins, counts }
  }

  #spill(): void {
    const values = this.#values ?? []
    this.#values = null
    for (const value of values) this.#addBin(binOf(value), 1)
  }

  #addBin(bin: number, by: number): void {
    if (this.#window === null) {
      // 16 powers of two: most fields of measures stay within.
      this.#window = new Float64Array(16 << FRACTION_BITS)
      this.#windowStart = bin - (8 << FRACTION_BITS)
    }
    const at = bin - this.#windowStart
    if (at >= 0 && at < this.#window.length) this.#window[at]! += by
    else this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + by)
  }
}

/** The value below which the fraction `q` (0 to 1) of all values lies; null when there are none. Between two values it is interpolated. */
export function quantile(sketch: SketchPartial, q: number): number | null {
  const { count, values } = sketch
  if (count === 0) return null
  const rank = q * (count - 1)
  const lower = Math.floor(rank)
  if (values !== null) {
    const low = values[lower] ?? sketch.max
    const high = values[Math.min(lower + 1, count - 1)] ?? sketch.max
    return low + (high - low) * (rank - lower)
  }
  if (rank <= 0) return sketch.min
  if (rank >= count - 1) return sketch.max
  const nearest = Math.round(rank)
  let behind = 0
  for (let i = 0; i < sketch.bins.length; i += 1) {
    behind += sketch.counts[i]!
    if (behind > nearest) return Math.min(sketch.max, Math.max(sketch.min, valueOfBin(sketch.bins[i]!)))
  }
  return sketch.max
}

/** The percentage of values that are at most `value`; null when there are none. */
export function percentRank(sketch: SketchPartial, value: number): number | null {
  const { count, values } = sketch
  if (count === 0) return null
  if (value < sketch.min) return 0
  if (value >= sketch.max) return 100
  let below = 0
  if (values === null) {
    const own = binOf(value)
    for (let i = 0; i < sketch.bins.length && sketch.bins[i]! <= own; i += 1) below += sketch.counts[i]!
  } else while (below < count && values[below]! <= value) below += 1
  return (100 * below) / count
}

/** The median of the distances from the median: exact for few values, else within the error of the bins. */
export function medianDeviation(sketch: SketchPartial): number | null {
  const median = quantile(sketch, 0.5)
  if (median === null) return null
  const deviations = new Sketch()
  if (sketch.values !== null) {
    for (const value of sketch.values) deviations.add(Math.abs(value - median))
    return quantile(deviations.partial(false), 0.5)
  }
  const distances = Array.from(sketch.bins, (bin, i) => ({
    distance: Math.abs(valueOfBin(bin) - median),
    count: sketch.counts[i]!,
  })).sort((a, b) => a.distance - b.distance)
  let behind = 0
  for (const { distance, count } of distances) {
    behind += count
    if (behind > (sketch.count - 1) / 2) return distance
  }
  return null
}
