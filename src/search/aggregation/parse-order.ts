import type { AggregationSpecs, BucketOrder } from './aggregation-spec.ts'
import { JsonObject } from './json-object.ts'
import { parseMetricPath } from './metric-path.ts'

const byKey: BucketOrder = { path: '_key', order: 'asc' }

/** `order` of terms and histograms: `{path: "asc"}` or a list of such. Ends with the key, so that no two buckets are equal. */
export function parseOrder(
  body: JsonObject,
  aggregations: AggregationSpecs,
  otherwise: readonly BucketOrder[],
): readonly BucketOrder[] {
  const value = body.raw('order')
  const list: readonly unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value]
  const orders = list.flatMap((entry) => parseEntry(entry, body, aggregations))
  const used = orders.length === 0 ? otherwise : orders
  return used.some(({ path }) => path === '_key') ? used : [...used, byKey]
}

function parseEntry(
  entry: unknown,
  body: JsonObject,
  aggregations: AggregationSpecs,
): readonly BucketOrder[] {
  const object = new JsonObject(entry, body.at('order'))
  return object.keys.map((path): BucketOrder => {
    const order = object.required(path, object.choice<'asc' | 'desc'>(path, ['asc', 'desc']))
    const plain = path === '_term' || path === '_time' ? '_key' : path
    if (plain !== '_count' && plain !== '_key') checkPath(plain, object, aggregations)
    return { path: plain, order }
  })
}

function checkPath(path: string, object: JsonObject, aggregations: AggregationSpecs): void {
  let below = aggregations
  for (const name of parseMetricPath(path).names) {
    const spec = Object.hasOwn(below, name) ? below[name] : undefined
    if (spec === undefined) {
      const known = Object.keys(below).join(', ')
      throw object.fail(
        path,
        `orders by [${name}], which is no aggregation below it${known && `; there are: ${known}`}`,
      )
    }
    below = spec.aggregations
  }
}
