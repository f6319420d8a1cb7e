import type { AggregationPartials } from '../aggregation/aggregation-partial.ts'

/** Takes all documents that a query matches, whatever becomes of them as hits. */
export interface DocCollector {
  /** Ascending documents of one reader, with their scores where the search scores; the arrays are the caller's again afterwards. */
  collect(reader: number, docs: Int32Array, count: number, scores: Float64Array | null): void
  partials(): AggregationPartials
}
