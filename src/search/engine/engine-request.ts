import type { AggregationSpecs } from '../aggregation/aggregation-spec.ts'
import type { Query } from '../query/query.ts'
import type { Coverage, Explanation, SortKey, SortValue } from '../search-request.ts'

/** A search over topics. What is left out has the value that its comment says. */
export interface EngineRequest {
  /** Names, or patterns with `*` and `?`; a `-` in front takes topics away again. None means every topic but the internal ones. */
  readonly topics: readonly string[]
  readonly query: Query
  readonly postFilter?: Query | null
  /** Of the records' timestamps, in milliseconds: `from` inclusive, `to` exclusive. Null: all. */
  readonly timeRange?: { readonly from: number | null; readonly to: number | null } | null
  /** Hits wanted, 10. */
  readonly size?: number
  /** Hits left out before them, 0. */
  readonly from?: number
  readonly scored?: boolean
  readonly sort?: readonly SortKey[]
  readonly after?: readonly SortValue[] | null
  readonly trackTotalHits?: number
  readonly minScore?: number | null
  readonly aggregations?: AggregationSpecs
  /** Names of aggregations as `sterms#name`, for clients of Elasticsearch that ask for it. */
  readonly typedKeys?: boolean
  readonly collapse?: string | null
  readonly explain?: boolean
  /** As Elasticsearch takes it; null: none. */
  readonly highlight?: HighlightRequest | null
  readonly timeoutMs?: number | null
  /** `wait`: the answer has every record that was acknowledged before the request came. `any`: what is indexed. */
  readonly freshness?: 'wait' | 'any'
  /** Only offsets within these bounds; partitions that are not named are not searched. Null: all. */
  readonly offsets?: readonly OffsetBounds[] | null
  /** Whether hits come with their records, true. */
  readonly documents?: boolean
}

export interface OffsetBounds {
  readonly topic: string
  readonly partition: number
  readonly from: number
  /** Exclusive; null: no bound. */
  readonly to: number | null
}

export type HighlightRequest = Readonly<Record<string, unknown>>

export interface EngineResponse {
  readonly tookMs: number
  readonly total: { readonly value: number; readonly exact: boolean }
  readonly maxScore: number | null
  readonly hits: readonly EngineHit[]
  /** JSON text, in the form of Elasticsearch; null when none were asked for. */
  readonly aggregations: string | null
  readonly coverage: readonly Coverage[]
}

export interface EngineHit {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  /** The value is a JSON text, checked. */
  readonly valueIsJson: boolean
  readonly headers: readonly { readonly key: string; readonly value: Buffer | null }[]
  readonly score: number | null
  readonly sort: readonly SortValue[]
  /** Value of the field that hits are collapsed by, null without. */
  readonly group: SortValue
  readonly highlight: Readonly<Record<string, readonly string[]>> | null
  readonly explanation: Explanation | null
}

/** A search that can not be done as asked, or not now. */
export class SearchError extends Error {
  readonly code: 'unknown_topic' | 'not_searchable' | 'unavailable' | 'overloaded' | 'too_many_hits'

  constructor(code: SearchError['code'], message: string) {
    super(message)
    this.code = code
  }
}
