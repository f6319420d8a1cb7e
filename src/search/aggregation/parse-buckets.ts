import type { BucketOrder, KeyedRange, KeyFilter, SignificantTermsSpec } from './aggregation-spec.ts'
import { dateWriter } from './date-output.ts'
import { JsonObject, typeName } from './json-object.ts'
import type { AggregationParseOptions, AggregationParser } from './aggregation-parser.ts'
import { parseComposite } from './parse-composite.ts'
import { dateOf, fieldOf, missingValue, zoneOf } from './parse-fields.ts'
import { checkBounds, parseBounds, parseDateInterval, parseOffset } from './parse-intervals.ts'
import { parseOrder } from './parse-order.ts'

const SIZE_MAX = 1_000_000
const mostFirst: readonly BucketOrder[] = [{ path: '_count', order: 'desc' }]
const ascending: readonly BucketOrder[] = [{ path: '_key', order: 'asc' }]

export const bucketParsers: ReadonlyMap<string, AggregationParser> = new Map<string, AggregationParser>([
  ['terms', parseTerms],
  ['significant_terms', parseSignificantTerms],
  ['histogram', parseHistogram],
  ['date_histogram', parseDateHistogram],
  ['range', (body, aggregations, meta, options) => parseRange(body, aggregations, meta, options, false)],
  ['date_range', (body, aggregations, meta, options) => parseRange(body, aggregations, meta, options, true)],
  [
    'filter',
    (body, aggregations, meta, { parseQuery }) => {
      const query = parseQuery(Object.fromEntries(body.keys.map((key) => [key, body.raw(key)])), body.path)
      return { kind: 'filter', query, aggregations, meta }
    },
  ],
  ['filters', parseFilters],
  ['missing', (body, aggregations, meta) => ({ kind: 'missing', field: fieldOf(body), aggregations, meta })],
  ['global', (_body, aggregations, meta) => ({ kind: 'global', aggregations, meta })],
  ['composite', parseComposite],
])

function parseTerms(
  ...[body, aggregations, meta]: Parameters<AggregationParser>
): ReturnType<AggregationParser> {
  const size = body.integer('size', 1, SIZE_MAX) ?? 10
  const order = parseOrder(body, aggregations, mostFirst)
  const minDocCount = body.integer('min_doc_count', 0) ?? 1
  body.integer('shard_min_doc_count', 0)
  body.text('execution_hint')
  body.text('collect_mode')
  body.text('value_type')
  return {
    kind: 'terms',
    field: fieldOf(body),
    size,
    shardSize: Math.max(size, body.integer('shard_size', 1, SIZE_MAX) ?? Math.ceil(size * 1.5 + 10)),
    minDocCount,
    order,
    include: keyFilterOf(body, 'include'),
    exclude: keyFilterOf(body, 'exclude'),
    missing: missingValue(body),
    showTermDocCountError: body.flag('show_term_doc_count_error') ?? false,
    format: body.text('format'),
    aggregations,
    meta,
  }
}

function parseSignificantTerms(
  ...[body, aggregations, meta, { parseQuery }]: Parameters<AggregationParser>
): ReturnType<AggregationParser> {
  const size = body.integer('size', 1, SIZE_MAX) ?? 10
  const background = body.raw('background_filter')
  let heuristic: SignificantTermsSpec['heuristic'] = 'jlh'
  for (const name of ['jlh', 'percentage'] as const) {
    const options = body.object(name)
    options?.end()
    if (options !== null) heuristic = name
  }
  body.integer('shard_min_doc_count', 0)
  body.text('execution_hint')
  return {
    kind: 'significant_terms',
    field: fieldOf(body),
    size,
    shardSize: Math.max(size, body.integer('shard_size', 1, SIZE_MAX) ?? 2 * Math.ceil(size * 1.5 + 10)),
    minDocCount: body.integer('min_doc_count', 1) ?? 3,
    heuristic,
    include: keyFilterOf(body, 'include'),
    exclude: keyFilterOf(body, 'exclude'),
    background: background === undefined ? null : parseQuery(background, body.at('background_filter')),
    aggregations,
    meta,
  }
}

function keyFilterOf(body: JsonObject, key: 'include' | 'exclude'): KeyFilter | null {
  const value = body.raw(key)
  if (value === undefined) return null
  if (typeof value === 'string') return { kind: 'pattern', pattern: value }
  if (Array.isArray(value)) {
    const values = value.filter((one) => ['string', 'number', 'boolean'].includes(typeof one))
    if (values.length < value.length) throw body.fail(key, 'must be a list of values')
    return { kind: 'values', values: values as (string | number | boolean)[] }
  }
  const parts = body.object(key)
  if (key === 'exclude' || parts === null)
    throw body.fail(key, `must be a pattern or a list, and is ${typeName(value)}`)
  const partitions = parts.required('num_partitions', parts.integer('num_partitions', 1))
  const partition = parts.required('partition', parts.integer('partition', 0, partitions - 1))
  parts.end()
  return { kind: 'partition', partition, partitions }
}

