import type { Budget } from '../budget.ts'
import type { DocSet, IndexReader } from '../index/index-reader.ts'
import type { Query } from '../query/query.ts'
import type { AggregationPartials } from './aggregation-partial.ts'
import type { AggregationSpec, AggregationSpecs } from './aggregation-spec.ts'
import { CardinalityCollector } from './cardinality-collector.ts'
import { BATCH_DOCS, type CollectContext, type Collector } from './collector.ts'
import { CompositeCollector } from './composite-collector.ts'
import { DocEmitter } from './doc-emitter.ts'
import { HistogramCollector } from './histogram-collector.ts'
import { SignificantTermsCollector } from './significant-terms-collector.ts'
import { SketchCollector } from './sketch-collector.ts'
import { FiltersCollector, GlobalCollector, MissingCollector, RangeCollector } from './slots-collector.ts'
import { StatsCollector, ValueCountCollector } from './stats-collector.ts'
import { TermsCollector } from './terms-collector.ts'
import { TopHitsCollector } from './top-hits-collector.ts'
import { WeightedAverageCollector } from './weighted-average-collector.ts'

/** What aggregations need from the execution of queries. */
export interface AggregationHost {
  /** Documents of a reader that a query matches; `{ kind: 'all' }` is every document that may be shown. */
  matches(readerIndex: number, query: Query): DocSet
  /** A Lucene regular expression that must match a whole value. @throws QueryError */
  readonly pattern: (pattern: string) => (text: string) => boolean
}

/** Collects the aggregations of one request over the readers of one shard. */
export interface AggregationCollector {
  /**
   * Documents that the query matches, in ascending order, each once; all of one reader before the next. `scores` has the score of
   * each, or is null when the search does not score. The arrays are not kept.
   * @throws SearchLimitError
   */
  collect(
    readerIndex: number,
    docs: Int32Array,
    count: number,
    scores?: Float64Array | Float32Array | null,
  ): void
  /** Once, when all is collected. @throws SearchLimitError */
  partials(): AggregationPartials
}

/** @throws QueryError for a pattern or a time zone that is none, SearchLimitError */
export function createCollector(
  specs: AggregationSpecs,
  readers: readonly IndexReader[],
  budget: Budget,
  host: AggregationHost,
): AggregationCollector {
  const batch = {
    docs: new Int32Array(0),
    scores: null as Float64Array | Float32Array | null,
    from: 0,
    to: 0,
  }
  const context: CollectContext = {
    readers,
    budget,
    matches: (readerIndex, query) => host.matches(readerIndex, query),
    pattern: (pattern) => host.pattern(pattern),
    score: (doc) =>
      batch.scores === null ? null : (batch.scores[find(batch.docs, doc, batch.from, batch.to)] ?? null),
  }
  const collectors = collectorsOf(specs, context)
  const noOwners = new Int32Array(BATCH_DOCS)
  let current = -1
  return {
    collect(readerIndex, docs, count, scores = null) {
      const reader = readers[readerIndex]
      if (reader === undefined) throw new RangeError(`there is no reader ${readerIndex}`)
      if (readerIndex !== current)
        for (const [, collector] of collectors) collector.begin(reader, readerIndex)
      current = readerIndex
      for (let from = 0; from < count; from += BATCH_DOCS) {
        const to = Math.min(count, from + BATCH_DOCS)
        Object.assign(batch, { docs, scores, from, to })
        const part = from === 0 ? docs : docs.subarray(from, to)
        for (const [, collector] of collectors) collector.collect(part, noOwners, to - from)
      }
    },
    partials: () => Object.fromEntries(collectors.map(([name, collector]) => [name, collector.partial(0)])),
  }
}

/** Pipelines collect nothing. */
function collectorsOf(
  specs: AggregationSpecs,
  context: CollectContext,
): readonly (readonly [string, Collector])[] {
  const collectors: (readonly [string, Collector])[] = []
  for (const [name, spec] of Object.entries(specs)) {
    const collector = collectorOf(spec, context)
    if (collector !== null) collectors.push([name, collector])
  }
  return collectors
}

function collectorOf(spec: AggregationSpec, context: CollectContext): Collector | null {
  const below = new DocEmitter(collectorsOf(spec.aggregations, context))
  switch (spec.kind) {
    case 'terms':
      return new TermsCollector(spec, context, below)
    case 'significant_terms':
      return new SignificantTermsCollector(spec, context, below)
    case 'histogram':
    case 'date_histogram':
      return new HistogramCollector(spec, context, below)
    case 'range':
      return new RangeCollector(spec, context, below)
    case 'filter':
    case 'filters':
      return new FiltersCollector(spec, context, below)
    case 'missing':
      return new MissingCollector(spec, context, below)
    case 'global':
      return new GlobalCollector(context, below)
    case 'composite':
      return new CompositeCollector(spec, context, below)
    case 'value_count':
      return new ValueCountCollector(spec, context)
    case 'avg':
    case 'sum':
    case 'min':
    case 'max':
    case 'stats':
    case 'extended_stats':
      return new StatsCollector(spec, context)
    case 'percentiles':
    case 'percentile_ranks':
    case 'median_absolute_deviation':
      return new SketchCollector(spec, context)
    case 'cardinality':
      return new CardinalityCollector(spec, context)
    case 'weighted_avg':
      return new WeightedAverageCollector(spec, context)
    case 'top_hits':
      return new TopHitsCollector(spec, context)
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

/** Index of a document in a part of an ascending list. */
function find(docs: Int32Array, doc: number, from: number, to: number): number {
  let low = from
  let high = to
  while (low < high) {
    const middle = (low + high) >>> 1
    if (docs[middle]! < doc) low = middle + 1
    else high = middle
  }
  return low
}
