import type { TermBucketPartial } from './aggregation-partial.ts'
import type { BucketOrder, TermsSpec } from './aggregation-spec.ts'
import { metricAt } from './metric-path.ts'
import { compareValues } from './top-hits-order.ts'

/** The order of the buckets of a terms aggregation. */
export function termComparer(spec: TermsSpec): (a: TermBucketPartial, b: TermBucketPartial) => number {
  const byPath = new Map<TermBucketPartial, number[]>()
  const paths = spec.order.filter(({ path }) => path !== '_count' && path !== '_key').map(({ path }) => path)
  // Each value is computed once, as a sub-aggregation's may take a while.
  const valuesOf = (bucket: TermBucketPartial): number[] => {
    let values = byPath.get(bucket)
    if (values === undefined) {
      values = paths.map((path) => metricAt(spec.aggregations, bucket.aggregations, path))
      byPath.set(bucket, values)
    }
    return values
  }
  return (a, b) => {
    let metric = 0
    for (const { path, order } of spec.order) {
      const sign = order === 'asc' ? 1 : -1
      let compared: number
      if (path === '_count') compared = sign * (a.count - b.count)
      else if (path === '_key') compared = sign * compareValues(a.key, b.key)
      else {
        compared = compareNumbers(valuesOf(a)[metric]!, valuesOf(b)[metric]!, order)
        metric += 1
      }
      if (compared !== 0) return compared
    }
    return 0
  }
}

/** Buckets without a value come last, whatever the order. */
export function compareNumbers(a: number, b: number, order: BucketOrder['order']): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
  return order === 'asc' ? a - b : b - a
}
