import type { Query } from '../query/query.ts'

/**
 * What a request asks to be counted, in Elasticsearch's terms and with its defaults filled in. Plain data: it is sent to workers.
 *
 * Fields resolve as in a query: the plain name of a string means its whole value, and `.keyword` may be said.
 */
export type AggregationSpecs = Readonly<Record<string, AggregationSpec>>

export type AggregationSpec = BucketSpec | MetricSpec | PipelineSpec

export type BucketSpec =
  | TermsSpec
  | SignificantTermsSpec
  | HistogramSpec
  | DateHistogramSpec
  | RangeSpec
  | FilterSpec
  | FiltersSpec
  | MissingSpec
  | GlobalSpec
  | CompositeSpec

export type MetricSpec =
  | NumberMetricSpec
  | PercentilesSpec
  | PercentileRanksSpec
  | DeviationSpec
  | CardinalitySpec
  | WeightedAverageSpec
  | TopHitsSpec

/** Computed from the answers of other aggregations, when all partials are merged. */
export type PipelineSpec = ParentPipelineSpec | SiblingPipelineSpec

interface Common {
  /** Below each bucket; empty for metrics and pipelines. */
  readonly aggregations: AggregationSpecs
  /** Returned as it came. */
  readonly meta: Readonly<Record<string, unknown>> | null
}

/** `path` is `_count`, `_key`, or names an aggregation below each bucket: `a>b.value`, `stats.max`, `p[99.9]`. */
export interface BucketOrder {
  readonly path: string
  readonly order: 'asc' | 'desc'
}

/** Which keys a terms aggregation takes: a Lucene regular expression, a list, or one part of all by hash. */
export type KeyFilter =
  | { readonly kind: 'pattern'; readonly pattern: string }
  | { readonly kind: 'values'; readonly values: readonly (string | number | boolean)[] }
  | { readonly kind: 'partition'; readonly partition: number; readonly partitions: number }

export interface TermsSpec extends Common {
  readonly kind: 'terms'
  readonly field: string
  readonly size: number
  readonly shardSize: number
  readonly minDocCount: number
  /** Always ends with a tie-breaker by key. */
  readonly order: readonly BucketOrder[]
  readonly include: KeyFilter | null
  readonly exclude: KeyFilter | null
  readonly missing: string | number | boolean | null
  readonly showTermDocCountError: boolean
  /** Of `key_as_string` for dates and numbers; null means ISO-8601. */
  readonly format: string | null
}

export interface SignificantTermsSpec extends Common {
  readonly kind: 'significant_terms'
  readonly field: string
  readonly size: number
  readonly shardSize: number
  readonly minDocCount: number
  readonly heuristic: 'jlh' | 'percentage'
  readonly include: KeyFilter | null
  readonly exclude: KeyFilter | null
  /** What is compared with; null means all records. */
  readonly background: Query | null
}

export interface Bounds {
  readonly min: number | null
  readonly max: number | null
}

export interface HistogramSpec extends Common {
  readonly kind: 'histogram'
  readonly field: string
  readonly interval: number
  readonly offset: number
  readonly minDocCount: number
  readonly missing: number | null
  readonly keyed: boolean
  readonly order: readonly BucketOrder[]
  readonly extendedBounds: Bounds | null
  readonly hardBounds: Bounds | null
}

export type CalendarUnit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year'

export type DateInterval =
  | { readonly kind: 'calendar'; readonly unit: CalendarUnit }
  | { readonly kind: 'fixed'; readonly ms: number }

export interface DateHistogramSpec extends Common {
  readonly kind: 'date_histogram'
  readonly field: string
  readonly interval: DateInterval
  /** An IANA name or `+02:00`. */
  readonly timeZone: string
  readonly offsetMs: number
  readonly minDocCount: number
  readonly missing: number | null
  readonly keyed: boolean
  readonly order: readonly BucketOrder[]
  /** In milliseconds. */
  readonly extendedBounds: Bounds | null
  readonly hardBounds: Bounds | null
  readonly format: string | null
}

export interface KeyedRange {
  /** As given, or made from the bounds when the answer is written. */
  readonly key: string | null
  /** Inclusive; null means without end. */
  readonly from: number | null
  /** Exclusive. */
  readonly to: number | null
}

/** `range` and `date_range`; dates are milliseconds. */
export interface RangeSpec extends Common {
  readonly kind: 'range'
  readonly date: boolean
  readonly field: string
  /** Sorted by `from`, then `to`, as the answer is. */
  readonly ranges: readonly KeyedRange[]
  readonly keyed: boolean
  readonly missing: number | null
  readonly format: string | null
  readonly timeZone: string
}

export interface FilterSpec extends Common {
  readonly kind: 'filter'
  readonly query: Query
}

export interface FiltersSpec extends Common {
  readonly kind: 'filters'
  /** In the order of the answer. Anonymous filters are named by their position. */
  readonly filters: readonly { readonly name: string; readonly query: Query }[]
  readonly keyed: boolean
  /** Name of the bucket of documents that no filter takes; null for none. */
  readonly other: string | null
}

