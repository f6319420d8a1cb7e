/**
 * What a search looks for. Lucene query strings and Elasticsearch bodies are parsed into it, and execution knows nothing else.
 * Plain data that can be cloned to a worker or sent to another node: everything that depends on the moment of the request (`now`
 * in date math, time zones) was resolved by the parser, so that all shards see the same query.
 *
 * A plain field name means every view of the field: words of its text, its whole strings, numbers, dates, booleans. `NAME.keyword`
 * means whole strings alone.
 */
export type Query =
  | AllQuery
  | NoneQuery
  | TermQuery
  | TermsQuery
  | MatchQuery
  | MatchPhraseQuery
  | MatchPhrasePrefixQuery
  | MatchBoolPrefixQuery
  | MultiMatchQuery
  | RangeQuery
  | PrefixQuery
  | WildcardQuery
  | RegexpQuery
  | FuzzyQuery
  | ExistsQuery
  | IdsQuery
  | BoolQuery
  | ConstantScoreQuery
  | BoostQuery
  | DisMaxQuery
  | BoostingQuery
  | FunctionScoreQuery

export type QueryValue = string | number | boolean

/** Every document, with score 1. */
export interface AllQuery {
  readonly kind: 'all'
}

export interface NoneQuery {
  readonly kind: 'none'
}

/** The value as it is: not analyzed. On a plain name a word of the text or a whole string, a number, a date or a boolean. */
export interface TermQuery {
  readonly kind: 'term'
  readonly field: string
  readonly value: QueryValue
  readonly caseInsensitive: boolean
}

/** Any of the values, with score 1. */
export interface TermsQuery {
  readonly kind: 'terms'
  readonly field: string
  readonly values: readonly QueryValue[]
}

export interface MatchQuery {
  readonly kind: 'match'
  readonly field: string
  readonly text: QueryValue
  readonly operator: 'or' | 'and'
  /** As Elasticsearch writes it (`2`, `-1`, `75%`, `3<90%`); null asks for one when the operator is `or`. */
  readonly minimumShouldMatch: string | null
  readonly fuzziness: Fuzziness | null
  /** Null takes the field's. */
  readonly analyzer: string | null
  /** What a text without any word matches. */
  readonly zeroTerms: 'none' | 'all'
}

export interface MatchPhraseQuery {
  readonly kind: 'match_phrase'
  readonly field: string
  readonly text: QueryValue
  /** How far words may be out of place, as Lucene counts: a swap of two neighbours is 2. */
  readonly slop: number
  readonly analyzer: string | null
  readonly zeroTerms: 'none' | 'all'
}

/** A phrase of which the last word is a prefix. */
export interface MatchPhrasePrefixQuery {
  readonly kind: 'match_phrase_prefix'
  readonly field: string
  readonly text: QueryValue
  readonly slop: number
  /** Terms that the last word may stand for; further ones, in order of the dictionary, are left out. */
  readonly maxExpansions: number
  readonly analyzer: string | null
  readonly zeroTerms: 'none' | 'all'
}

/** The words as in `match`, the last of them as a prefix. */
export interface MatchBoolPrefixQuery {
  readonly kind: 'match_bool_prefix'
  readonly field: string
  readonly text: QueryValue
  readonly operator: 'or' | 'and'
  readonly minimumShouldMatch: string | null
  readonly fuzziness: Fuzziness | null
  readonly analyzer: string | null
}

export interface MultiMatchQuery {
  readonly kind: 'multi_match'
  readonly type: 'best_fields' | 'most_fields' | 'cross_fields' | 'phrase' | 'phrase_prefix' | 'bool_prefix'
  /** Names may have `*`. */
  readonly fields: readonly FieldBoost[]
  readonly text: QueryValue
  readonly operator: 'or' | 'and'
  readonly minimumShouldMatch: string | null
  readonly fuzziness: Fuzziness | null
  readonly slop: number
  readonly maxExpansions: number
  readonly analyzer: string | null
  readonly zeroTerms: 'none' | 'all'
  /** Share of the other fields' scores that is added to the best one's; 1 adds all of them. */
  readonly tieBreaker: number
}

export interface FieldBoost {
  readonly field: string
  readonly boost: number
}

export interface RangeQuery {
  readonly kind: 'range'
  readonly field: string
  readonly from: RangeBound | null
  readonly to: RangeBound | null
}

export interface RangeBound {
  readonly value: QueryValue
  /** The value as a date in milliseconds, already rounded to the side that the bound calls for; null when it is none. */
  readonly millis: number | null
  readonly inclusive: boolean
}

