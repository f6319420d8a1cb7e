import type { Analyzer } from '../analysis/analyzer.ts'
import { tokensOf, type Token } from '../analysis/analyzer.ts'
import { analyzerByName } from '../analysis/analyzers.ts'
import { dateInterval } from '../query/date-math.ts'
import { minimumShouldMatch } from '../query/minimum-should-match.ts'
import type {
  Fuzziness,
  MatchBoolPrefixQuery,
  MatchPhrasePrefixQuery,
  MatchPhraseQuery,
  MatchQuery,
} from '../query/query.ts'
import { prefixTerms } from './automaton/term-walk.ts'
import { expandFieldName, resolveField, type FieldViews } from './field-views.ts'
import { none, planAnd, planMax, planOr } from './plan-algebra.ts'
import { fuzzyTerm } from './plan-patterns.ts'
import { numberTerm } from './plan-values.ts'
import type { Plan } from './plan.ts'
import { countClause, exactTerm, textTerm, weigh, type Planning } from './planning.ts'
import { termSet } from './term-set.ts'

/** Terms of a prefix that ends a list of words. */
const BOOL_PREFIX_EXPANSIONS = Number.POSITIVE_INFINITY

type TextQuery = MatchQuery | MatchPhraseQuery | MatchPhrasePrefixQuery | MatchBoolPrefixQuery

/** The text of a query on each field that its name stands for: analyzed where the field has text, whole and as a value elsewhere. */
function eachField<Q extends TextQuery>(
  query: Q,
  planning: Planning,
  boost: number,
  words: (query: Q, views: FieldViews, tokens: readonly Token[]) => Plan,
): Plan {
  const plans = expandFieldName(planning.reader, query.field).map((name) => {
    const views = resolveField(planning.reader, name)
    if (views === null) return none
    const { field } = views
    const asValue = views.exact ? none : numberTerm(planning, views, query.text, boost)
    const isDate = field.numberKind === 'date' && field.numbers !== null && !views.exact
    // The digits of a date are no words: 2026-11-21 must not find everything of that year.
    // Their statistics count all the same, for readers in which the field is text.
    if (isDate && dateInterval(String(query.text)) !== null && !planning.onlyStatistics) return asValue
    if (views.exact || field.text === null) {
      const whole = wholeString(query, planning, views, boost)
      return planMax([whole, asValue], 0)
    }
    const tokens = tokensOf(analyzerFor(planning, views.name, query.analyzer), String(query.text))
    return planMax([words(query, views, tokens), asValue], 0)
  })
  return planMax(plans, 0)
}

function wholeString(query: TextQuery, planning: Planning, views: FieldViews, boost: number): Plan {
  const text = String(query.text)
  if (query.kind === 'match_phrase_prefix' || query.kind === 'match_bool_prefix')
    return prefixOf(planning, views, text, boost, BOOL_PREFIX_EXPANSIONS, views.field.keyword)
  const exact = exactTerm(planning, views, text, boost)
  if (query.kind !== 'match' || query.fuzziness === null || views.field.keyword === null) return exact
  const close = fuzzyTerm(planning, views, views.field.keyword, text, query.fuzziness, boost, false)
  return planMax([exact, close], 0)
}

function prefixOf(
  planning: Planning,
  views: FieldViews,
  text: string,
  boost: number,
  max: number,
  index: FieldViews['field']['keyword'],
): Plan {
  if (index === null || planning.onlyStatistics) return none
  const ordinals = prefixTerms(index, Buffer.from(text), planning.context.budget, max)
  return termSet(planning, index, ordinals, boost, `${views.name}:${text}*`)
}

export function analyzerFor(planning: Planning, field: string, name: string | null): Analyzer {
  return name === null ? planning.context.analyzerOf(planning.reader.topic, field) : analyzerByName(name)
}

export function planMatch(query: MatchQuery, planning: Planning, boost: number): Plan {
  return eachField(query, planning, boost, (_, views, tokens) => {
    if (tokens.length === 0) return nothingToFind(query.zeroTerms, boost)
    const plans = tokens.map(({ term }) => word(planning, views, term, query.fuzziness, boost))
    return combine(plans, query.operator, query.minimumShouldMatch)
  })
}

function nothingToFind(zeroTerms: 'none' | 'all', boost: number): Plan {
  return zeroTerms === 'all' ? { kind: 'all', score: boost } : none
}