export interface MissingSpec extends Common {
  readonly kind: 'missing'
  readonly field: string
}

export interface GlobalSpec extends Common {
  readonly kind: 'global'
}

interface CompositeSourceCommon {
  readonly name: string
  readonly field: string
  readonly order: 'asc' | 'desc'
  readonly missingBucket: boolean
  readonly missingFirst: boolean
}

export type CompositeSource = CompositeSourceCommon &
  (
    | { readonly kind: 'terms' }
    | { readonly kind: 'histogram'; readonly interval: number }
    | {
        readonly kind: 'date_histogram'
        readonly interval: DateInterval
        readonly timeZone: string
        readonly offsetMs: number
        readonly format: string | null
      }
  )

export type CompositeValue = string | number | boolean | null

export interface CompositeSpec extends Common {
  readonly kind: 'composite'
  readonly size: number
  readonly sources: readonly CompositeSource[]
  /** The key behind which to go on, in the order of the sources. */
  readonly after: readonly CompositeValue[] | null
}

export interface NumberMetricSpec extends Common {
  readonly kind: 'avg' | 'sum' | 'min' | 'max' | 'value_count' | 'stats' | 'extended_stats'
  readonly field: string
  readonly missing: number | null
  /** Standard deviations between the bounds of extended_stats. */
  readonly sigma: number
  readonly format: string | null
}

export interface PercentilesSpec extends Common {
  readonly kind: 'percentiles'
  readonly field: string
  readonly missing: number | null
  readonly percents: readonly number[]
  readonly keyed: boolean
}

export interface PercentileRanksSpec extends Common {
  readonly kind: 'percentile_ranks'
  readonly field: string
  readonly missing: number | null
  readonly values: readonly number[]
  readonly keyed: boolean
}

export interface DeviationSpec extends Common {
  readonly kind: 'median_absolute_deviation'
  readonly field: string
  readonly missing: number | null
}

export interface CardinalitySpec extends Common {
  readonly kind: 'cardinality'
  readonly field: string
  readonly missing: string | number | boolean | null
  /** Exact up to so many distinct values. */
  readonly precisionThreshold: number
}

export interface WeightedAverageSpec extends Common {
  readonly kind: 'weighted_avg'
  readonly value: { readonly field: string; readonly missing: number | null }
  readonly weight: { readonly field: string; readonly missing: number | null }
}

/** As the sort keys of a search. */
export interface HitSortKey {
  /** A field, or `_score`, `_doc`, `_timestamp`, `_offset`, `_partition`. */
  readonly field: string
  readonly order: 'asc' | 'desc'
  readonly missing: 'first' | 'last' | { readonly value: string | number }
  readonly mode: 'min' | 'max'
}

export interface TopHitsSpec extends Common {
  readonly kind: 'top_hits'
  readonly from: number
  readonly size: number
  /** Empty means by score when there is one, else newest first. */
  readonly sort: readonly HitSortKey[]
  /** Elasticsearch's `_source`, for whoever writes the hit. */
  readonly source: unknown
}

/** What to do where a bucket is empty or has no value. */
export type GapPolicy = 'skip' | 'insert_zeros' | 'keep_values'

export type ParentPipelineSpec =
  | (Common & {
      readonly kind: 'derivative'
      readonly path: string
      readonly gapPolicy: GapPolicy
      /** Milliseconds of the unit of `normalized_value`; null for none. */
      readonly unitMs: number | null
    })
  | (Common & { readonly kind: 'cumulative_sum'; readonly path: string })
  | (Common & {
      readonly kind: 'serial_diff'
      readonly path: string
      readonly gapPolicy: GapPolicy
      readonly lag: number
    })
  | (Common & {
      readonly kind: 'moving_fn'
      readonly path: string
      readonly gapPolicy: GapPolicy
      readonly window: number
      readonly shift: number
      readonly function: MovingFunction
    })
  | (Common & {
      readonly kind: 'bucket_sort'
      readonly sort: readonly BucketOrder[]
      readonly from: number
      readonly size: number | null
      readonly gapPolicy: GapPolicy
    })
  | (Common & {
      readonly kind: 'bucket_script' | 'bucket_selector'
      readonly paths: Readonly<Record<string, string>>
      readonly script: string
      readonly gapPolicy: GapPolicy
    })

export interface MovingFunction {
  readonly name: 'max' | 'min' | 'sum' | 'stdDev' | 'unweightedAvg' | 'linearWeightedAvg' | 'ewma'
  /** Smoothing of `ewma`. */
  readonly alpha: number
}

export type SiblingPipelineSpec = Common & {
  readonly kind: 'avg_bucket' | 'sum_bucket' | 'min_bucket' | 'max_bucket' | 'stats_bucket'
  readonly path: string
  readonly gapPolicy: GapPolicy
}
