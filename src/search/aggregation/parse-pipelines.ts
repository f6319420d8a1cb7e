import type { AggregationParser } from './aggregation-parser.ts'
import type { AggregationSpec, GapPolicy, MovingFunction, SiblingPipelineSpec } from './aggregation-spec.ts'
import { parseExpression } from './expression.ts'
import type { JsonObject } from './json-object.ts'
import { durationMs } from './parse-intervals.ts'
import { parseSort } from './parse-sort.ts'

type Arguments = Parameters<AggregationParser>

const WINDOW_MAX = 10_000

const siblings: readonly SiblingPipelineSpec['kind'][] = [
  'avg_bucket',
  'sum_bucket',
  'min_bucket',
  'max_bucket',
  'stats_bucket',
]

export const pipelineParsers: ReadonlyMap<string, AggregationParser> = new Map<string, AggregationParser>([
  ['derivative', parseDerivative],
  [
    'cumulative_sum',
    (body, aggregations, meta) => {
      body.text('format')
      return { kind: 'cumulative_sum', path: pathOf(body), aggregations, meta }
    },
  ],
  [
    'serial_diff',
    (body, aggregations, meta) => {
      body.text('format')
      const lag = body.integer('lag', 1, WINDOW_MAX) ?? 1
      return {
        kind: 'serial_diff',
        path: pathOf(body),
        gapPolicy: gapPolicyOf(body),
        lag,
        aggregations,
        meta,
      }
    },
  ],
  ['moving_fn', parseMovingFunction],
  ['moving_avg', parseMovingAverage],
  ['bucket_sort', parseBucketSort],
  ['bucket_script', (...given) => parseBucketScript('bucket_script', ...given)],
  ['bucket_selector', (...given) => parseBucketScript('bucket_selector', ...given)],
  ...siblings.map((kind): [string, AggregationParser] => [
    kind,
    (body, aggregations, meta) => {
      body.text('format')
      return { kind, path: pathOf(body), gapPolicy: gapPolicyOf(body), aggregations, meta }
    },
  ]),
])

function pathOf(body: JsonObject): string {
  const value = body.raw('buckets_path')
  if (Array.isArray(value) && value.length === 1 && typeof value[0] === 'string') return value[0]
  return body.required('buckets_path', body.text('buckets_path'))
}

function gapPolicyOf(body: JsonObject): GapPolicy {
  return body.choice('gap_policy', ['skip', 'insert_zeros', 'keep_values']) ?? 'skip'
}

function parseDerivative(...[body, aggregations, meta]: Arguments): AggregationSpec {
  const unit = body.text('unit')
  const calendar: Readonly<Record<string, number>> = {
    second: 1000,
    minute: 60_000,
    hour: 3_600_000,
    day: 86_400_000,
    week: 604_800_000,
  }
  const unitMs =
    unit === null ? null : Object.hasOwn(calendar, unit) ? (calendar[unit] ?? null) : durationMs(unit)
  if (unit !== null && (unitMs === null || unitMs <= 0)) {
    throw body.fail('unit', `must be a duration as 1d, and is "${unit}"`)
  }
  body.text('format')
  return { kind: 'derivative', path: pathOf(body), gapPolicy: gapPolicyOf(body), unitMs, aggregations, meta }
}

const movingNames: readonly MovingFunction['name'][] = [
  'max',
  'min',
  'sum',
  'stdDev',
  'unweightedAvg',
  'linearWeightedAvg',
  'ewma',
]

/** The script is one of Elasticsearch's prepared functions; there is no engine for others. */
function parseMovingFunction(...[body, aggregations, meta]: Arguments): AggregationSpec {
  const script = scriptOf(body)
  const match = /^\s*(?:return\s+)?MovingFunctions\.(\w+)\(\s*values\s*(?:,\s*([^)]*))?\)\s*;?\s*$/.exec(
    // The standard deviation is told the average, which it then has.
    script.replace(/,\s*MovingFunctions\.unweightedAvg\(\s*values\s*\)/, ''),
  )
  const name = movingNames.find((one) => one === match?.[1])
  const alpha = name === 'ewma' ? Number(match?.[2] ?? '0.3') : 0.3
  if (name === undefined || !(alpha >= 0 && alpha <= 1)) {
    throw body.fail(
      'script',
      `must be ${movingNames.map((one) => `MovingFunctions.${one}(values)`).join(', ')} (ewma with an alpha from 0 to 1), and is "${script}"`,
    )
  }
  body.text('format')
  return {
    kind: 'moving_fn',
    path: pathOf(body),
    gapPolicy: gapPolicyOf(body),
    window: body.required('window', body.integer('window', 1, WINDOW_MAX)),
    shift: body.integer('shift', -WINDOW_MAX, WINDOW_MAX) ?? 0,
    function: { name, alpha },
    aggregations,
    meta,
  }
}

/** What moving_fn was before Elasticsearch 7; its window includes the bucket itself. */
function parseMovingAverage(...[body, aggregations, meta]: Arguments): AggregationSpec {
  const model = body.choice('model', ['simple', 'linear', 'ewma']) ?? 'simple'
  const settings = body.object('settings')
  const alpha = settings?.number('alpha') ?? 0.3
  settings?.end()
  body.text('format')
  const name = ({ simple: 'unweightedAvg', linear: 'linearWeightedAvg', ewma: 'ewma' } as const)[model]
  return {
    kind: 'moving_fn',
    path: pathOf(body),
    gapPolicy: gapPolicyOf(body),
    window: body.integer('window', 1, WINDOW_MAX) ?? 5,
    shift: 1,
    function: { name, alpha },
    aggregations,
    meta,
  }
}

function parseBucketSort(...[body, aggregations, meta]: Arguments): AggregationSpec {
  const sort = parseSort(body.raw('sort'), body.at('sort'))
  return {
    kind: 'bucket_sort',
    sort: sort.map(({ field, order }) => ({ path: field, order })),
    from: body.integer('from', 0) ?? 0,
    size: body.integer('size', 1),
    gapPolicy: gapPolicyOf(body),
    aggregations,
    meta,
  }
}

function parseBucketScript(
  kind: 'bucket_script' | 'bucket_selector',
  ...[body, aggregations, meta]: Arguments
): AggregationSpec {
  const value = body.raw('buckets_path')
  const named = typeof value === 'string' ? null : body.required('buckets_path', body.object('buckets_path'))
  const paths =
    named === null
      ? { _value: pathOf(body) }
      : Object.fromEntries(named.keys.map((name) => [name, named.required(name, named.text(name))]))
  const script = scriptOf(body)
  parseExpression(script, body.at('script'))
  body.text('format')
  return { kind, paths, script, gapPolicy: gapPolicyOf(body), aggregations, meta }
}

function scriptOf(body: JsonObject): string {
  if (typeof body.raw('script') === 'string') return body.text('script') ?? ''
  const script = body.required('script', body.object('script'))
  const source = script.required('source', script.text('source'))
  script.choice('lang', ['painless', 'expression'])
  script.end()
  return source
}
