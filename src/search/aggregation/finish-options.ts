import type { AggregationPartials, TopHit } from './aggregation-partial.ts'
import type { AggregationSpecs, TopHitsSpec } from './aggregation-spec.ts'
import type { AnswerObject } from './answer.ts'

export interface FinishOptions {
  /** Buckets of the whole answer. */
  readonly bucketsMax: number
  /** Writes a hit of top_hits, which was read from the log meanwhile. */
  readonly hit: (hit: TopHit, spec: TopHitsSpec) => unknown
  /** Names as `sterms#name`, which tells clients the type. */
  readonly typedKeys?: boolean
}

/** Finishes one level; it is passed down, as aggregations contain each other. */
export interface Finisher {
  readonly options: FinishOptions
  /** @throws SearchLimitError */
  countBuckets(count: number): void
  below(specs: AggregationSpecs, partials: AggregationPartials, into: AnswerObject): void
}
