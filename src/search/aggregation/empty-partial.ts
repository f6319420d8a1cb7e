import type { AggregationPartial } from './aggregation-partial.ts'
import type { AggregationSpec } from './aggregation-spec.ts'
import { DistinctCounter } from './distinct-counter.ts'
import { Sketch } from './sketch.ts'

/** What an aggregation is when there was no document; null for those that are computed from others. */
export function emptyPartial(spec: AggregationSpec): AggregationPartial | null {
  switch (spec.kind) {
    case 'terms':
      return { kind: 'terms', buckets: [], dates: false, otherCount: 0, error: 0 }
    case 'significant_terms':
      return { kind: 'significant_terms', foreground: 0, background: 0, buckets: [] }
    case 'histogram':
    case 'date_histogram':
      return { kind: 'histogram', buckets: [] }
    case 'range':
      return emptySlots(spec.ranges.length)
    case 'filters':
      return emptySlots(spec.filters.length + (spec.other === null ? 0 : 1))
    case 'filter':
    case 'missing':
    case 'global':
      return emptySlots(1)
    case 'composite':
      return { kind: 'composite', buckets: [] }
    case 'avg':
    case 'sum':
    case 'min':
    case 'max':
    case 'value_count':
    case 'stats':
    case 'extended_stats':
      return {
        kind: 'stats',
        count: 0,
        sum: 0,
        sumRest: 0,
        sumOfSquares: 0,
        sumOfSquaresRest: 0,
        min: Infinity,
        max: -Infinity,
        dates: false,
      }
    case 'percentiles':
    case 'percentile_ranks':
    case 'median_absolute_deviation':
      return new Sketch().partial(false)
    case 'cardinality':
      return new DistinctCounter(1).partial()
    case 'weighted_avg':
      return { kind: 'weighted_avg', sum: 0, sumRest: 0, weight: 0, weightRest: 0 }
    case 'top_hits':
      return { kind: 'top_hits', total: 0, maxScore: null, hits: [] }
    case 'derivative':
    case 'cumulative_sum':
    case 'serial_diff':
    case 'moving_fn':
    case 'bucket_sort':
    case 'bucket_script':
    case 'bucket_selector':
    case 'avg_bucket':
    case 'sum_bucket':
    case 'min_bucket':
    case 'max_bucket':
    case 'stats_bucket':
      return null
  }
}

function emptySlots(length: number): AggregationPartial {
  return { kind: 'slots', slots: Array.from({ length }, () => ({ count: 0, aggregations: {} })) }
}
