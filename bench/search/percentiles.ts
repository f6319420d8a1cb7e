import type { Sample } from '../report/report.ts'

/** Of durations in milliseconds; of 60, the 99th percentile is the longest. */
export function percentiles(millis: readonly number[]): Sample {
  const sorted = millis.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  const mean = sorted.reduce((sum, each) => sum + each, 0) / sorted.length
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), mean }
}
