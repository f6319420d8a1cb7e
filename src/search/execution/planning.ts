import { tokensOf } from '../analysis/analyzer.ts'
import { SearchLimitError } from '../budget.ts'
import { defaultMapping } from '../document/mapping-options.ts'
import type { IndexReader, TermIndex } from '../index/index-reader.ts'
import { inverseDocumentFrequency } from './bm25.ts'
import type { FieldViews } from './field-views.ts'
import type { Plan, TermWeight } from './plan.ts'
import type { SearchContext } from './search-context.ts'
import { none } from './plan-algebra.ts'
import type { TermStatistics } from './term-statistics.ts'

/** What a planner carries through a query. */
export interface Planning {
  readonly reader: IndexReader
  readonly context: SearchContext
  /** Null where scores do not count (filters, exclusions, unscored searches). */
  readonly statistics: TermStatistics | null
  /** For what must be scored all the same, to know whether it matches. */
  readonly available: TermStatistics
  /** Only the terms that BM25 weighs are of interest, so patterns and columns are passed over. */
  readonly onlyStatistics: boolean
  /** Shared by all of one query. */
  readonly used: { clauses: number }
}

export function withoutScores(planning: Planning): Planning {
  return planning.statistics === null ? planning : { ...planning, statistics: null }
}

/** Counts one clause of the plan. */
export function countClause(planning: Planning): void {
  planning.used.clauses += 1
  const { clausesMax } = planning.context.limits
  if (planning.used.clauses > clausesMax)
    throw new SearchLimitError(
      'too_many_clauses',
      `The query comes to more than ${clausesMax} clauses. Name fewer fields, use 'terms' for lists of values, or raise search.max.clauses.`,
    )
}

const unweighted: TermWeight = { boost: 0, idf: 0, averageLength: 0, docFrequency: 0, docCount: 0 }

/** How a term of a view scores. */
export function weigh(
  planning: Planning,
  field: string,
  terms: readonly { readonly term: string; readonly ordinal: number }[],
  index: TermIndex | null,
  boost: number,
  normed: boolean,
): TermWeight {
  if (planning.statistics === null) return unweighted
  let idf = 0
  let docFrequency = 0
  let docCount = 0
  let tokenCount = 0
  for (const { term, ordinal } of terms) {
    const facts = planning.statistics.facts(field, term, index, ordinal)
    idf += inverseDocumentFrequency(facts.docFrequency, facts.docCount)
    docFrequency = facts.docFrequency
    docCount = facts.docCount
    tokenCount = facts.tokenCount
  }
  const averageLength = normed && docCount > 0 ? tokenCount / docCount : 0
  return { boost, idf, averageLength, docFrequency, docCount }
}

/** The documents that have a word in their text. */
export function textTerm(planning: Planning, views: FieldViews, term: string, boost: number): Plan {
  const index = views.field.text
  if (index === null) return none
  const ordinal = index.find(Buffer.from(term))
  const weight = weigh(planning, views.name, [{ term, ordinal }], index, boost, true)
  if (ordinal < 0) return none
  countClause(planning)
  return { kind: 'term', index, ordinal, weight, label: `${views.name}:${term}` }
}

/** The documents with a string that is equal as a whole, by the best view that there is. */
export function exactTerm(planning: Planning, views: FieldViews, value: string, boost: number): Plan {
  const plans: Plan[] = []
  const { keyword, strings } = views.field
  const label = `${views.name}.keyword:${value}`
  if (keyword !== null) {
    const ordinal = keyword.find(Buffer.from(value))
    const weight = weigh(planning, `${views.name}.keyword`, [{ term: value, ordinal }], keyword, boost, false)
    if (ordinal >= 0) {
      countClause(planning)
      plans.push({ kind: 'term', index: keyword, ordinal, weight, label })
    }
  } else if (strings !== null) {
    const from = strings.find(value)
    if (from >= 0) {
      countClause(planning)
      const { docCount } = planning.reader
      plans.push({ kind: 'ordinals', column: strings, from, to: from + 1, docCount, score: boost, label })
    }
  }
  if (keyword === null && !planning.onlyStatistics) plans.push(candidates(planning, views, value, boost))
  return plans.find((plan) => plan.kind !== 'none') ?? none
}

/** Words, or fingerprints where there is none, name candidates; the log decides. */
function candidates(planning: Planning, views: FieldViews, value: string, boost: number): Plan {
  const bytes = Buffer.from(value)
  const found = views.field.candidates(bytes)
  if (found === null || bytes.length > defaultMapping.exactBytesMax) return none
  const { context, reader } = planning
  const label = `${views.name}:${value}`
  const words = wordsInARow(planning, views, value, label)
  if (words === null && found.length === 0) return none
  countClause(planning)
  const child: Plan =
    words === null
      ? { kind: 'list', docs: Int32Array.from(new Set(found)).sort(), score: boost, label }
      : { kind: 'constant', child: words, score: boost }
  if (words?.kind === 'none') return none
  return { kind: 'verified', child, test: (doc) => context.verify(reader, doc, views.name, value) }
}

/** The documents whose text has the words of the value in a row; null when it has no word. */
function wordsInARow(planning: Planning, views: FieldViews, value: string, label: string): Plan | null {
  const index = views.field.text
  if (index === null) return null
  const tokens = tokensOf(planning.context.analyzerOf(planning.reader.topic, views.name), value)
  const [first] = tokens
  if (first === undefined) return null
  const slots = tokens.map(({ term, position }) => ({
    ordinals: [index.find(Buffer.from(term))],
    offset: position - first.position,
  }))
  if (slots.some(({ ordinals }) => ordinals.includes(-1))) return none
  const [ordinal = -1] = slots.length === 1 ? (slots[0]?.ordinals ?? []) : []
  if (ordinal >= 0) return { kind: 'term', index, ordinal, weight: unweighted, label }
  const { budget } = planning.context
  return { kind: 'phrase', index, slots, slop: 0, weight: unweighted, label, budget }
}
