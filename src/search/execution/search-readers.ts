import { noMoreDocs, type IndexReader } from '../index/index-reader.ts'
import type { Query } from '../query/query.ts'
import type { SearchPartial, SearchRequest, SearchStatistics } from '../search-request.ts'
import type { DocCollector } from './doc-collector.ts'
import { explainHit } from './explain.ts'
import { comparePlaces, sortKeys } from './hit-order.ts'
import { hitsOf } from './hits.ts'
import { openPlan } from './open-plan.ts'
import { planQuery } from './plan-query.ts'
import type { Planning } from './planning.ts'
import { ReaderSearch, type HitCount } from './reader-search.ts'
import { scoresNeeded } from './scores-needed.ts'
import type { SearchContext } from './search-context.ts'
import { globalStatistics, noStatistics, StatisticsCollector } from './term-statistics.ts'
import { TopHits } from './top-hits.ts'

/** What BM25 has to know of these readers; of all workers together it is the sum. Needed only for requests that are scored. */
export function collectStatistics(
  readers: readonly IndexReader[],
  query: Query,
  context: SearchContext,
): SearchStatistics {
  const collector = new StatisticsCollector()
  for (const reader of readers) {
    collector.nextReader()
    planQuery(query, planning(reader, context, collector, true, true))
  }
  return collector.result()
}

/** The best hits of these readers. The order of the readers is that of the numbers that `aggregate` gets. */
export function searchReaders(
  readers: readonly IndexReader[],
  request: SearchRequest,
  statistics: SearchStatistics,
  context: SearchContext,
  aggregate: DocCollector | null,
): SearchPartial {
  const keys = sortKeys(request)
  const scored = scoresNeeded(request)
  const top = new TopHits(keys, request.size, request.after, request.collapse !== null)
  const count: HitCount = { total: 0, exact: true, maxScore: null, limit: request.trackTotalHits }
  const terms = globalStatistics(statistics)
  const searches = readers.map((reader, index) => {
    const how = planning(reader, context, terms, scored, false)
    const plan = planQuery(request.query, how)
    const filter =
      request.postFilter === null ? null : planQuery(request.postFilter, { ...how, statistics: null })
    return new ReaderSearch({
      index,
      reader,
      plan,
      filter,
      request,
      keys,
      scored,
      context,
      top,
      count,
      aggregate,
    })
  })
  for (const search of inOrder(searches)) search.run()
  const explain = (hit: { reader: number; doc: number }): ReturnType<typeof explainHit> => {
    const search = searches[hit.reader]
    return search === undefined ? null : explainHit(search.plan, hit.doc, search.reader)
  }
  return {
    total: count.total,
    totalIsExact: count.exact,
    maxScore: request.scored && request.size > 0 ? count.maxScore : null,
    hits: hitsOf(top.sorted(), request, explain),
    aggregations: aggregate?.partials() ?? {},
  }
}

/** Readers that can have the best hits first, so that the others need not be looked at; ties as hits are ordered. */
function inOrder(searches: readonly ReaderSearch[]): readonly ReaderSearch[] {
  const place = ({ reader }: ReaderSearch) => ({
    topic: reader.topic,
    partition: reader.partition,
    offset: reader.baseOffset,
  })
  return [...searches].sort((a, b) => a.compareBest(b) || comparePlaces(place(a), place(b)))
}

/** Documents between two looks at the budget. */
const CHECK_EVERY = 4096

/** The documents of a reader that match, as one bit each: what aggregations by query need. */
export function matchingDocs(reader: IndexReader, query: Query, context: SearchContext): Uint32Array {
  const words = new Uint32Array((reader.docCount + 31) >>> 5)
  context.budget.allocate(words.byteLength)
  const plan = planQuery(query, planning(reader, context, globalStatistics(noStatistics), false, false))
  const matcher = openPlan(plan, reader.docCount)
  let steps = 0
  for (let doc = matcher.next(); doc !== noMoreDocs; doc = matcher.next()) {
    if (matcher.matches()) words[doc >>> 5] = (words[doc >>> 5] ?? 0) | (1 << (doc & 31))
    steps += 1
    if (steps % CHECK_EVERY === 0) context.budget.check()
  }
  return words
}

function planning(
  reader: IndexReader,
  context: SearchContext,
  statistics: Planning['available'],
  scored: boolean,
  onlyStatistics: boolean,
): Planning {
  return {
    reader,
    context,
    statistics: scored ? statistics : null,
    available: statistics,
    onlyStatistics,
    used: { clauses: 0 },
  }
}
