import { getJson, sendJson } from './http.ts'

export interface SortKey {
  readonly field: string
  readonly order: 'asc' | 'desc'
}

export interface SearchBody {
  readonly query: string
  readonly topics: readonly string[]
  /** Milliseconds since 1970; the range has `from` and not `to`. */
  readonly from?: number
  readonly to?: number
  readonly size: number
  readonly offset?: number
  readonly sort?: readonly SortKey[]
  readonly scored?: boolean
  readonly aggregations?: Readonly<Record<string, unknown>>
  readonly trackTotalHits?: boolean
  readonly freshness?: 'wait' | 'any'
}

export interface HitHeader {
  readonly key: string
  readonly value: string | null
  readonly valueEncoding?: string | null
}

export interface Hit {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly timestamp: number
  readonly key: unknown
  readonly keyEncoding: 'json' | 'text' | 'base64' | null
  readonly value: unknown
  readonly valueEncoding: 'json' | 'text' | 'base64' | null
  readonly headers: readonly HitHeader[]
  readonly score: number | null
}

export interface Coverage {
  readonly topic: string
  readonly partition: number
  readonly from: number
  readonly to: number
  readonly complete: boolean
  readonly reason: string | null
}

export interface SearchAnswer {
  readonly tookMs: number
  readonly total: { readonly value: number; readonly exact: boolean }
  readonly hits: readonly Hit[]
  readonly aggregations: Readonly<Record<string, unknown>> | null
  readonly coverage: readonly Coverage[]
  readonly hints: readonly string[]
}

export interface FieldInfo {
  readonly name: string
  readonly types: readonly string[]
  readonly docCount: number
}

export interface TermsBucket {
  readonly key: string | number | boolean
  readonly key_as_string?: string
  readonly doc_count: number
}

export interface DateBucket {
  readonly key: number
  readonly doc_count: number
}

export function search(body: SearchBody, signal?: AbortSignal): Promise<SearchAnswer> {
  return sendJson<SearchAnswer>('POST', '/api/v1/search', body, signal)
}

export async function searchFields(
  topics: readonly string[],
  signal?: AbortSignal,
): Promise<readonly FieldInfo[]> {
  const parameters = new URLSearchParams(topics.length > 0 ? { topics: topics.join() } : {})
  return (
    await getJson<{ readonly fields: readonly FieldInfo[] }>(`/api/v1/search/fields?${parameters}`, signal)
  ).fields
}

export async function searchValues(
  topics: readonly string[],
  field: string,
  prefix: string,
  signal?: AbortSignal,
): Promise<readonly { readonly value: string; readonly count: number }[]> {
  const parameters = new URLSearchParams({
    field,
    prefix,
    limit: '12',
    ...(topics.length > 0 ? { topics: topics.join() } : {}),
  })
  const answer = await getJson<{
    readonly values: readonly { readonly value: string; readonly count: number }[]
  }>(`/api/v1/search/values?${parameters}`, signal)
  return answer.values
}

/** Where new records that match arrive as server-sent events. */
export function tailPath(topics: readonly string[], query: string): string {
  const parameters = new URLSearchParams({ query, ...(topics.length > 0 ? { topics: topics.join() } : {}) })
  return `/api/v1/search/tail?${parameters}`
}