function word(
  planning: Planning,
  views: FieldViews,
  term: string,
  fuzziness: Fuzziness | null,
  boost: number,
): Plan {
  const exact = textTerm(planning, views, term, boost)
  if (fuzziness === null || views.field.text === null) return exact
  return planMax([exact, fuzzyTerm(planning, views, views.field.text, term, fuzziness, boost, false)], 0)
}

/** Joins the words of a text. A single one is not counted: how many of several must match says nothing about it. */
export function combine(plans: readonly Plan[], operator: 'or' | 'and', minimum: string | null): Plan {
  const [only] = plans
  if (plans.length === 1 && only !== undefined) return only
  if (operator === 'and') return planAnd(plans, [], [], none)
  const required = minimum === null ? 1 : minimumShouldMatch(minimum, plans.length)
  return planOr(plans, Math.max(1, required))
}

export function planMatchPhrase(query: MatchPhraseQuery, planning: Planning, boost: number): Plan {
  return eachField(query, planning, boost, (_, views, tokens) => {
    if (tokens.length === 0) return nothingToFind(query.zeroTerms, boost)
    return phrase(planning, views, tokens, query.slop, boost)
  })
}

function phrase(
  planning: Planning,
  views: FieldViews,
  tokens: readonly Token[],
  slop: number,
  boost: number,
): Plan {
  const [first] = tokens
  const index = views.field.text
  if (first === undefined || index === null) return none
  if (tokens.length === 1) return textTerm(planning, views, first.term, boost)
  const terms = tokens.map(({ term }) => ({ term, ordinal: index.find(Buffer.from(term)) }))
  const weight = weigh(planning, views.name, terms, index, boost, true)
  if (terms.some(({ ordinal }) => ordinal < 0)) return none
  for (let word = 0; word < terms.length; word++) countClause(planning)
  const { budget } = planning.context
  const slots = terms.map(({ ordinal }, at) => ({
    ordinals: [ordinal],
    offset: (tokens[at]?.position ?? 0) - first.position,
  }))
  const label = `${views.name}:"${tokens.map(({ term }) => term).join(' ')}"${slop > 0 ? `~${slop}` : ''}`
  return { kind: 'phrase', index, slots, slop, weight, label, budget }
}

export function planMatchPhrasePrefix(
  query: MatchPhrasePrefixQuery,
  planning: Planning,
  boost: number,
): Plan {
  return eachField(query, planning, boost, (_, views, tokens) => {
    const index = views.field.text
    const [first] = tokens
    const last = tokens.at(-1)
    if (first === undefined || last === undefined || index === null)
      return nothingToFind(query.zeroTerms, boost)
    if (tokens.length === 1) return prefixOf(planning, views, last.term, boost, query.maxExpansions, index)
    // The score is that of the words that stand for themselves: shards need not agree on what the prefix stands for.
    const terms = tokens.slice(0, -1).map(({ term }) => ({ term, ordinal: index.find(Buffer.from(term)) }))
    const weight = weigh(planning, views.name, terms, index, boost, true)
    if (planning.onlyStatistics || terms.some(({ ordinal }) => ordinal < 0)) return none
    const endings = prefixTerms(index, Buffer.from(last.term), planning.context.budget, query.maxExpansions)
    if (endings.length === 0) return none
    for (let word = 0; word < tokens.length; word++) countClause(planning)
    const { budget } = planning.context
    const slots = [...terms.map(({ ordinal }) => [ordinal]), endings].map((ordinals, at) => ({
      ordinals,
      offset: (tokens[at]?.position ?? 0) - first.position,
    }))
    const label = `${views.name}:"${tokens.map(({ term }) => term).join(' ')}*"`
    return { kind: 'phrase', index, slots, slop: query.slop, weight, label, budget }
  })
}

export function planMatchBoolPrefix(query: MatchBoolPrefixQuery, planning: Planning, boost: number): Plan {
  return eachField(query, planning, boost, (_, views, tokens) => {
    const last = tokens.at(-1)
    if (last === undefined) return none
    const plans = tokens.slice(0, -1).map(({ term }) => word(planning, views, term, query.fuzziness, boost))
    plans.push(prefixOf(planning, views, last.term, boost, BOOL_PREFIX_EXPANSIONS, views.field.text))
    return combine(plans, query.operator, query.minimumShouldMatch)
  })
}
