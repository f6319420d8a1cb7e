/** A limit of a search was reached. `code` is stable; the message names the limit, the user's value and the setting. */
export class SearchLimitError extends Error {
  readonly code:
    | 'search_timeout'
    | 'too_many_clauses'
    | 'too_many_buckets'
    | 'too_complex'
    | 'memory_limit'
    | 'cancelled'

  constructor(code: SearchLimitError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** The request itself is wrong. `position` points at the character of a query string, -1 when there is none to point at. */
export class QueryError extends Error {
  readonly reason: 'parse' | 'unsupported' | 'illegal_argument'
  readonly position: number

  constructor(reason: QueryError['reason'], message: string, position = -1) {
    super(message)
    this.reason = reason
    this.position = position
  }
}

/**
 * What one request may use. Long loops call `check` every few thousand steps, whatever allocates in proportion to the data calls
 * `allocate` first; both throw SearchLimitError.
 */
export interface Budget {
  check(): void
  allocate(bytes: number): void
  /** Counts buckets made by aggregations. */
  buckets(count: number): void
}
