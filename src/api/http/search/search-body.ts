import type { XStatic } from 'typebox/schema'
import { parseAggregations } from '../../../search/aggregation/parse-aggregations.ts'
import type { EngineRequest, HighlightRequest } from '../../../search/engine/engine-request.ts'
import { dateParsers, defaultDateParsers } from '../../../search/query/date-format.ts'
import { parseDate } from '../../../search/query/date-math.ts'
import { parseQueryDsl } from '../../../search/query/query-dsl.ts'
import { parseQueryString, queryStringOptions } from '../../../search/query/query-string.ts'
import type { Query } from '../../../search/query/query.ts'
import { parseTimeZone, utcZone } from '../../../search/time-zone.ts'
import type { SortKey } from '../../../search/search-request.ts'
import { httpProblem } from '../problem.ts'
import type { searchBody } from '../schemas/search-schemas.ts'

export type SearchBody = XStatic<typeof searchBody>

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 }

/**
 * The search that a body asks for. `now` is what date math counts from.
 * @throws ProblemError INVALID_BODY, QueryError
 */
export function engineRequestOf(body: SearchBody, now: number): EngineRequest {
  const sort = (body.sort ?? []).map(sortKeyOf)
  const { aggregations, postFilter } = body
  return {
    topics: topicsOf(body.topics),
    query: queryOf(body.query, now),
    postFilter: postFilter === undefined ? null : parseQueryDsl(postFilter, { now, timeZone: utcZone }),
    timeRange: { from: timeOf('from', body.from, now), to: timeOf('to', body.to, now) },
    size: body.size ?? 10,
    from: body.offset ?? 0,
    scored: body.scored ?? sort.some(({ field }) => field === '_score'),
    sort,
    after: body.after === undefined ? null : body.after,
    trackTotalHits: totalOf(body.trackTotalHits),
    minScore: body.minScore ?? null,
    aggregations: aggregations === undefined ? {} : parseAggregations(aggregations, aggregationOptions(now)),
    collapse: body.collapse ?? null,
    explain: body.explain ?? false,
    highlight: highlightOf(body.highlight),
    timeoutMs: body.timeout === undefined ? null : timeoutOf(body.timeout),
    freshness: body.freshness ?? 'wait',
    documents: body.documents ?? true,
  }
}

/** Topics as a parameter or a body names them. */
export function topicsOf(topics: unknown): readonly string[] {
  const list =
    typeof topics === 'string' ? topics.split(',') : Array.isArray(topics) ? topics.map(String) : []
  return list.map((topic) => topic.trim()).filter((topic) => topic !== '')
}

/** @throws QueryError */
export function queryOf(query: unknown, now: number): Query {
  if (query === undefined || query === '' || query === '*') return { kind: 'all' }
  if (typeof query === 'string') return parseQueryString(query, queryStringOptions(now, utcZone))
  return parseQueryDsl(query, { now, timeZone: utcZone })
}

function aggregationOptions(now: number): Parameters<typeof parseAggregations>[1] {
  return {
    parseQuery: (json, path) => parseQueryDsl(json, { now, timeZone: utcZone }, path),
    parseDate: (text, format, zone, roundUp) => {
      const parsers = format === null ? defaultDateParsers : dateParsers(format)
      const millis = parseDate(text, { now, zone: parseTimeZone(zone), parsers, roundUp })
      if (millis !== null) return millis
      throw invalid(`"${text}" is no date`)
    },
  }
}

interface SortItem {
  readonly field: string
  readonly order?: 'asc' | 'desc'
  readonly missing?: string | number
  readonly mode?: 'min' | 'max'
}

/** Text is `field`, or `-field` for descending. */
function sortKeyOf(item: unknown): SortKey {
  // The schema lets nothing else through.
  const sort = item as string | SortItem
  if (typeof sort === 'string') {
    const descending = sort.startsWith('-')
    const field = descending ? sort.slice(1) : sort
    return { field, order: descending ? 'desc' : 'asc', missing: 'last', mode: descending ? 'max' : 'min' }
  }
  const { field, order = field === '_score' ? 'desc' : 'asc', missing = 'last' } = sort
  return {
    field,
    order,
    missing: missing === 'first' || missing === 'last' ? missing : { value: missing },
    mode: sort.mode ?? (order === 'asc' ? 'min' : 'max'),
  }
}

function timeOf(name: string, time: string | number | undefined, now: number): number | null {
  if (time === undefined) return null
  if (typeof time === 'number') return time
  const millis = parseDate(time, { now, zone: utcZone, parsers: defaultDateParsers, roundUp: false })
  if (millis !== null) return millis
  throw invalid(
    `${name} is "${time}", which is no time; it takes ISO 8601, milliseconds, or date math such as "now-15m"`,
  )
}

function timeoutOf(timeout: string | number): number {
  if (typeof timeout === 'number') return Math.max(1, timeout)
  const match = /^(\d{1,9})(ms|s|m)$/.exec(timeout)
  const unit = unitsMs[match?.[2] ?? '']
  if (match !== null && unit !== undefined) return Math.max(1, Number(match[1]) * unit)
  throw invalid(`timeout is "${timeout}"; it takes milliseconds, or a text such as "5s"`)
}

function totalOf(track: SearchBody['trackTotalHits']): number {
  if (track === undefined) return 10_000
  if (track === true) return Number.MAX_SAFE_INTEGER
  return track === false ? 0 : Math.max(0, track)
}

function highlightOf(highlight: SearchBody['highlight']): HighlightRequest | null {
  if (highlight === undefined || highlight === false) return null
  return highlight === true ? { fields: { '*': {} } } : (highlight as HighlightRequest)
}

function invalid(detail: string): Error {
  return httpProblem('INVALID_BODY', detail)
}
