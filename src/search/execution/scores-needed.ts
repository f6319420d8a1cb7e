import type { AggregationSpecs } from '../aggregation/aggregation-spec.ts'
import type { SearchRequest } from '../search-request.ts'

type Scoring = Pick<SearchRequest, 'scored' | 'size' | 'sort' | 'minScore' | 'aggregations'>

/** Whether anything in the answer depends on scores: without hits, a search by relevance is as cheap as any other. */
export function scoresNeeded({ scored, size, sort, minScore, aggregations }: Scoring): boolean {
  return (
    minScore !== null ||
    (scored && size > 0) ||
    sort.some(({ field }) => field === '_score') ||
    aggregationsScore(aggregations, scored)
  )
}

function aggregationsScore(specs: AggregationSpecs, scored: boolean): boolean {
  return Object.values(specs).some(
    (spec) =>
      (spec.kind === 'top_hits' &&
        (spec.sort.length === 0 ? scored : spec.sort.some(({ field }) => field === '_score'))) ||
      aggregationsScore(spec.aggregations, scored),
  )
}
