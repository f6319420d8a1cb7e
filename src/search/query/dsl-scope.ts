import type { Query } from './query.ts'
import type { TimeZone } from '../time-zone.ts'

export interface QueryDslOptions {
  /** What `now` means, in milliseconds. */
  readonly now: number
  /** For dates that do not say theirs. */
  readonly timeZone: TimeZone
}

/** What the parser of a clause gets: the options, and the parser for queries inside. */
export interface DslScope extends QueryDslOptions {
  query(value: unknown, path: string): Query
}

/** Reads the body of one kind of query. */
export type DslClause = (value: unknown, path: string, scope: DslScope) => Query
