import type { AggregationSpecs, SiblingPipelineSpec } from './aggregation-spec.ts'
import { type AnswerObject, bucketsOf, javaDouble, setMember } from './answer.ts'
import { numberWithGaps } from './bucket-path.ts'
import { orNull } from './parent-pipelines.ts'
import { isSiblingPipeline } from './pipeline-kinds.ts'
import { inDependencyOrder } from './pipeline-order.ts'

/** Adds the pipelines that stand beside the aggregation whose buckets they read. */
export function addSiblings(specs: AggregationSpecs, answer: AnswerObject): void {
  for (const [name, spec] of inDependencyOrder(specs)) {
    if (!isSiblingPipeline(spec)) continue
    const value = summary(spec, specs, answer)
    setMember(answer, name, spec.meta === null ? value : { meta: spec.meta, ...value })
  }
}

function summary(spec: SiblingPipelineSpec, specs: AggregationSpecs, answer: AnswerObject): AnswerObject {
  const [name = '', ...rest] = spec.path.split('>').map((step) => step.trim())
  const buckets = (Object.hasOwn(answer, name) ? bucketsOf(answer[name]) : null) ?? []
  const fractions = Object.hasOwn(specs, name) && specs[name]?.kind === 'histogram'
  const rows = buckets
    .map((bucket) => ({
      key: nameOf(bucket, fractions),
      value: numberWithGaps(bucket, rest.join('>'), spec.gapPolicy),
    }))
    .filter(({ value }) => !Number.isNaN(value))
  const values = rows.map(({ value }) => value)
  const sum = values.reduce((total, value) => total + value, 0)
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity)
  const least = values.reduce((a, b) => Math.min(a, b), Infinity)
  const keysOf = (wanted: number): string[] =>
    rows.filter(({ value }) => value === wanted).map(({ key }) => key)
  switch (spec.kind) {
    case 'avg_bucket':
      return { value: orNull(sum / values.length) }
    case 'sum_bucket':
      return { value: sum }
    case 'max_bucket':
      return { value: orNull(most), keys: keysOf(most) }
    case 'min_bucket':
      return { value: orNull(least), keys: keysOf(least) }
    case 'stats_bucket':
      return {
        count: values.length,
        min: orNull(least),
        max: orNull(most),
        avg: orNull(sum / values.length),
        sum,
      }
  }
}

/** The key of a bucket as text; those of a histogram are doubles, also when they are whole. */
function nameOf(bucket: AnswerObject, fractions: boolean): string {
  const name = bucket['key_as_string'] ?? bucket['key']
  if (fractions && typeof name === 'number') return javaDouble(name)
  return typeof name === 'string' || typeof name === 'number' ? String(name) : JSON.stringify(name ?? '')
}