function parseHistogram(
  ...[body, aggregations, meta]: Parameters<AggregationParser>
): ReturnType<AggregationParser> {
  const interval = body.required('interval', body.number('interval'))
  if (interval <= 0) throw body.fail('interval', `must be greater than 0, and is ${interval}`)
  const extendedBounds = parseBounds(body, 'extended_bounds', (bounds, end) => bounds.number(end))
  const hardBounds = parseBounds(body, 'hard_bounds', (bounds, end) => bounds.number(end))
  checkBounds(body, extendedBounds, hardBounds)
  return {
    kind: 'histogram',
    field: fieldOf(body),
    interval,
    offset: body.number('offset') ?? 0,
    minDocCount: body.integer('min_doc_count', 0) ?? 0,
    missing: body.number('missing'),
    keyed: body.flag('keyed') ?? false,
    order: parseOrder(body, aggregations, ascending),
    extendedBounds,
    hardBounds,
    aggregations,
    meta,
  }
}

function parseDateHistogram(
  ...[body, aggregations, meta, options]: Parameters<AggregationParser>
): ReturnType<AggregationParser> {
  const format = body.text('format')
  const zone = zoneOf(body)
  dateWriter(format, zone)
  const bound = (bounds: JsonObject, end: 'min' | 'max'): number | null =>
    dateOf(bounds, end, format, zone, options)
  const extendedBounds = parseBounds(body, 'extended_bounds', bound)
  const hardBounds = parseBounds(body, 'hard_bounds', bound)
  checkBounds(body, extendedBounds, hardBounds)
  return {
    kind: 'date_histogram',
    field: fieldOf(body),
    interval: parseDateInterval(body),
    timeZone: zone,
    offsetMs: parseOffset(body),
    minDocCount: body.integer('min_doc_count', 0) ?? 0,
    missing: dateOf(body, 'missing', format, zone, options),
    keyed: body.flag('keyed') ?? false,
    order: parseOrder(body, aggregations, ascending),
    extendedBounds,
    hardBounds,
    format,
    aggregations,
    meta,
  }
}

function parseRange(
  body: JsonObject,
  aggregations: Parameters<AggregationParser>[1],
  meta: Parameters<AggregationParser>[2],
  options: AggregationParseOptions,
  date: boolean,
): ReturnType<AggregationParser> {
  const format = body.text('format')
  const zone = zoneOf(body)
  if (date) dateWriter(format, zone)
  const list = body.required('ranges', body.list('ranges'))
  if (list.length === 0) throw body.fail('ranges', 'must have at least one range')
  const ranges = list.map((entry, index): KeyedRange => {
    const range = new JsonObject(entry, `${body.at('ranges')}.${index}`)
    const read = (key: string): number | null =>
      date ? dateOf(range, key, format, zone, options) : range.number(key)
    const parsed = { key: range.text('key'), from: read('from'), to: read('to') }
    range.end()
    return parsed
  })
  return {
    kind: 'range',
    date,
    field: fieldOf(body),
    ranges: ranges.sort(
      (a, b) => (a.from ?? -Infinity) - (b.from ?? -Infinity) || (a.to ?? Infinity) - (b.to ?? Infinity) || 0,
    ),
    keyed: body.flag('keyed') ?? false,
    missing: date ? dateOf(body, 'missing', format, zone, options) : body.number('missing'),
    format,
    timeZone: zone,
    aggregations,
    meta,
  }
}

function parseFilters(
  ...[body, aggregations, meta, { parseQuery }]: Parameters<AggregationParser>
): ReturnType<AggregationParser> {
  const value = body.raw('filters')
  const otherKey = body.text('other_bucket_key')
  const other = body.flag('other_bucket') ?? otherKey !== null
  const named = Array.isArray(value) ? null : body.required('filters', body.object('filters'))
  const filters =
    named === null
      ? (body.list('filters') ?? []).map((query, index) => ({
          name: String(index),
          query: parseQuery(query, `${body.at('filters')}.${index}`),
        }))
      : named.keys.map((name) => ({ name, query: parseQuery(named.raw(name), named.at(name)) }))
  if (filters.length === 0) throw body.fail('filters', 'must have at least one filter')
  const keyed = body.flag('keyed') ?? named !== null
  return {
    kind: 'filters',
    filters,
    keyed: keyed && named !== null,
    other: other ? (otherKey ?? '_other_') : null,
    aggregations,
    meta,
  }
}
