import type { Query } from '../query/query.ts'
import type { AggregationSpec, AggregationSpecs } from './aggregation-spec.ts'
import type { JsonObject } from './json-object.ts'

/** What the DSL of aggregations takes from the DSL of queries. */
export interface AggregationParseOptions {
  /** @throws QueryError */
  readonly parseQuery: (json: unknown, path: string) => Query
  /** A date in milliseconds, with date math, rounded up or down where it is not complete. @throws QueryError */
  readonly parseDate: (text: string, format: string | null, zone: string, roundUp: boolean) => number
}

/** Reads one kind of aggregation, all but what is common to all. */
export type AggregationParser = (
  body: JsonObject,
  aggregations: AggregationSpecs,
  meta: Readonly<Record<string, unknown>> | null,
  options: AggregationParseOptions,
) => AggregationSpec
