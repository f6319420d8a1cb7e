import type { AggregationPartials } from '../aggregation/aggregation-partial.ts'
import type { SearchPartial, SearchRequest, SortValue } from '../search-request.ts'
import { compareHits, sortKeys } from './hit-order.ts'

/** What one worker with all the data would have answered. */
export function mergePartials(
  request: SearchRequest,
  partials: readonly SearchPartial[],
  mergeAggregations: (a: AggregationPartials, b: AggregationPartials) => AggregationPartials,
): SearchPartial {
  const keys = sortKeys(request)
  const total = partials.reduce((sum, partial) => sum + partial.total, 0)
  const scores = partials.flatMap(({ maxScore }) => (maxScore === null ? [] : [maxScore]))
  const hits = partials.flatMap((partial) => partial.hits).sort((a, b) => compareHits(keys, a, b))
  const groups = new Set<SortValue>()
  const distinct =
    request.collapse === null ? hits : hits.filter(({ group }) => !groups.has(group) && groups.add(group))
  const [first, ...others] = partials.map((partial) => partial.aggregations)
  return {
    total,
    totalIsExact: total <= request.trackTotalHits && partials.every((partial) => partial.totalIsExact),
    maxScore: scores.length === 0 ? null : Math.max(...scores),
    hits: distinct.slice(0, request.size),
    aggregations: first === undefined ? {} : others.reduce(mergeAggregations, first),
  }
}
