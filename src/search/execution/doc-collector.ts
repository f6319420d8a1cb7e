import type { AggregationPartials } from '../aggregation/aggregation-partial.ts'

/** Takes all documents that a query matches, whatever becomes of them as hits. */
export interface DocCollector {
  /** Ascending documents of one reader; the array is the caller's again afterwards. */
  collect(reader: number, docs: Int32Array, count: number): void
  partials(): AggregationPartials
}
