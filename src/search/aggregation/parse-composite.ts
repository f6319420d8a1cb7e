import type { CompositeSource, CompositeValue } from './aggregation-spec.ts'
import { dateWriter } from './date-output.ts'
import { JsonObject, typeName } from './json-object.ts'
import type { AggregationParseOptions, AggregationParser } from './aggregation-parser.ts'
import { fieldOf, zoneOf } from './parse-fields.ts'
import { parseDateInterval, parseOffset } from './parse-intervals.ts'

const PAGE_MAX = 65_536
const SOURCES_MAX = 32

export function parseComposite(
  ...[body, aggregations, meta, options]: Parameters<AggregationParser>
): ReturnType<AggregationParser> {
  const list = body.required('sources', body.list('sources'))
  if (list.length === 0 || list.length > SOURCES_MAX) {
    throw body.fail('sources', `must have 1 to ${SOURCES_MAX} sources, and has ${list.length}`)
  }
  const sources = list.map((entry, index) =>
    parseSource(new JsonObject(entry, `${body.at('sources')}.${index}`)),
  )
  const names = new Set(sources.map(({ name }) => name))
  if (names.size < sources.length) throw body.fail('sources', 'has two sources of the same name')
  const after = body.object('after')
  const values = after === null ? null : sources.map((source) => afterValue(source, after, options))
  after?.end()
  const size = body.integer('size', 1, PAGE_MAX) ?? 10
  return { kind: 'composite', size, sources, after: values, aggregations, meta }
}

function parseSource(entry: JsonObject): CompositeSource {
  const [name, another] = entry.keys
  if (name === undefined || another !== undefined) {
    throw entry.fail('', 'must have one member: the name of the source')
  }
  const outer = entry.required(name, entry.object(name))
  const [kind, second] = outer.keys
  if (kind === undefined || second !== undefined) {
    throw outer.fail('', 'must have one member: terms, histogram or date_histogram')
  }
  const body = outer.required(kind, outer.object(kind))
  const common = {
    name,
    field: fieldOf(body),
    order: body.choice('order', ['asc', 'desc']) ?? ('asc' as const),
    missingBucket: body.flag('missing_bucket') ?? false,
  }
  const missing = body.choice('missing_order', ['default', 'first', 'last']) ?? 'default'
  // By default a missing value is below all others.
  const missingFirst = missing === 'default' ? common.order === 'asc' : missing === 'first'
  const source = sourceOf(kind, { ...common, missingFirst }, body, outer)
  body.end()
  return source
}

function sourceOf(
  kind: string,
  common: Pick<CompositeSource, 'name' | 'field' | 'order' | 'missingBucket' | 'missingFirst'>,
  body: JsonObject,
  outer: JsonObject,
): CompositeSource {
  switch (kind) {
    case 'terms':
      return { ...common, kind }
    case 'histogram': {
      const interval = body.required('interval', body.number('interval'))
      if (interval <= 0) throw body.fail('interval', `must be greater than 0, and is ${interval}`)
      return { ...common, kind, interval }
    }
    case 'date_histogram': {
      const format = body.text('format')
      const timeZone = zoneOf(body)
      dateWriter(format, timeZone)
      const interval = parseDateInterval(body)
      return { ...common, kind, interval, timeZone, offsetMs: parseOffset(body), format }
    }
    default:
      throw outer.fail(kind, 'is no source; there are terms, histogram and date_histogram')
  }
}

/** A value of `after`, as the answer before wrote it into `after_key`. */
function afterValue(
  source: CompositeSource,
  after: JsonObject,
  { parseDate }: AggregationParseOptions,
): CompositeValue {
  const value = after.raw(source.name)
  if (value === undefined) {
    if (source.missingBucket) return null
    throw after.fail(source.name, 'is missing: each source needs its value')
  }
  if (source.kind === 'date_histogram' && typeof value === 'string') {
    return parseDate(value, source.format, source.timeZone, false)
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  throw after.fail(source.name, `must be a value, and is ${typeName(value)}`)
}
