import { parseAggregations } from '../../../search/aggregation/parse-aggregations.ts'
import { JsonObject } from '../../../search/aggregation/json-object.ts'
import { durationMs } from '../../../search/aggregation/parse-intervals.ts'
import { parseSort } from '../../../search/aggregation/parse-sort.ts'
import { QueryError } from '../../../search/budget.ts'
import type { EngineRequest, HighlightRequest } from '../../../search/engine/engine-request.ts'
import { dateParsers, defaultDateParsers } from '../../../search/query/date-format.ts'
import { parseDate } from '../../../search/query/date-math.ts'
import { parseHitId } from '../../../search/query/hit-id.ts'
import { parseQueryDsl } from '../../../search/query/query-dsl.ts'
import type { Query } from '../../../search/query/query.ts'
import { parseTimeZone, utcZone } from '../../../search/time-zone.ts'
import type { SortKey, SortValue } from '../../../search/search-request.ts'
import { cursorOf } from './cursor.ts'
import { illegalArgument } from './elastic-error.ts'
import type { ElasticParameters } from './elastic-parameters.ts'
import { type SourceFilter, sourceFilterOf } from '../../../search/source-filter.ts'

/** A search of Elasticsearch's: what the engine is to do, and how the answer is to look. */
export interface ElasticSearch {
  readonly request: EngineRequest
  readonly source: SourceFilter
  /** Patterns of fields whose values each hit shows beside its source. */
  readonly fields: readonly string[]
  readonly pit: string | null
  readonly totalAsNumber: boolean
  /** False leaves the total out. */
  readonly totalShown: boolean
  readonly sorted: boolean
  readonly version: boolean
  readonly sequence: boolean
}

const TOTAL_DEFAULT = 10_000

/** Members of a body that are taken when they ask for nothing. */
const emptyOnly = [
  'runtime_mappings',
  'script_fields',
  'rescore',
  'suggest',
  'indices_boost',
  'ext',
  'stats',
  'knn',
]

/** @throws QueryError, ElasticError */
export function elasticSearchOf(
  topics: readonly string[],
  json: Readonly<Record<string, unknown>>,
  parameters: ElasticParameters,
  now: number,
): ElasticSearch {
  const body = new JsonObject(json, '')
  const sort = sortOf(body, parameters)
  const query = queryOf(body, parameters, now)
  const scored = sort.length === 0 ? query.kind !== 'all' : sort.some(({ field }) => field === '_score')
  const pit = pitOf(body)
  const total = totalOf(body, parameters)
  const aggregations = body.raw('aggs') ?? body.raw('aggregations')
  const postFilter = body.raw('post_filter')
  const search: ElasticSearch = {
    request: {
      topics: pit === null ? topics : [...new Set(pit.offsets.map(({ topic }) => topic))],
      query,
      postFilter: postFilter === undefined ? null : parseQueryDsl(postFilter, scope(now), 'post_filter'),
      size: count('size', parameters.number('size') ?? body.number('size') ?? 10),
      from: count('from', parameters.number('from') ?? body.number('from') ?? 0),
      scored: scored || body.flag('track_scores') === true,
      sort,
      after: afterOf(body, sort.length),
      trackTotalHits: total,
      minScore: body.number('min_score'),
      aggregations: aggregations === undefined ? {} : parseAggregations(aggregations, aggregationScope(now)),
      typedKeys: parameters.flag('typed_keys'),
      collapse: collapseOf(body),
      explain: parameters.flag('explain') || body.flag('explain') === true,
      highlight: body.object('highlight') === null ? null : (body.raw('highlight') as HighlightRequest),
      timeoutMs: timeoutOf(body, parameters),
      freshness: pit === null ? 'wait' : 'any',
      offsets: pit?.offsets ?? null,
    },
    source: sourceOf(body, parameters),
    fields: fieldsOf(body, parameters),
    pit: pit?.id ?? null,
    totalAsNumber: parameters.flag('rest_total_hits_as_int'),
    totalShown: total > 0,
    sorted: sort.length > 0,
    version: parameters.flag('version') || body.flag('version') === true,
    sequence: parameters.flag('seq_no_primary_term') || body.flag('seq_no_primary_term') === true,
  }
  checkEmpty(body)
  body.end()
  return search
}

function scope(now: number): Parameters<typeof parseQueryDsl>[1] {
  return { now, timeZone: utcZone }
}

function aggregationScope(now: number): Parameters<typeof parseAggregations>[1] {
  return {
    parseQuery: (json, path) => parseQueryDsl(json, scope(now), path),
    parseDate: (text, format, zone, roundUp) => {
      const parsers = format === null ? defaultDateParsers : dateParsers(format)
      const millis = parseDate(text, { now, zone: parseTimeZone(zone), parsers, roundUp })
      if (millis !== null) return millis
      throw new QueryError(
        'parse',
        `failed to parse date field [${text}] with format [${format ?? 'strict_date_optional_time'}]`,
      )
    },
  }
}