export interface PrefixQuery {
  readonly kind: 'prefix'
  readonly field: string
  readonly value: string
  readonly caseInsensitive: boolean
}

/** `*` is any text, `?` one character, `\` takes the meaning from the next one. */
export interface WildcardQuery {
  readonly kind: 'wildcard'
  readonly field: string
  readonly pattern: string
  readonly caseInsensitive: boolean
}

/** Lucene's regular expressions: they match whole terms. */
export interface RegexpQuery {
  readonly kind: 'regexp'
  readonly field: string
  readonly pattern: string
  readonly caseInsensitive: boolean
}

export interface FuzzyQuery {
  readonly kind: 'fuzzy'
  readonly field: string
  readonly value: string
  readonly fuzziness: Fuzziness
}

export interface Fuzziness {
  /** Edits, or by length of the word: 0 below `low` characters, 1 below `high`, else 2. */
  readonly edits: 0 | 1 | 2 | { readonly low: number; readonly high: number }
  /** Characters at the start that must be equal. */
  readonly prefixLength: number
  /** The closest terms that the word may stand for. */
  readonly maxExpansions: number
  /** Whether a swap of two neighbours is one edit. */
  readonly transpositions: boolean
}

/** The field has a value; `*` stands for any part of the name, and the name of an object for whatever is inside it. */
export interface ExistsQuery {
  readonly kind: 'exists'
  readonly field: string
}

/** Documents by their id, see hit-id.ts. */
export interface IdsQuery {
  readonly kind: 'ids'
  readonly values: readonly string[]
}

export interface BoolQuery {
  readonly kind: 'bool'
  readonly must: readonly Query[]
  /** Like `must`, and without a score. */
  readonly filter: readonly Query[]
  readonly should: readonly Query[]
  readonly mustNot: readonly Query[]
  /** Null: one when there is neither `must` nor `filter`, else none. */
  readonly minimumShouldMatch: string | null
}

export interface ConstantScoreQuery {
  readonly kind: 'constant_score'
  readonly query: Query
  readonly score: number
}

/** The scores of `query` times `boost`. */
export interface BoostQuery {
  readonly kind: 'boost'
  readonly query: Query
  readonly boost: number
}

/** The best score of the queries, plus `tieBreaker` times that of the others. */
export interface DisMaxQuery {
  readonly kind: 'dis_max'
  readonly queries: readonly Query[]
  readonly tieBreaker: number
}

/** What matches `positive`; what matches `negative` too has its score multiplied by `negativeBoost`. */
export interface BoostingQuery {
  readonly kind: 'boosting'
  readonly positive: Query
  readonly negative: Query
  readonly negativeBoost: number
}

export interface FunctionScoreQuery {
  readonly kind: 'function_score'
  readonly query: Query
  readonly functions: readonly ScoreFunction[]
  /** How the values of the functions that apply become one. */
  readonly scoreMode: 'multiply' | 'sum' | 'avg' | 'first' | 'max' | 'min'
  /** How that one and the score of the query become the score. */
  readonly boostMode: 'multiply' | 'replace' | 'sum' | 'avg' | 'max' | 'min'
  readonly maxBoost: number | null
  readonly minScore: number | null
}

export interface ScoreFunction {
  /** Documents for which it counts; null: all. */
  readonly filter: Query | null
  readonly weight: number
  readonly value: ScoreFunctionValue
}

export type ScoreFunctionValue =
  | { readonly kind: 'constant' }
  | {
      readonly kind: 'field_value_factor'
      readonly field: string
      readonly factor: number
      readonly modifier: FieldValueModifier
      readonly missing: number | null
    }
  | {
      readonly kind: 'decay'
      readonly shape: 'gauss' | 'exp' | 'linear'
      readonly field: string
      /** In the unit of the field, milliseconds for dates. */
      readonly origin: number
      readonly scale: number
      readonly offset: number
      readonly decay: number
      /** Which of several values counts. */
      readonly mode: 'min' | 'max' | 'avg' | 'sum'
    }
  /** The same number in [0, 1) for the same seed and document, whatever the shard. */
  | { readonly kind: 'random'; readonly seed: number }

export type FieldValueModifier =
  | 'none'
  | 'log'
  | 'log1p'
  | 'log2p'
  | 'ln'
  | 'ln1p'
  | 'ln2p'
  | 'square'
  | 'sqrt'
  | 'reciprocal'
