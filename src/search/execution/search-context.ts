import type { Analyzer } from '../analysis/analyzer.ts'
import type { Budget } from '../budget.ts'
import type { IndexReader } from '../index/index-reader.ts'

/** What execution needs besides the query and the readers; the engine provides it. */
export interface SearchContext {
  readonly budget: Budget
  readonly limits: SearchLimits
  /** The analyzer with which this field's text was indexed. */
  analyzerOf(topic: string, field: string): Analyzer
  /** Whether a document holds exactly this string: for candidates from fingerprints, which only the log can confirm. */
  verify(reader: IndexReader, doc: number, field: string, value: string): boolean
}

export interface SearchLimits {
  /** Terms and filters that a query may come to in one index, patterns and `terms` counting once. */
  readonly clausesMax: number
  /** States of the automaton of one pattern. */
  readonly statesMax: number
  /** Characters of a pattern. */
  readonly patternLengthMax: number
  /** Documents that are searched at a time where the best are looked for first. */
  readonly windowDocs: number
}

export const defaultLimits: SearchLimits = {
  clausesMax: 4096,
  statesMax: 10_000,
  patternLengthMax: 1000,
  windowDocs: 2048,
}
