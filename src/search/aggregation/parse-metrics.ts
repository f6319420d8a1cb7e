import type { NumberMetricSpec } from './aggregation-spec.ts'
import type { AggregationParser } from './aggregation-parser.ts'
import type { JsonObject } from './json-object.ts'
import { fieldOf, missingValue } from './parse-fields.ts'
import { sourceFilterOf } from '../source-filter.ts'
import { parseSort } from './parse-sort.ts'

const PERCENTS: readonly number[] = [1, 5, 25, 50, 75, 95, 99]
const HITS_MAX = 100
const PRECISION_MAX = 40_000
const VALUES_MAX = 1000

const numberKinds: readonly NumberMetricSpec['kind'][] = [
  'avg',
  'sum',
  'min',
  'max',
  'value_count',
  'stats',
  'extended_stats',
]

export const metricParsers: ReadonlyMap<string, AggregationParser> = new Map<string, AggregationParser>([
  ...numberKinds.map((kind): [string, AggregationParser] => [
    kind,
    (body, aggregations, meta) => parseNumberMetric(kind, body, aggregations, meta),
  ]),
  ['percentiles', parsePercentiles],
  ['percentile_ranks', parsePercentileRanks],
  [
    'median_absolute_deviation',
    (body, aggregations, meta) => {
      body.number('compression')
      const missing = body.number('missing')
      return { kind: 'median_absolute_deviation', field: fieldOf(body), missing, aggregations, meta }
    },
  ],
  [
    'cardinality',
    (body, aggregations, meta) => {
      body.text('execution_hint')
      body.integer('rehash', 0)
      const threshold = body.integer('precision_threshold', 0) ?? 3000
      return {
        kind: 'cardinality',
        field: fieldOf(body),
        missing: missingValue(body),
        precisionThreshold: Math.min(PRECISION_MAX, threshold),
        aggregations,
        meta,
      }
    },
  ],
  [
    'weighted_avg',
    (body, aggregations, meta) => {
      body.text('format')
      body.text('value_type')
      const side = (key: string) => {
        const part = body.required(key, body.object(key))
        const read = { field: fieldOf(part), missing: part.number('missing') }
        part.end()
        return read
      }
      return { kind: 'weighted_avg', value: side('value'), weight: side('weight'), aggregations, meta }
    },
  ],
  [
    'top_hits',
    (body, aggregations, meta) => ({
      kind: 'top_hits',
      from: body.integer('from', 0, HITS_MAX) ?? 0,
      size: body.integer('size', 0, HITS_MAX) ?? 3,
      sort: parseSort(body.raw('sort'), body.at('sort')),
      source: sourceOf(body),
      aggregations,
      meta,
    }),
  ],
])

function parseNumberMetric(
  kind: NumberMetricSpec['kind'],
  body: JsonObject,
  aggregations: Parameters<AggregationParser>[1],
  meta: Parameters<AggregationParser>[2],
): NumberMetricSpec {
  const raw = body.raw('missing')
  // What a text is replaced by is of no matter where only the number of values counts.
  const missing = kind === 'value_count' ? (raw === undefined ? null : 0) : body.number('missing')
  const sigma = kind === 'extended_stats' ? (body.number('sigma') ?? 2) : 2
  if (sigma < 0) throw body.fail('sigma', `must not be negative, and is ${sigma}`)
  return { kind, field: fieldOf(body), missing, sigma, format: body.text('format'), aggregations, meta }
}

function parsePercentiles(
  ...[body, aggregations, meta]: Parameters<AggregationParser>
): ReturnType<AggregationParser> {
  sketchOptions(body)
  const percents = numbersOf(body, 'percents') ?? PERCENTS
  const wrong = percents.find((percent) => percent < 0 || percent > 100)
  if (wrong !== undefined) throw body.fail('percents', `must be between 0 and 100, and one is ${wrong}`)
  return {
    kind: 'percentiles',
    field: fieldOf(body),
    missing: body.number('missing'),
    percents: [...percents].sort((a, b) => a - b),
    keyed: body.flag('keyed') ?? true,
    aggregations,
    meta,
  }
}

function parsePercentileRanks(
  ...[body, aggregations, meta]: Parameters<AggregationParser>
): ReturnType<AggregationParser> {
  sketchOptions(body)
  const values = body.required('values', numbersOf(body, 'values'))
  return {
    kind: 'percentile_ranks',
    field: fieldOf(body),
    missing: body.number('missing'),
    values: [...values].sort((a, b) => a - b),
    keyed: body.flag('keyed') ?? true,
    aggregations,
    meta,
  }
}

/** How exact Elasticsearch's sketches are to be; ours has one error for all. */
function sketchOptions(body: JsonObject): void {
  const digest = body.object('tdigest')
  digest?.number('compression')
  digest?.text('execution_hint')
  digest?.end()
  const histogram = body.object('hdr')
  histogram?.integer('number_of_significant_value_digits', 0, 5)
  histogram?.end()
  body.text('format')
}

/** Checked here, so that a mistake is told before the search. */
function sourceOf(body: JsonObject): unknown {
  const source = body.raw('_source') ?? null
  sourceFilterOf(source)
  return source
}

function numbersOf(body: JsonObject, key: string): readonly number[] | null {
  const list = body.list(key)
  if (list === null) return null
  const numbers = list.map(Number)
  if (
    numbers.length === 0 ||
    numbers.length > VALUES_MAX ||
    numbers.some((value) => !Number.isFinite(value))
  ) {
    throw body.fail(key, `must be a list of 1 to ${VALUES_MAX} numbers`)
  }
  return numbers
}
