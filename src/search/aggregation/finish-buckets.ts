import type {
  AggregationPartial,
  AggregationPartials,
  BucketKey,
  CompositePartial,
  SignificantTermsPartial,
  SlotsPartial,
  TermsPartial,
} from './aggregation-partial.ts'
import type {
  AggregationSpec,
  CompositeSpec,
  FiltersSpec,
  RangeSpec,
  SignificantTermsSpec,
  TermsSpec,
} from './aggregation-spec.ts'
import { type AnswerObject, javaDouble, setMember } from './answer.ts'
import { dateWriter } from './date-output.ts'
import { finishHistogram } from './finish-histogram.ts'
import type { Finisher } from './finish-options.ts'
import { numberWriter } from './number-output.ts'
import { applyParents } from './parent-pipelines.ts'
import { significance } from './significance.ts'

/** Aggregations that have buckets; null for others. */
export function finishBuckets(
  spec: AggregationSpec,
  partial: AggregationPartial,
  finisher: Finisher,
): AnswerObject | null {
  if (spec.kind === 'terms' && partial.kind === 'terms') return finishTerms(spec, partial, finisher)
  if (spec.kind === 'significant_terms' && partial.kind === 'significant_terms')
    return finishSignificant(spec, partial, finisher)
  if ((spec.kind === 'histogram' || spec.kind === 'date_histogram') && partial.kind === 'histogram')
    return finishHistogram(spec, partial, finisher)
  if (spec.kind === 'composite' && partial.kind === 'composite')
    return finishComposite(spec, partial, finisher)
  if (partial.kind !== 'slots') return null
  if (spec.kind === 'range') return finishRanges(spec, partial, finisher)
  if (spec.kind === 'filters') return finishFilters(spec, partial, finisher)
  return singleBucket(spec, partial, finisher)
}

function bucket(
  fields: AnswerObject,
  spec: AggregationSpec,
  aggregations: AggregationPartials,
  finisher: Finisher,
): AnswerObject {
  finisher.countBuckets(1)
  finisher.below(spec.aggregations, aggregations, fields)
  return fields
}

/** `key` and, where it says more, `key_as_string`. */
function keyFields(key: BucketKey, dates: boolean, format: string | null): AnswerObject {
  if (typeof key === 'boolean') return { key: key ? 1 : 0, key_as_string: String(key) }
  if (typeof key === 'string') return { key }
  const text = dates ? dateWriter(format, 'UTC') : numberWriter(format)
  return text === null ? { key } : { key, key_as_string: text(key) }
}

function finishTerms(spec: TermsSpec, partial: TermsPartial, finisher: Finisher): AnswerObject {
  const kept = partial.buckets.filter(({ count }) => count >= spec.minDocCount)
  const shown = kept.slice(0, spec.size)
  const otherCount = kept.slice(spec.size).reduce((sum, { count }) => sum + count, partial.otherCount)
  const byCount = spec.order[0]?.path === '_count' && spec.order[0].order === 'desc'
  const errorOf = (error: number): number => (byCount || error === 0 ? error : -1)
  const buckets = shown.map(({ key, count, error, aggregations }) => {
    const fields: AnswerObject = { ...keyFields(key, partial.dates, spec.format), doc_count: count }
    if (spec.showTermDocCountError) fields['doc_count_error_upper_bound'] = errorOf(error)
    return bucket(fields, spec, aggregations, finisher)
  })
  return {
    doc_count_error_upper_bound: errorOf(partial.error),
    sum_other_doc_count: otherCount,
    buckets: applyParents(spec, buckets),
  }
}

function finishSignificant(
  spec: SignificantTermsSpec,
  partial: SignificantTermsPartial,
  finisher: Finisher,
): AnswerObject {
  const { foreground, background } = partial
  const scored = partial.buckets
    .filter(({ count }) => count >= spec.minDocCount)
    .map((one) => ({
      ...one,
      score: significance(spec.heuristic, one.count, foreground, one.backgroundCount, background),
    }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || b.count - a.count || (String(a.key) < String(b.key) ? -1 : 1))
  return {
    doc_count: foreground,
    bg_count: background,
    buckets: applyParents(
      spec,
      scored
        .slice(0, spec.size)
        .map(({ key, count, backgroundCount, score, aggregations }) =>
          bucket(
            { ...keyFields(key, false, null), doc_count: count, score, bg_count: backgroundCount },
            spec,
            aggregations,
            finisher,
          ),
        ),
    ),
  }
}

function finishComposite(spec: CompositeSpec, partial: CompositePartial, finisher: Finisher): AnswerObject {
  const writers = spec.sources.map((source) =>
    source.kind === 'date_histogram' && source.format !== null
      ? dateWriter(source.format, source.timeZone)
      : null,
  )
  const keyOf = (values: CompositePartial['buckets'][number]['key']): AnswerObject => {
    const key: AnswerObject = {}
    for (const [index, source] of spec.sources.entries()) {
      const value = values[index] ?? null
      const writer = writers[index] ?? null
      setMember(key, source.name, writer !== null && typeof value === 'number' ? writer(value) : value)
    }
    return key
  }
  const buckets = partial.buckets.map(({ key, count, aggregations }) =>
    bucket({ key: keyOf(key), doc_count: count }, spec, aggregations, finisher),
  )
  const last = partial.buckets.at(-1)
  const page = { buckets: applyParents(spec, buckets) }
  return last === undefined ? page : { after_key: keyOf(last.key), ...page }
}

function finishRanges(spec: RangeSpec, partial: SlotsPartial, finisher: Finisher): AnswerObject {
  const write = spec.date ? dateWriter(spec.format, spec.timeZone) : numberWriter(spec.format)
  const text = (value: number | null): string =>
    value === null ? '*' : write === null ? javaDouble(value) : write(value)
  const buckets = spec.ranges.map(({ key, from, to }, slot) => {
    const { count, aggregations } = partial.slots[slot] ?? { count: 0, aggregations: {} }
    const fields: AnswerObject = { key: key ?? `${text(from)}-${text(to)}` }
    if (from !== null) fields['from'] = from
    if (from !== null && write !== null) fields['from_as_string'] = text(from)
    if (to !== null) fields['to'] = to
    if (to !== null && write !== null) fields['to_as_string'] = text(to)
    fields['doc_count'] = count
    return bucket(fields, spec, aggregations, finisher)
  })
  const left = applyParents(spec, buckets)
  if (!spec.keyed) return { buckets: left }
  return {
    buckets: Object.fromEntries(left.map(({ key, ...fields }) => [String(key), fields])) as AnswerObject,
  }
}

function finishFilters(spec: FiltersSpec, partial: SlotsPartial, finisher: Finisher): AnswerObject {
  const names = [...spec.filters.map(({ name }) => name), ...(spec.other === null ? [] : [spec.other])]
  const buckets = partial.slots.map(({ count, aggregations }) =>
    bucket({ doc_count: count }, spec, aggregations, finisher),
  )
  if (!spec.keyed) return { buckets: applyParents(spec, buckets) }
  const nameOf = new Map(buckets.map((one, slot) => [one, names[slot] ?? '']))
  const left = applyParents(spec, buckets)
  return { buckets: Object.fromEntries(left.map((one) => [nameOf.get(one) ?? '', one])) as AnswerObject }
}

function singleBucket(spec: AggregationSpec, partial: SlotsPartial, finisher: Finisher): AnswerObject {
  const { count, aggregations } = partial.slots[0] ?? { count: 0, aggregations: {} }
  return bucket({ doc_count: count }, spec, aggregations, finisher)
}
