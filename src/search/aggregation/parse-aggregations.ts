import { QueryError } from '../budget.ts'
import type { AggregationSpec, AggregationSpecs } from './aggregation-spec.ts'
import type { AggregationParseOptions, AggregationParser } from './aggregation-parser.ts'
import { JsonObject } from './json-object.ts'
import { bucketParsers } from './parse-buckets.ts'
import { metricParsers } from './parse-metrics.ts'
import { isParentPipeline } from './pipeline-kinds.ts'
import { pipelineParsers } from './parse-pipelines.ts'

const parsers: ReadonlyMap<string, AggregationParser> = new Map([
  ...bucketParsers,
  ...metricParsers,
  ...pipelineParsers,
])

/** Aggregations within aggregations; each level multiplies the buckets. */
const DEPTH_MAX = 16
const AGGREGATIONS_MAX = 1000

/** Elasticsearch's `aggs`. Nothing is ignored: what is not known is an error with its path. @throws QueryError */
export function parseAggregations(json: unknown, options: AggregationParseOptions): AggregationSpecs {
  const counted = { left: AGGREGATIONS_MAX }
  const specs = parseLevel(json, 'aggs', options, 1, counted)
  for (const [name, spec] of Object.entries(specs)) {
    if (isParentPipeline(spec)) throw misplaced(`aggs.${name}`, spec.kind)
  }
  return specs
}

function parseLevel(
  json: unknown,
  path: string,
  options: AggregationParseOptions,
  depth: number,
  counted: { left: number },
): AggregationSpecs {
  if (depth > DEPTH_MAX) {
    throw new QueryError('illegal_argument', `[${path}] is nested deeper than ${DEPTH_MAX} aggregations`)
  }
  const level = new JsonObject(json, path)
  return Object.fromEntries(
    level.keys.map((name) => {
      counted.left -= 1
      if (counted.left < 0) {
        throw new QueryError('illegal_argument', `there are more than ${AGGREGATIONS_MAX} aggregations`)
      }
      if (/[[\]>]/.test(name) || name === '') {
        throw new QueryError('parse', `[${level.at(name)}] has an invalid name: it may not contain [, ] or >`)
      }
      return [name, parseOne(new JsonObject(level.raw(name), level.at(name)), options, depth, counted)]
    }),
  )
}

function parseOne(
  object: JsonObject,
  options: AggregationParseOptions,
  depth: number,
  counted: { left: number },
): AggregationSpec {
  const kinds = object.keys.filter((key) => key !== 'aggs' && key !== 'aggregations' && key !== 'meta')
  const [kind] = kinds
  if (kind === undefined) {
    throw new QueryError(
      'parse',
      `[${object.path}] has no type of aggregation, such as terms or date_histogram`,
    )
  }
  if (kinds.length > 1) {
    throw new QueryError('parse', `[${object.path}] has several types of aggregation: ${kinds.join(', ')}`)
  }
  const parser = parsers.get(kind)
  if (parser === undefined) {
    throw new QueryError(
      'unsupported',
      `unknown aggregation type [${kind}] at [${object.at(kind)}]; there are: ${[...parsers.keys()].join(', ')}`,
    )
  }
  const below = ['aggs', 'aggregations'].filter((key) => object.has(key))
  if (below.length > 1) throw new QueryError('parse', `[${object.path}] has both aggs and aggregations`)
  const key = below[0]
  const aggregations =
    key === undefined ? {} : parseLevel(object.raw(key), object.at(key), options, depth + 1, counted)
  const meta = object.object('meta') === null ? null : (object.raw('meta') as Record<string, unknown>)
  const body = object.required(kind, object.object(kind))
  const spec = parser(body, aggregations, meta, options)
  body.end()
  checkBelow(spec, object)
  return spec
}

function checkBelow(spec: AggregationSpec, object: JsonObject): void {
  const isBucket = bucketParsers.has(spec.kind === 'range' && spec.date ? 'date_range' : spec.kind)
  for (const [name, below] of Object.entries(spec.aggregations)) {
    const path = `${object.path}.aggs.${name}`
    if (!isBucket) {
      throw new QueryError(
        'illegal_argument',
        `[${path}] can not be below [${object.path}]: a ${spec.kind} aggregation takes no sub-aggregations`,
      )
    }
    if (below.kind === 'global') {
      throw new QueryError('illegal_argument', `[${path}]: a global aggregation can only be at the top`)
    }
    if (below.kind === 'composite') {
      throw new QueryError('illegal_argument', `[${path}]: a composite aggregation can only be at the top`)
    }
    const ordered = spec.kind === 'histogram' || spec.kind === 'date_histogram'
    if (needsHistogram(below) && !ordered) {
      throw new QueryError(
        'illegal_argument',
        `[${path}]: ${below.kind} can only be below a histogram or date_histogram, and [${object.path}] is ${spec.kind}`,
      )
    }
  }
}

function needsHistogram({ kind }: AggregationSpec): boolean {
  return kind === 'derivative' || kind === 'cumulative_sum' || kind === 'serial_diff' || kind === 'moving_fn'
}

function misplaced(path: string, kind: string): QueryError {
  return new QueryError(
    'illegal_argument',
    `[${path}]: ${kind} must be below an aggregation that makes buckets`,
  )
}
