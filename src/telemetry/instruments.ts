/** A number that only grows. Whoever counts keeps the object: adding is one addition on a field. */
export class Counter {
  value = 0

  add(amount: number): void {
    this.value += amount
  }
}

/** A number that goes up and down. */
export class Gauge {
  value = 0

  set(value: number): void {
    this.value = value
  }

  add(amount: number): void {
    this.value += amount
  }
}

/** Buckets per power of two: the quotient of two neighbouring bounds is at most 1.25. */
const PER_OCTAVE = 4
const MAX_TICK = 2 ** 31 - 1
const BUCKETS = 30 * PER_OCTAVE

/**
 * A histogram with fixed log-linear buckets over whole ticks from 1 to 2^31. A value falls into the bucket whose bounds
 * are (lower, upper], so that the counts at powers of two are exact for Prometheus' inclusive `le`. Observing costs a
 * multiplication, a count of leading zeros and two additions; it never allocates.
 */
export class Histogram {
  readonly buckets = new Float64Array(BUCKETS)
  sum = 0
  /** Ticks per unit of an observed value: 1000 for milliseconds in ticks of a microsecond. */
  readonly #scale: number

  constructor(scale: number) {
    this.#scale = scale
  }

  /** Times in milliseconds, sizes in bytes, everything else in pieces. */
  observe(value: number): void {
    let tick = Math.ceil(value * this.#scale) - 1
    // The negation also catches NaN.
    if (!(tick > 0)) tick = 0
    else if (tick > MAX_TICK) tick = MAX_TICK
    const index = bucketOf(tick)
    this.buckets[index] = (this.buckets[index] ?? 0) + 1
    this.sum += value
  }

  get count(): number {
    let count = 0
    for (const bucket of this.buckets) count += bucket
    return count
  }

  /** How many observed values were at most 2^octave ticks; octave is at least 2. */
  countUpTo(octave: number): number {
    const end = Math.min((octave - 1) * PER_OCTAVE, BUCKETS)
    let count = 0
    for (let index = 0; index < end; index++) count += this.buckets[index] ?? 0
    return count
  }

  /** An upper bound of the value below which the share `q` of the observed ones lies, in their unit; 0 without any. */
  quantile(q: number): number {
    const rank = Math.max(1, Math.ceil(q * this.count))
    let seen = 0
    for (const [index, bucket] of this.buckets.entries()) {
      seen += bucket
      if (seen >= rank) return upperTick(index) / this.#scale
    }
    return 0
  }
}

/** The first four ticks have a bucket each; from then on each octave has four. */
function bucketOf(tick: number): number {
  if (tick < PER_OCTAVE) return tick
  const exponent = 31 - Math.clz32(tick)
  return (exponent - 1) * PER_OCTAVE + ((tick >> (exponent - 2)) & (PER_OCTAVE - 1))
}

function upperTick(index: number): number {
  if (index < PER_OCTAVE) return index + 1
  const exponent = Math.floor(index / PER_OCTAVE) + 1
  return (PER_OCTAVE + (index % PER_OCTAVE) + 1) * 2 ** (exponent - 2)
}
