import type {
  AggregationPartial,
  AggregationPartials,
  BucketKey,
  CompositePartial,
  HistogramPartial,
  SignificantTermsPartial,
  SlotsPartial,
  StatsPartial,
  TermBucketPartial,
  TermsPartial,
  TopHitsPartial,
  WeightedAveragePartial,
} from './aggregation-partial.ts'
import type {
  AggregationSpec,
  AggregationSpecs,
  CompositeSpec,
  TermsSpec,
  TopHitsSpec,
} from './aggregation-spec.ts'
import { termComparer } from './bucket-order.ts'
import { sumOf } from './compensated-sum.ts'
import { compareCompositeKeys } from './composite-order.ts'
import { DistinctCounter } from './distinct-counter.ts'
import { Sketch } from './sketch.ts'
import { TERMS_EXACT } from './terms-limit.ts'
import { compareHits, hitSort } from './top-hits-order.ts'

/** What one shard with the documents of both would have collected, except where a shard had to cut off terms: that is counted. */
export function mergePartials(
  specs: AggregationSpecs,
  a: AggregationPartials,
  b: AggregationPartials,
): AggregationPartials {
  const merged: [string, AggregationPartial][] = []
  for (const [name, spec] of Object.entries(specs)) {
    const left = Object.hasOwn(a, name) ? a[name] : undefined
    const right = Object.hasOwn(b, name) ? b[name] : undefined
    const both = left === undefined ? right : right === undefined ? left : mergePartial(spec, left, right)
    if (both !== undefined) merged.push([name, both])
  }
  return Object.fromEntries(merged)
}

function mergePartial(
  spec: AggregationSpec,
  a: AggregationPartial,
  b: AggregationPartial,
): AggregationPartial {
  if (a.kind === 'terms' && b.kind === 'terms' && spec.kind === 'terms') return mergeTerms(spec, a, b)
  if (a.kind === 'significant_terms' && b.kind === 'significant_terms') return mergeSignificant(spec, a, b)
  if (a.kind === 'histogram' && b.kind === 'histogram') return mergeHistograms(spec, a, b)
  if (a.kind === 'slots' && b.kind === 'slots') return mergeSlots(spec, a, b)
  if (a.kind === 'composite' && b.kind === 'composite' && spec.kind === 'composite')
    return mergeComposites(spec, a, b)
  if (a.kind === 'stats' && b.kind === 'stats') return mergeStats(a, b)
  if (a.kind === 'weighted_avg' && b.kind === 'weighted_avg') return mergeWeighted(a, b)
  if (a.kind === 'top_hits' && b.kind === 'top_hits' && spec.kind === 'top_hits') return mergeHits(spec, a, b)
  if (a.kind === 'sketch' && b.kind === 'sketch') {
    const sketch = new Sketch()
    sketch.merge(a)
    sketch.merge(b)
    return sketch.partial(a.dates || b.dates)
  }
  if (a.kind === 'cardinality' && b.kind === 'cardinality' && spec.kind === 'cardinality') {
    const counter = new DistinctCounter(spec.precisionThreshold)
    counter.merge(a)
    counter.merge(b)
    return counter.partial()
  }
  throw new TypeError(`partials of the kinds ${a.kind} and ${b.kind} are not of one ${spec.kind} aggregation`)
}

function mergeTerms(spec: TermsSpec, a: TermsPartial, b: TermsPartial): TermsPartial {
  const buckets = new Map<BucketKey, TermBucketPartial>()
  const others = new Map(b.buckets.map((bucket) => [bucket.key, bucket]))
  for (const bucket of a.buckets) {
    const other = others.get(bucket.key)
    buckets.set(bucket.key, {
      key: bucket.key,
      count: bucket.count + (other?.count ?? 0),
      // What the other shard does not list it may have cut off.
      error: bucket.error + (other === undefined ? b.error : other.error),
      aggregations: mergePartials(spec.aggregations, bucket.aggregations, other?.aggregations ?? {}),
    })
  }
  for (const bucket of b.buckets) {
    if (!buckets.has(bucket.key)) buckets.set(bucket.key, { ...bucket, error: bucket.error + a.error })
  }
  const list = [...buckets.values()].sort(termComparer(spec))
  const kept = Math.max(spec.shardSize, TERMS_EXACT)
  let otherCount = a.otherCount + b.otherCount
  let error = a.error + b.error
  for (const bucket of list.splice(kept)) {
    otherCount += bucket.count
    error = Math.max(error, bucket.count + bucket.error)
  }
  return { kind: 'terms', buckets: list, dates: a.dates || b.dates, otherCount, error }
}

