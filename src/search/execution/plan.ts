/**
 * A query against one reader: names became views, words became ordinals, and what does not exist there became `none`. A plan can be
 * walked any number of times, each time with fresh cursors.
 */
import type { Budget } from '../budget.ts'
import type { NumberColumn, StringColumn, TermIndex } from '../index/index-reader.ts'
import type { ScoreFunctionValue, FunctionScoreQuery } from '../query/query.ts'

export type Plan =
  | NonePlan
  | AllPlan
  | TermPlan
  | BitsPlan
  | ListPlan
  | NumbersPlan
  | OrdinalsPlan
  | PhrasePlan
  | AndPlan
  | OrPlan
  | NotPlan
  | MaxPlan
  | ConstantPlan
  | VerifiedPlan
  | BoostingPlan
  | FunctionsPlan

export interface NonePlan {
  readonly kind: 'none'
}

export interface AllPlan {
  readonly kind: 'all'
  readonly score: number
}

/** How a term or a phrase scores. */
export interface TermWeight {
  readonly boost: number
  readonly idf: number
  /** 0 when the length of the field does not count (whole strings). */
  readonly averageLength: number
  /** For explanations. */
  readonly docFrequency: number
  readonly docCount: number
}

export interface TermPlan {
  readonly kind: 'term'
  readonly index: TermIndex
  readonly ordinal: number
  readonly weight: TermWeight
  readonly label: string
}

export interface BitsPlan {
  readonly kind: 'bits'
  readonly words: Uint32Array
  readonly size: number
  readonly score: number
  readonly label: string
}

/** Ascending documents. */
export interface ListPlan {
  readonly kind: 'list'
  readonly docs: Int32Array
  readonly score: number
  readonly label: string
}

/** Documents with a number in a closed interval. */
export interface NumbersPlan {
  readonly kind: 'numbers'
  readonly column: NumberColumn
  readonly from: number
  readonly to: number
  readonly docCount: number
  readonly score: number
  readonly label: string
}

/** Documents with a string whose ordinal is in [from, to). */
export interface OrdinalsPlan {
  readonly kind: 'ordinals'
  readonly column: StringColumn
  readonly from: number
  readonly to: number
  readonly docCount: number
  readonly score: number
  readonly label: string
}

/** Words at their places. A place may be held by any of several terms (the prefix at the end of a phrase). */
export interface PhrasePlan {
  readonly kind: 'phrase'
  readonly index: TermIndex
  readonly slots: readonly PhraseSlot[]
  readonly slop: number
  readonly weight: TermWeight
  readonly label: string
  /** One document may take long when phrase and text are long. */
  readonly budget: Budget
}

export interface PhraseSlot {
  readonly ordinals: readonly number[]
  /** Position relative to the first word. */
  readonly offset: number
}

export interface AndPlan {
  readonly kind: 'and'
  readonly scored: readonly Plan[]
  readonly filters: readonly Plan[]
  /** Add to the score where they match. */
  readonly optional: readonly Plan[]
}

export interface OrPlan {
  readonly kind: 'or'
  readonly children: readonly Plan[]
  /** How many must match, from 1. */
  readonly minimum: number
}

export interface NotPlan {
  readonly kind: 'not'
  readonly child: Plan
  readonly excluded: Plan
}

export interface MaxPlan {
  readonly kind: 'max'
  readonly children: readonly Plan[]
  readonly tieBreaker: number
}

export interface ConstantPlan {
  readonly kind: 'constant'
  readonly child: Plan
  readonly score: number
}

/** Candidates that the log has to confirm. */
export interface VerifiedPlan {
  readonly kind: 'verified'
  readonly child: Plan
  readonly test: (doc: number) => boolean
}

export interface BoostingPlan {
  readonly kind: 'boosting'
  readonly positive: Plan
  readonly negative: Plan
  readonly negativeBoost: number
}

export interface FunctionsPlan {
  readonly kind: 'functions'
  readonly child: Plan
  readonly functions: readonly PlannedFunction[]
  readonly scoreMode: FunctionScoreQuery['scoreMode']
  readonly boostMode: FunctionScoreQuery['boostMode']
  readonly maxBoost: number | null
  readonly minScore: number | null
  readonly boost: number
}

export interface PlannedFunction {
  readonly filter: Plan | null
  readonly weight: number
  /** The function's value for a document, before the weight. */
  readonly value: (doc: number) => number
  readonly source: ScoreFunctionValue
}
