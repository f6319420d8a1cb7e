/** Runs a request as two workers would, each with some of the readers. */
import { standardAnalyzer } from '../analysis/standard-analyzer.ts'
import type { Budget } from '../budget.ts'
import { mergePartials } from '../execution/merge-partials.ts'
import { defaultLimits, type SearchContext } from '../execution/search-context.ts'
import { collectStatistics, searchReaders } from '../execution/search-readers.ts'
import { mergeStatistics } from '../execution/term-statistics.ts'
import type { IndexReader } from '../index/index-reader.ts'
import type { Query } from '../query/query.ts'
import type { SearchPartial, SearchRequest } from '../search-request.ts'

export const endlessBudget: Budget = { check() {}, allocate() {}, buckets() {} }

export const testContext: SearchContext = {
  budget: endlessBudget,
  limits: defaultLimits,
  analyzerOf: () => standardAnalyzer,
  verify: () => true,
}

export function searchRequest(query: Query, changes: Partial<SearchRequest> = {}): SearchRequest {
  return {
    query,
    postFilter: null,
    size: 10,
    scored: true,
    sort: [],
    after: null,
    trackTotalHits: 10_000,
    minScore: null,
    aggregations: {},
    collapse: null,
    explain: false,
    ...changes,
  }
}

export function searchAll(
  workers: readonly (readonly IndexReader[])[],
  request: SearchRequest,
  context: SearchContext = testContext,
): SearchPartial {
  const statistics = workers
    .map((readers) => collectStatistics(readers, request.query, context))
    .reduce(mergeStatistics, { fields: {}, terms: {} })
  const partials = workers.map((readers) => searchReaders(readers, request, statistics, context, null))
  return mergePartials(request, partials, (a) => a)
}
