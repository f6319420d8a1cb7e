import { type AnswerObject, bucketsOf, javaDouble } from './answer.ts'
import type { GapPolicy } from './aggregation-spec.ts'

/** The number that a `buckets_path` means in a bucket of an answer; NaN where there is none. */
export function numberAt(bucket: AnswerObject, path: string): number {
  let found: unknown = bucket
  const steps = path.split('>').map((step) => step.trim())
  for (const [index, step] of steps.entries()) {
    if (typeof found !== 'object' || found === null) return Number.NaN
    const last = index === steps.length - 1
    if (last && step === '_count') return numberOf((found as AnswerObject)['doc_count'])
    if (last && step === '_bucket_count') return bucketsOf(found)?.length ?? Number.NaN
    if (last && step === '_key') return numberOf((found as AnswerObject)['key'])
    if (last && step === '_value') return numberOf((found as AnswerObject)['value'])
    found = last ? numberIn(found as AnswerObject, step) : member(found as AnswerObject, step)
  }
  return numberOf(found)
}

/** A name, or a name with a key of one of its buckets: `by_type['hat']`. */
function member(object: AnswerObject, step: string): unknown {
  const match = /^(.+)\['(.*)'\]$/.exec(step)
  if (match === null) return Object.hasOwn(object, step) ? object[step] : undefined
  const aggregation = own(object, match[1] ?? '')
  const key = match[2] ?? ''
  const { buckets } = (aggregation ?? {}) as { buckets?: unknown }
  if (Array.isArray(buckets)) {
    return (buckets as AnswerObject[]).find(
      (one) => String(one['key']) === key || one['key_as_string'] === key,
    )
  }
  return typeof buckets === 'object' && buckets !== null ? own(buckets as AnswerObject, key) : undefined
}

function own(object: AnswerObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/** The metric of a step: `avg_price`, `stats.max`, `p[99.9]`, `p.99`, `hist._bucket_count`. */
function numberIn(object: AnswerObject, step: string): unknown {
  const whole = own(object, step)
  if (whole !== undefined) return valueOf(whole)
  const match = /^([^.[\]]+)(?:\.(.+)|\[([^']+)\])$/.exec(step)
  if (match === null) return valueOf(member(object, step))
  const metric = own(object, match[1] ?? '')
  const property = match[2] ?? match[3] ?? ''
  if (typeof metric !== 'object' || metric === null) return undefined
  if (property === '_count') return (metric as AnswerObject)['doc_count']
  if (property === '_bucket_count') return bucketsOf(metric)?.length
  const { values } = metric as { values?: unknown }
  if (Array.isArray(values)) {
    return (values as AnswerObject[]).find((one) => one['key'] === Number(property))?.['value']
  }
  if (typeof values === 'object' && values !== null) {
    return own(values as AnswerObject, javaDouble(Number(property))) ?? own(values as AnswerObject, property)
  }
  const dotted = property.split('.')
  let found: unknown = metric
  for (const name of dotted) {
    found = typeof found === 'object' && found !== null ? own(found as AnswerObject, name) : undefined
  }
  return found
}

/** The only number of a metric, or the count of a single bucket. */
function valueOf(aggregation: unknown): unknown {
  if (typeof aggregation !== 'object' || aggregation === null) return undefined
  const object = aggregation as AnswerObject
  return 'value' in object ? object['value'] : object['doc_count']
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN
}

/** A number of a bucket, where an empty bucket or one without the number is a gap; NaN says that the bucket is to be passed over. */
export function numberWithGaps(bucket: AnswerObject, path: string, policy: GapPolicy): number {
  const value = numberAt(bucket, path)
  const isCount = path === '_count' || path.endsWith('>_count') || path.endsWith('._count')
  const empty = bucket['doc_count'] === 0 && !isCount
  switch (policy) {
    case 'insert_zeros':
      return empty || Number.isNaN(value) ? 0 : value
    case 'skip':
      return empty ? Number.NaN : value
    case 'keep_values':
      return value
  }
}
