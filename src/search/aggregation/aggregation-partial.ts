import type { CompositeValue } from './aggregation-spec.ts'

/** What one shard knows of each aggregation, by name; plain data. Partials merge to what one shard with all the data would have. */
export type AggregationPartials = Readonly<Record<string, AggregationPartial>>

export type AggregationPartial =
  | TermsPartial
  | SignificantTermsPartial
  | HistogramPartial
  | SlotsPartial
  | CompositePartial
  | StatsPartial
  | SketchPartial
  | CardinalityPartial
  | WeightedAveragePartial
  | TopHitsPartial

/** A key of a bucket. Dates are milliseconds. */
export type BucketKey = string | number | boolean

export interface TermBucketPartial {
  readonly key: BucketKey
  readonly count: number
  /** By how much the count may be too low, because a shard had cut this bucket off. */
  readonly error: number
  readonly aggregations: AggregationPartials
}

export interface TermsPartial {
  readonly kind: 'terms'
  /** In the order of the aggregation. */
  readonly buckets: readonly TermBucketPartial[]
  /** Whether numbers among the keys are dates. */
  readonly dates: boolean
  /** Documents in buckets that were cut off. */
  readonly otherCount: number
  /** Greatest count that a bucket which is not listed may have; 0 when all are listed. */
  readonly error: number
}

export interface SignificantTermsPartial {
  readonly kind: 'significant_terms'
  readonly foreground: number
  readonly background: number
  readonly buckets: readonly {
    readonly key: BucketKey
    readonly count: number
    readonly backgroundCount: number
    readonly aggregations: AggregationPartials
  }[]
}

/** histogram and date_histogram: ascending keys, empty buckets left out. */
export interface HistogramPartial {
  readonly kind: 'histogram'
  readonly buckets: readonly {
    readonly key: number
    readonly count: number
    readonly aggregations: AggregationPartials
  }[]
}

/** Aggregations with a fixed list of buckets: range, filter, filters, missing, global. */
export interface SlotsPartial {
  readonly kind: 'slots'
  readonly slots: readonly { readonly count: number; readonly aggregations: AggregationPartials }[]
}

export interface CompositePartial {
  readonly kind: 'composite'
  /** In the order of the sources; at most `size`. */
  readonly buckets: readonly {
    readonly key: readonly CompositeValue[]
    readonly count: number
    readonly aggregations: AggregationPartials
  }[]
}

/** avg, sum, min, max, value_count, stats, extended_stats. Sums are compensated: the true sum is nearer to `sum + rest`. */
export interface StatsPartial {
  readonly kind: 'stats'
  readonly count: number
  readonly sum: number
  readonly sumRest: number
  readonly sumOfSquares: number
  readonly sumOfSquaresRest: number
  /** Infinity and -Infinity when there is no value. */
  readonly min: number
  readonly max: number
  /** Whether the values are dates. */
  readonly dates: boolean
}

/** percentiles, percentile_ranks, median_absolute_deviation: all values while they are few, else counts by magnitude. */
export interface SketchPartial {
  readonly kind: 'sketch'
  readonly count: number
  readonly min: number
  readonly max: number
  readonly dates: boolean
  /** Null when there are too many. */
  readonly values: Float64Array | null
  /** Ascending bins and how many values each has; empty while `values` is there. */
  readonly bins: Int32Array
  readonly counts: Float64Array
}

/** Hashes of 53 bits while they are few, else the registers of a HyperLogLog. */
export interface CardinalityPartial {
  readonly kind: 'cardinality'
  readonly hashes: Float64Array | null
  readonly registers: Uint8Array | null
}

export interface WeightedAveragePartial {
  readonly kind: 'weighted_avg'
  readonly sum: number
  readonly sumRest: number
  readonly weight: number
  readonly weightRest: number
}

export interface TopHit {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly score: number | null
  readonly sort: readonly CompositeValue[]
}

export interface TopHitsPartial {
  readonly kind: 'top_hits'
  readonly total: number
  readonly maxScore: number | null
  /** Sorted; at most `from + size`. */
  readonly hits: readonly TopHit[]
}
