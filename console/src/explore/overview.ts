import { type DateBucket, search, type SearchAnswer, type SortKey } from '../api/search.ts'
import { bucketsOf, type FixedSearch, PAGE_ROWS, RowSource, timeOrder } from './row-source.ts'
import { intervalFor, type ResolvedRange } from './time-range.ts'

/** A search as the page asks for it; an open start is found out first. */
export interface RequestedSearch {
  readonly query: string
  readonly topics: readonly string[]
  readonly range: ResolvedRange
  readonly sort: readonly SortKey[]
}

export interface Overview {
  readonly fixed: FixedSearch
  readonly answer: SearchAnswer
  readonly buckets: readonly DateBucket[]
  readonly interval: number
  readonly rows: RowSource
}

const BARS = 90

export function sortKeys(sort: string): readonly SortKey[] {
  if (sort === '') return [{ field: '_timestamp', order: 'desc' }]
  if (sort === '_score') return [{ field: '_score', order: 'desc' }]
  return sort.startsWith('-') ? [{ field: sort.slice(1), order: 'desc' }] : [{ field: sort, order: 'asc' }]
}

/** The first rows, the histogram and the counts of a search. */
export async function overview(requested: RequestedSearch, signal: AbortSignal): Promise<Overview> {
  const { query, topics, sort } = requested
  const { from, to } = await bounds(requested, signal)
  const fixed = { query, topics, from, to, sort }
  const interval = intervalFor(Math.max(1, to - from), BARS)
  const histogram = {
    date_histogram: { field: '_timestamp', fixed_interval: `${interval}ms`, min_doc_count: 1 },
  }
  const scored = sort.some(({ field }) => field === '_score')
  const answer = await search(
    { ...fixed, scored, size: PAGE_ROWS, trackTotalHits: true, aggregations: { histogram } },
    signal,
  )
  const buckets = bucketsOf(answer.aggregations?.['histogram'])
  return { fixed, answer, buckets, interval, rows: new RowSource(fixed, answer, buckets, interval) }
}

async function bounds(
  { query, topics, range }: RequestedSearch,
  signal: AbortSignal,
): Promise<{ from: number; to: number }> {
  if (range.from !== null && range.to !== null) return { from: range.from, to: range.to }
  const answer = await search(
    {
      query,
      topics,
      size: 0,
      ...(range.from !== null && { from: range.from }),
      ...(range.to !== null && { to: range.to }),
      aggregations: { first: { min: { field: '_timestamp' } }, last: { max: { field: '_timestamp' } } },
    },
    signal,
  )
  const to = range.to ?? (valueOf(answer.aggregations?.['last']) ?? 0) + 1
  const from = range.from ?? valueOf(answer.aggregations?.['first']) ?? to - 1
  return { from, to: Math.max(to, from + 1) }
}

function valueOf(aggregation: unknown): number | null {
  const { value } = (aggregation ?? {}) as { readonly value?: number | null }
  return typeof value === 'number' ? value : null
}

/** How many records match at any time: told when there are none in the range. */
export async function countEver(
  query: string,
  topics: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  return (await search({ query, topics, size: 0, trackTotalHits: true }, signal)).total.value
}

export function isNewestFirst(sort: string): boolean {
  return timeOrder(sortKeys(sort)) === 'desc'
}
