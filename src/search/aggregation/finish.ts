import { SearchLimitError } from '../budget.ts'
import type { AggregationPartial, AggregationPartials, TopHit } from './aggregation-partial.ts'
import type { AggregationSpec, AggregationSpecs, MetricSpec } from './aggregation-spec.ts'
import { type AnswerObject, setMember } from './answer.ts'
import { emptyPartial } from './empty-partial.ts'
import { finishBuckets } from './finish-buckets.ts'
import { finishMetric } from './finish-metrics.ts'
import type { Finisher, FinishOptions } from './finish-options.ts'
import { addSiblings } from './sibling-pipelines.ts'

/**
 * The aggregations as Elasticsearch answers with them. Merge all partials first: sizes, minimum counts and pipelines are applied here.
 * @throws SearchLimitError for more buckets than allowed
 */
export function finish(
  specs: AggregationSpecs,
  partials: AggregationPartials,
  options: FinishOptions,
): Readonly<Record<string, unknown>> {
  let buckets = 0
  const finisher: Finisher = {
    options,
    countBuckets: (count) => {
      buckets += count
      if (buckets <= options.bucketsMax) return
      throw new SearchLimitError(
        'too_many_buckets',
        `the answer has more than ${options.bucketsMax} buckets, which is the limit of search.max.buckets; ask for larger intervals or a smaller size, or use a composite aggregation, which has pages`,
      )
    },
    below: (below, found, into) => finishLevel(below, found, into, finisher),
  }
  const answer: AnswerObject = {}
  finishLevel(specs, partials, answer, finisher)
  return options.typedKeys === true ? withTypes(specs, answer) : answer
}

/** The hits that top_hits will write, anywhere in the tree: to be read from the log before `finish`. */
export function hitsIn(partials: AggregationPartials): readonly TopHit[] {
  return Object.values(partials).flatMap((partial): readonly TopHit[] => {
    switch (partial.kind) {
      case 'top_hits':
        return partial.hits
      case 'slots':
        return partial.slots.flatMap(({ aggregations }) => hitsIn(aggregations))
      case 'terms':
      case 'significant_terms':
      case 'histogram':
      case 'composite':
        return partial.buckets.flatMap(({ aggregations }) => hitsIn(aggregations))
      case 'stats':
      case 'sketch':
      case 'cardinality':
      case 'weighted_avg':
        return []
    }
  })
}

function finishLevel(
  specs: AggregationSpecs,
  partials: AggregationPartials,
  into: AnswerObject,
  finisher: Finisher,
): void {
  for (const [name, spec] of Object.entries(specs)) {
    const partial = (Object.hasOwn(partials, name) ? partials[name] : undefined) ?? emptyPartial(spec)
    if (partial === null) continue
    const answer = finishOne(spec, partial, finisher)
    setMember(into, name, spec.meta === null ? answer : { meta: spec.meta, ...answer })
  }
  addSiblings(specs, into)
}

function finishOne(spec: AggregationSpec, partial: AggregationPartial, finisher: Finisher): AnswerObject {
  return finishBuckets(spec, partial, finisher) ?? finishMetric(spec as MetricSpec, partial, finisher.options)
}

/** Renames the aggregations of the answer and of all its buckets. */
function withTypes(specs: AggregationSpecs, answer: AnswerObject): AnswerObject {
  const renamed: AnswerObject = {}
  for (const [name, value] of Object.entries(answer)) {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined
    if (spec === undefined || typeof value !== 'object' || value === null) setMember(renamed, name, value)
    else
      setMember(
        renamed,
        `${typeOf(spec, value as AnswerObject)}#${name}`,
        typedBelow(spec, value as AnswerObject),
      )
  }
  return renamed

  function typedBelow(spec: AggregationSpec, value: AnswerObject): AnswerObject {
    const { buckets } = value
    if (Array.isArray(buckets)) {
      return { ...value, buckets: buckets.map((one: AnswerObject) => withTypes(spec.aggregations, one)) }
    }
    if (typeof buckets !== 'object' || buckets === null) return withTypes(spec.aggregations, value)
    const list = Object.entries(buckets).map(([key, one]) => [
      key,
      withTypes(spec.aggregations, one as AnswerObject),
    ])
    return { ...value, buckets: Object.fromEntries(list) as AnswerObject }
  }
}

const typeNames: Partial<Record<AggregationSpec['kind'], string>> = {
  percentiles: 'tdigest_percentiles',
  percentile_ranks: 'tdigest_percentile_ranks',
  min_bucket: 'bucket_metric_value',
  max_bucket: 'bucket_metric_value',
  avg_bucket: 'simple_value',
  sum_bucket: 'simple_value',
  bucket_script: 'simple_value',
  cumulative_sum: 'simple_value',
  serial_diff: 'simple_value',
  moving_fn: 'simple_value',
}

/** Elasticsearch's internal name of a type. */
function typeOf(spec: AggregationSpec, { buckets }: AnswerObject): string {
  if (spec.kind === 'range') return spec.date ? 'date_range' : 'range'
  if (spec.kind !== 'terms' && spec.kind !== 'significant_terms') return typeNames[spec.kind] ?? spec.kind
  const [first] = Array.isArray(buckets) ? (buckets as AnswerObject[]) : []
  const key = first?.['key']
  const letter = typeof key !== 'number' ? 's' : Number.isInteger(key) ? 'l' : 'd'
  return `${spec.kind === 'terms' ? '' : 'sig'}${letter}terms`
}
