import type { AggregationSpecs } from './aggregation/aggregation-spec.ts'
import type { AggregationPartials } from './aggregation/aggregation-partial.ts'
import type { Query } from './query/query.ts'

/** What is sent to each worker (later: each node). Plain data, so that it can be cloned. */
export interface SearchRequest {
  readonly query: Query
  /** Applied to the hits after aggregations have seen everything that the query matches. */
  readonly postFilter: Query | null
  /** Hits wanted from this shard, already `from + size` of what the user asked for. */
  readonly size: number
  /** Whether hits have scores. Without, an empty `sort` is newest first, and most of the work of a relevance search falls away. */
  readonly scored: boolean
  /** Empty means by relevance when `scored`, else newest first (by timestamp). */
  readonly sort: readonly SortKey[]
  /**
   * `sort` of the last hit of the page before, and optionally its topic, partition and offset behind it: with them the next page
   * begins exactly behind that hit, without them behind all hits of equal values.
   */
  readonly after: readonly SortValue[] | null
  /** Exact up to this number of hits, then a lower bound. */
  readonly trackTotalHits: number
  readonly minScore: number | null
  readonly aggregations: AggregationSpecs
  /** Only the best hit of each value of this field. */
  readonly collapse: string | null
  /** Hits of which an explanation of the score is wanted. */
  readonly explain: boolean
}

export interface SortKey {
  /** A field, or `_score`, `_doc` (log order), `_timestamp`, `_offset`, `_partition`. */
  readonly field: string
  readonly order: 'asc' | 'desc'
  readonly missing: 'first' | 'last' | { readonly value: string | number }
  /** Which of several values counts. */
  readonly mode: 'min' | 'max'
}

export type SortValue = string | number | boolean | null

export interface Hit {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly score: number | null
  /**
   * One value per sort key; the score or the timestamp when the request has none. Ties are broken by topic and partition, ascending,
   * then by offset, newest first.
   */
  readonly sort: readonly SortValue[]
  /** Value of the field that hits are collapsed by, null without. */
  readonly group: SortValue
  readonly explanation: Explanation | null
}

export interface Explanation {
  readonly value: number
  readonly description: string
  readonly details: readonly Explanation[]
}

/** The answer of one worker. Answers merge to what one worker with all the data would have said. */
export interface SearchPartial {
  readonly total: number
  readonly totalIsExact: boolean
  readonly maxScore: number | null
  /** Sorted; at most `size`. */
  readonly hits: readonly Hit[]
  readonly aggregations: AggregationPartials
}

/** What BM25 has to know of all readers before any of them scores. Sums; merging is adding. */
export interface SearchStatistics {
  /** By field name. */
  readonly fields: Readonly<Record<string, { readonly docCount: number; readonly tokenCount: number }>>
  /** By field name, then by term (as text): how many documents have it. */
  readonly terms: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** Which offsets of a partition an answer covers. */
export interface Coverage {
  readonly topic: string
  readonly partition: number
  /** First offset covered, and the one behind the last. */
  readonly from: number
  readonly to: number
  /** Whether that is all that a consumer could have read when the request came in. */
  readonly complete: boolean
  /** Why not, in words, or null. */
  readonly reason: string | null
}
