/** Time as the product sees it. Nothing outside env/ calls Date.now or performance.now. */
export interface Clock {
  /** Wall clock, whole milliseconds since the Unix epoch. It may jump; no safety rests on it. */
  now(): number
  /** Milliseconds since some fixed point, with fractions; it never goes backwards. For durations and deadlines. */
  monotonic(): number
}