/** The query of the body, or the string of `q` with the parameters that belong to it. */
export function queryOf(body: JsonObject, parameters: ElasticParameters, now: number): Query {
  const text = parameters.text('q')
  const fields = parameters.text('df')
  const operator = parameters.text('default_operator')
  const analyzer = parameters.text('analyzer')
  const query = body.raw('query')
  if (text === null) return query === undefined ? { kind: 'all' } : parseQueryDsl(query, scope(now))
  const clause = {
    query: text,
    ...(fields === null ? {} : { default_field: fields }),
    ...(operator === null ? {} : { default_operator: operator }),
    ...(analyzer === null ? {} : { analyzer }),
    ...(parameters.flag('lenient') ? { lenient: true } : {}),
  }
  return parseQueryDsl({ query_string: clause }, scope(now), 'q')
}

function count(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 0) return value
  throw illegalArgument(`[${name}] parameter cannot be negative, found [${value}]`)
}

function sortOf(body: JsonObject, parameters: ElasticParameters): readonly SortKey[] {
  const text = parameters.list('sort')
  const keys = text === null ? parseSort(body.raw('sort'), 'sort') : parseSort(text, 'sort')
  return keys.map((key) => (key.field === '_shard_doc' ? { ...key, field: '_doc' } : key))
}

/** Values of the last hit; one of ours may end with the hit's id, which tells hits of equal values apart. */
function afterOf(body: JsonObject, keys: number): readonly SortValue[] | null {
  const list = body.list('search_after')
  if (list === null) return null
  const last = list.at(-1)
  const place = typeof last === 'string' ? parseHitId(last) : null
  const values = (place === null ? list : list.slice(0, -1)) as readonly SortValue[]
  if (values.some((value) => typeof value === 'object' && value !== null)) {
    throw body.fail('search_after', 'must be a list of values')
  }
  if (keys === 0 && place === null) throw illegalArgument('Sort must contain at least one field.')
  if (values.length !== Math.max(1, keys))
    throw illegalArgument(`search_after has ${values.length} value(s) but sort has ${keys}.`)
  return place === null ? values : [...values, place.topic, place.partition, place.offset]
}

function totalOf(body: JsonObject, parameters: ElasticParameters): number {
  const text = parameters.text('track_total_hits')
  const value = text ?? body.raw('track_total_hits')
  if (value === undefined) return TOTAL_DEFAULT
  if (value === true || value === 'true') return Number.MAX_SAFE_INTEGER
  if (value === false || value === 'false') return 0
  const number = Number(value)
  if (Number.isInteger(number) && number >= -1) return number === -1 ? Number.MAX_SAFE_INTEGER : number
  throw illegalArgument(
    `[track_total_hits] must be true, false or a number, and is [${text ?? JSON.stringify(value)}]`,
  )
}

function pitOf(body: JsonObject): (ReturnType<typeof cursorOf<'pit'>> & { readonly id: string }) | null {
  const pit = body.object('pit')
  if (pit === null) return null
  const id = pit.required('id', pit.text('id'))
  pit.raw('keep_alive')
  pit.end()
  return { ...cursorOf(id, 'pit'), id }
}

function collapseOf(body: JsonObject): string | null {
  const collapse = body.object('collapse')
  if (collapse === null) return null
  const field = collapse.required('field', collapse.text('field'))
  collapse.end()
  return field
}

function timeoutOf(body: JsonObject, parameters: ElasticParameters): number | null {
  const text = parameters.text('timeout') ?? body.text('timeout')
  if (text === null || text === '-1') return null
  const ms = durationMs(text)
  if (ms === null || ms <= 0)
    throw illegalArgument(`failed to parse setting [timeout] with value [${text}] as a time value`)
  return ms
}

function sourceOf(body: JsonObject, parameters: ElasticParameters): SourceFilter {
  const source = sourceFilterOf(parameters.text('_source') ?? body.raw('_source'))
  const includes = parameters.list('_source_includes')
  const excludes = parameters.list('_source_excludes')
  return { ...source, includes: includes ?? source.includes, excludes: excludes ?? source.excludes }
}

/** `fields`, `docvalue_fields` and `stored_fields` are one to us: names, or objects with a `field`. */
function fieldsOf(body: JsonObject, parameters: ElasticParameters): readonly string[] {
  const asked = ['docvalue_fields', 'stored_fields'].flatMap((name) => parameters.list(name) ?? [])
  for (const name of ['fields', 'docvalue_fields', 'stored_fields']) {
    const raw = body.raw(name)
    const list: readonly unknown[] = raw === undefined ? [] : Array.isArray(raw) ? raw : [raw]
    for (const entry of list) {
      if (typeof entry === 'string') asked.push(entry)
      else {
        const object = new JsonObject(entry, name)
        asked.push(object.required('field', object.text('field')))
        object.text('format')
        object.end()
      }
    }
  }
  return asked.filter((name) => name !== '_none_' && name !== '_source')
}

function checkEmpty(body: JsonObject): void {
  for (const name of emptyOnly) {
    const value = body.raw(name)
    if (
      value === undefined ||
      (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
    )
      continue
    throw body.fail(name, 'is not supported')
  }
  if (body.flag('profile') === true) throw body.fail('profile', 'is not supported')
  if ((body.number('terminate_after') ?? 0) > 0) throw body.fail('terminate_after', 'is not supported')
}
