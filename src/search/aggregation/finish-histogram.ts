import type { AggregationPartials, HistogramPartial } from './aggregation-partial.ts'
import type { DateHistogramSpec, HistogramSpec } from './aggregation-spec.ts'
import { type AnswerObject, javaDouble } from './answer.ts'
import { metricAt } from './metric-path.ts'
import { compareNumbers } from './bucket-order.ts'
import { dateWriter } from './date-output.ts'
import type { Finisher } from './finish-options.ts'
import { rounding } from './histogram-rounding.ts'
import { applyParents } from './parent-pipelines.ts'

type Bucket = HistogramPartial['buckets'][number]

export function finishHistogram(
  spec: HistogramSpec | DateHistogramSpec,
  partial: HistogramPartial,
  finisher: Finisher,
): AnswerObject {
  const write = spec.kind === 'date_histogram' ? dateWriter(spec.format, spec.timeZone) : null
  const filled =
    spec.minDocCount === 0
      ? withEmptyBuckets(spec, partial.buckets, finisher)
      : partial.buckets.filter(({ count }) => count >= spec.minDocCount)
  const buckets = ordered(spec, filled).map(({ key, count, aggregations }) => {
    finisher.countBuckets(1)
    const fields: AnswerObject =
      write === null ? { key, doc_count: count } : { key_as_string: write(key), key, doc_count: count }
    finisher.below(spec.aggregations, aggregations, fields)
    return fields
  })
  const left = applyParents(spec, buckets)
  if (!spec.keyed) return { buckets: left }
  const nameOf = (fields: AnswerObject): string => {
    const { key, key_as_string: text } = fields
    return typeof text === 'string' ? text : javaDouble(Number(key))
  }
  return { buckets: Object.fromEntries(left.map((fields) => [nameOf(fields), fields])) as AnswerObject }
}

const none: AggregationPartials = {}

/** Fills the gaps between the first and the last bucket, and up to the extended bounds. */
function withEmptyBuckets(
  spec: HistogramSpec | DateHistogramSpec,
  buckets: readonly Bucket[],
  finisher: Finisher,
): readonly Bucket[] {
  const { floor, next, inBounds } = rounding(spec)
  const { min = null, max = null } = spec.extendedBounds ?? {}
  // Bounds of dates name days, months and the like, which begin later or earlier by the offset.
  const offset = spec.kind === 'date_histogram' ? spec.offsetMs : 0
  const first = Math.min(buckets[0]?.key ?? Infinity, min === null ? Infinity : floor(min + offset))
  const last = Math.max(buckets.at(-1)?.key ?? -Infinity, max === null ? -Infinity : floor(max + offset))
  // With one bound alone and no bucket there is nothing to fill up to.
  if (!Number.isFinite(first) || !Number.isFinite(last)) return buckets
  const filled: Bucket[] = []
  let index = 0
  let key = first
  while (key <= last) {
    const found = buckets[index]
    if (found !== undefined && found.key <= key) {
      filled.push(found)
      index += 1
      key = next(found.key)
      continue
    }
    if (filled.length >= finisher.options.bucketsMax) finisher.countBuckets(filled.length + 1)
    if (inBounds(key)) filled.push({ key, count: 0, aggregations: none })
    const after = next(key)
    // The interval is finer than numbers of this size are: there are more buckets than could be told apart.
    if (after <= key) finisher.countBuckets(finisher.options.bucketsMax + 1)
    key = after
  }
  for (; index < buckets.length; index += 1) filled.push(buckets[index]!)
  return filled
}

function ordered(spec: HistogramSpec | DateHistogramSpec, buckets: readonly Bucket[]): readonly Bucket[] {
  const [first] = spec.order
  if (first === undefined || (first.path === '_key' && first.order === 'asc')) return buckets
  const values = new Map<string, ReadonlyMap<Bucket, number>>()
  for (const { path } of spec.order) {
    if (path === '_key' || path === '_count') continue
    values.set(
      path,
      new Map(buckets.map((one) => [one, metricAt(spec.aggregations, one.aggregations, path)])),
    )
  }
  const valueOf = (bucket: Bucket, path: string): number =>
    path === '_key'
      ? bucket.key
      : path === '_count'
        ? bucket.count
        : (values.get(path)?.get(bucket) ?? Number.NaN)
  return [...buckets].sort((a, b) => {
    for (const { path, order } of spec.order) {
      const compared = compareNumbers(valueOf(a, path), valueOf(b, path), order)
      if (compared !== 0) return compared
    }
    return 0
  })
}