function mergeSignificant(
  spec: AggregationSpec,
  a: SignificantTermsPartial,
  b: SignificantTermsPartial,
): SignificantTermsPartial {
  const buckets = new Map(a.buckets.map((bucket) => [bucket.key, bucket]))
  for (const bucket of b.buckets) {
    const other = buckets.get(bucket.key)
    buckets.set(bucket.key, {
      key: bucket.key,
      count: bucket.count + (other?.count ?? 0),
      backgroundCount: bucket.backgroundCount + (other?.backgroundCount ?? 0),
      aggregations: mergePartials(spec.aggregations, other?.aggregations ?? {}, bucket.aggregations),
    })
  }
  return {
    kind: 'significant_terms',
    foreground: a.foreground + b.foreground,
    background: a.background + b.background,
    buckets: [...buckets.values()],
  }
}

function mergeHistograms(spec: AggregationSpec, a: HistogramPartial, b: HistogramPartial): HistogramPartial {
  const buckets = new Map(a.buckets.map((bucket) => [bucket.key, bucket]))
  for (const bucket of b.buckets) {
    const other = buckets.get(bucket.key)
    buckets.set(
      bucket.key,
      other === undefined
        ? bucket
        : {
            key: bucket.key,
            count: bucket.count + other.count,
            aggregations: mergePartials(spec.aggregations, other.aggregations, bucket.aggregations),
          },
    )
  }
  return { kind: 'histogram', buckets: [...buckets.values()].sort((x, y) => x.key - y.key) }
}

function mergeSlots(spec: AggregationSpec, a: SlotsPartial, b: SlotsPartial): SlotsPartial {
  return {
    kind: 'slots',
    slots: a.slots.map((slot, index) => {
      const other = b.slots[index] ?? { count: 0, aggregations: {} }
      return {
        count: slot.count + other.count,
        aggregations: mergePartials(spec.aggregations, slot.aggregations, other.aggregations),
      }
    }),
  }
}

function mergeComposites(spec: CompositeSpec, a: CompositePartial, b: CompositePartial): CompositePartial {
  const buckets: CompositePartial['buckets'][number][] = []
  let i = 0
  let j = 0
  while (buckets.length < spec.size && (i < a.buckets.length || j < b.buckets.length)) {
    const left = a.buckets[i]
    const right = b.buckets[j]
    const order =
      left === undefined
        ? 1
        : right === undefined
          ? -1
          : compareCompositeKeys(left.key, right.key, spec.sources)
    if (order <= 0) i += 1
    if (order >= 0) j += 1
    const one = order <= 0 ? left : right
    if (one === undefined) break
    buckets.push(
      order !== 0 || left === undefined || right === undefined
        ? one
        : {
            key: left.key,
            count: left.count + right.count,
            aggregations: mergePartials(spec.aggregations, left.aggregations, right.aggregations),
          },
    )
  }
  return { kind: 'composite', buckets }
}

function mergeStats(a: StatsPartial, b: StatsPartial): StatsPartial {
  const [sum, sumRest] = sumOf(a.sum, a.sumRest, b.sum, b.sumRest)
  const [sumOfSquares, sumOfSquaresRest] = sumOf(
    a.sumOfSquares,
    a.sumOfSquaresRest,
    b.sumOfSquares,
    b.sumOfSquaresRest,
  )
  return {
    kind: 'stats',
    count: a.count + b.count,
    sum,
    sumRest,
    sumOfSquares,
    sumOfSquaresRest,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    dates: a.dates || b.dates,
  }
}

function mergeWeighted(a: WeightedAveragePartial, b: WeightedAveragePartial): WeightedAveragePartial {
  const [sum, sumRest] = sumOf(a.sum, a.sumRest, b.sum, b.sumRest)
  const [weight, weightRest] = sumOf(a.weight, a.weightRest, b.weight, b.weightRest)
  return { kind: 'weighted_avg', sum, sumRest, weight, weightRest }
}

function mergeHits(spec: TopHitsSpec, a: TopHitsPartial, b: TopHitsPartial): TopHitsPartial {
  const scored = a.maxScore !== null || b.maxScore !== null
  const keys = hitSort(spec.sort, scored)
  const hits = [...a.hits, ...b.hits].sort((x, y) => compareHits(x, y, keys))
  return {
    kind: 'top_hits',
    total: a.total + b.total,
    maxScore: scored ? Math.max(a.maxScore ?? -Infinity, b.maxScore ?? -Infinity) : null,
    hits: hits.slice(0, spec.from + spec.size),
  }
}
