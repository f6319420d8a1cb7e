import type { AggregationSpec, ParentPipelineSpec } from './aggregation-spec.ts'
import { type AnswerObject, setMember } from './answer.ts'
import { compareNumbers } from './bucket-order.ts'
import { numberAt, numberWithGaps } from './bucket-path.ts'
import { evaluate, parseExpression } from './expression.ts'
import { movingValue } from './moving-functions.ts'
import { isParentPipeline } from './pipeline-kinds.ts'
import { inDependencyOrder } from './pipeline-order.ts'

/** Applies the pipelines below an aggregation to its buckets: adds what they compute, sorts, drops. */
export function applyParents(
  spec: AggregationSpec,
  buckets: readonly AnswerObject[],
): readonly AnswerObject[] {
  let left = buckets
  for (const [name, pipeline] of inDependencyOrder(spec.aggregations)) {
    if (isParentPipeline(pipeline)) left = apply(name, pipeline, left)
  }
  return left
}

function apply(
  name: string,
  pipeline: ParentPipelineSpec,
  buckets: readonly AnswerObject[],
): readonly AnswerObject[] {
  switch (pipeline.kind) {
    case 'derivative':
      derivative(name, pipeline, buckets)
      return buckets
    case 'cumulative_sum':
      cumulativeSum(name, pipeline, buckets)
      return buckets
    case 'serial_diff':
      serialDifference(name, pipeline, buckets)
      return buckets
    case 'moving_fn':
      moving(name, pipeline, buckets)
      return buckets
    case 'bucket_sort':
      return sorted(pipeline, buckets)
    case 'bucket_script':
      script(name, pipeline, buckets)
      return buckets
    case 'bucket_selector':
      return buckets.filter((bucket) => {
        const value = evaluate(parseExpression(pipeline.script, 'script'), variables(pipeline, bucket))
        return value !== 0 && !Number.isNaN(value)
      })
  }
}

/** JSON has no NaN. */
export function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

type Of<K extends ParentPipelineSpec['kind']> = Extract<ParentPipelineSpec, { readonly kind: K }>

function derivative(name: string, pipeline: Of<'derivative'>, buckets: readonly AnswerObject[]): void {
  let before: { readonly value: number; readonly key: number } | null = null
  for (const bucket of buckets) {
    const value = numberWithGaps(bucket, pipeline.path, pipeline.gapPolicy)
    const key = Number(bucket['key'])
    if (before !== null) {
      const change = value - before.value
      const answer: AnswerObject = { value: orNull(change) }
      if (pipeline.unitMs !== null) {
        answer['normalized_value'] = orNull((change * pipeline.unitMs) / (key - before.key))
      }
      setMember(bucket, name, answer)
    }
    before = { value, key }
  }
}

function cumulativeSum(name: string, pipeline: Of<'cumulative_sum'>, buckets: readonly AnswerObject[]): void {
  let sum = 0
  for (const bucket of buckets) {
    const value = numberWithGaps(bucket, pipeline.path, 'insert_zeros')
    if (Number.isFinite(value)) sum += value
    setMember(bucket, name, { value: sum })
  }
}

function serialDifference(name: string, pipeline: Of<'serial_diff'>, buckets: readonly AnswerObject[]): void {
  const values = buckets.map((bucket) => numberWithGaps(bucket, pipeline.path, pipeline.gapPolicy))
  for (const [index, bucket] of buckets.entries()) {
    const value = (values[index] ?? Number.NaN) - (values[index - pipeline.lag] ?? Number.NaN)
    if (!Number.isNaN(value)) setMember(bucket, name, { value })
  }
}

/** The window of a bucket are the values before it; `shift` moves it to the right. Gaps are not part of windows. */
function moving(name: string, pipeline: Of<'moving_fn'>, buckets: readonly AnswerObject[]): void {
  const withValues = buckets
    .map((bucket) => ({ bucket, value: numberWithGaps(bucket, pipeline.path, pipeline.gapPolicy) }))
    .filter(({ value }) => !Number.isNaN(value))
  const values = withValues.map(({ value }) => value)
  for (const [index, { bucket }] of withValues.entries()) {
    const end = Math.max(0, index + pipeline.shift)
    const window = values.slice(Math.max(0, index + pipeline.shift - pipeline.window), end)
    setMember(bucket, name, { value: orNull(movingValue(pipeline.function, window)) })
  }
}

function sorted(pipeline: Of<'bucket_sort'>, buckets: readonly AnswerObject[]): readonly AnswerObject[] {
  const { sort, from, size, gapPolicy } = pipeline
  const end = size === null ? buckets.length : from + size
  if (sort.length === 0) return buckets.slice(from, end)
  const rows = buckets
    .map((bucket) => ({
      bucket,
      values: sort.map(({ path }) =>
        path === '_key' ? numberAt(bucket, '_key') : numberWithGaps(bucket, path, gapPolicy),
      ),
    }))
    // A bucket without any of the values has no place in the order.
    .filter(
      ({ values, bucket }) =>
        values.some((value) => !Number.isNaN(value)) || typeof bucket['key'] === 'string',
    )
  rows.sort((a, b) => {
    for (const [index, { path, order }] of sort.entries()) {
      const [left, right] = [a.bucket['key'], b.bucket['key']]
      const compared =
        path === '_key' && typeof left === 'string' && typeof right === 'string'
          ? (left < right ? -1 : left > right ? 1 : 0) * (order === 'asc' ? 1 : -1)
          : compareNumbers(a.values[index] ?? Number.NaN, b.values[index] ?? Number.NaN, order)
      if (compared !== 0) return compared
    }
    return 0
  })
  return rows.slice(from, end).map(({ bucket }) => bucket)
}

function script(
  name: string,
  pipeline: Of<'bucket_script' | 'bucket_selector'>,
  buckets: readonly AnswerObject[],
): void {
  const expression = parseExpression(pipeline.script, 'script')
  for (const bucket of buckets) {
    const values = variables(pipeline, bucket)
    if (pipeline.gapPolicy !== 'insert_zeros' && Object.values(values).some(Number.isNaN)) continue
    setMember(bucket, name, { value: orNull(evaluate(expression, values)) })
  }
}

function variables(
  { paths, gapPolicy }: Of<'bucket_script' | 'bucket_selector'>,
  bucket: AnswerObject,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(paths).map(([name, path]) => [name, numberWithGaps(bucket, path, gapPolicy)]),
  )
}
