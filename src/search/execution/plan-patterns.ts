import { QueryError } from '../budget.ts'
import type { TermIndex } from '../index/index-reader.ts'
import type { Fuzziness, FuzzyQuery, PrefixQuery, RegexpQuery, WildcardQuery } from '../query/query.ts'
import { regexpAutomaton, wildcardAutomaton, type Automaton } from './automaton/automaton.ts'
import { acceptedTerms, fuzzyTerms, prefixTerms } from './automaton/term-walk.ts'
import { expandFieldName, resolveField, type FieldViews } from './field-views.ts'
import { none, planMax } from './plan-algebra.ts'
import type { Plan } from './plan.ts'
import type { Planning } from './planning.ts'
import { termSet } from './term-set.ts'

/** Calls `plan` for each view of terms that the name stands for; the words of a text are in the analyzer's form. */
function eachTermView(
  planning: Planning,
  name: string,
  plan: (views: FieldViews, index: TermIndex, normalize: (text: string) => string) => Plan,
): Plan {
  // Terms that a pattern stands for all score the same, so they need no statistics.
  if (planning.onlyStatistics) return none
  const plans: Plan[] = []
  for (const fieldName of expandFieldName(planning.reader, name)) {
    const views = resolveField(planning.reader, fieldName)
    if (views === null) continue
    plans.push(...viewPlans(planning, views, plan))
  }
  return planMax(plans, 0)
}

function viewPlans(
  planning: Planning,
  views: FieldViews,
  plan: (views: FieldViews, index: TermIndex, normalize: (text: string) => string) => Plan,
): Plan[] {
  const plans: Plan[] = []
  const { text, keyword } = views.field
  const analyzer = planning.context.analyzerOf(planning.reader.topic, views.name)
  if (text !== null && !views.exact) plans.push(plan(views, text, (pattern) => analyzer.normalize(pattern)))
  if (keyword !== null) plans.push(plan(views, keyword, (pattern) => pattern))
  return plans
}

export function planPrefix(query: PrefixQuery, planning: Planning, boost: number): Plan {
  if (query.caseInsensitive)
    return planWildcard(
      {
        kind: 'wildcard',
        field: query.field,
        pattern: `${query.value.replace(/[*?\\]/g, String.raw`\$&`)}*`,
        caseInsensitive: true,
      },
      planning,
      boost,
    )
  return eachTermView(planning, query.field, (views, index, normalize) => {
    const prefix = Buffer.from(normalize(query.value))
    const ordinals = prefixTerms(index, prefix, planning.context.budget, Number.POSITIVE_INFINITY)
    return termSet(planning, index, ordinals, boost, `${views.name}:${query.value}*`)
  })
}

export function planWildcard(query: WildcardQuery, planning: Planning, boost: number): Plan {
  checkLength(query.pattern, planning)
  return eachTermView(planning, query.field, (views, index, normalize) =>
    patternTerms(planning, views, index, normalize(query.pattern), query.caseInsensitive, boost),
  )
}

/** A wildcard pattern on the views of one field. */
export function planPattern(
  planning: Planning,
  views: FieldViews,
  pattern: string,
  caseInsensitive: boolean,
  boost: number,
): Plan {
  checkLength(pattern, planning)
  if (planning.onlyStatistics) return none
  return planMax(
    viewPlans(planning, views, (_, index, normalize) =>
      patternTerms(planning, views, index, normalize(pattern), caseInsensitive, boost),
    ),
    0,
  )
}

function patternTerms(
  planning: Planning,
  views: FieldViews,
  index: TermIndex,
  pattern: string,
  caseInsensitive: boolean,
  boost: number,
): Plan {
  const { context } = planning
  const automaton = wildcardAutomaton(pattern, caseInsensitive, context.limits.statesMax, context.budget)
  return automatonTerms(planning, index, automaton, boost, `${views.name}:${pattern}`)
}

export function planRegexp(query: RegexpQuery, planning: Planning, boost: number): Plan {
  checkLength(query.pattern, planning)
  const { context } = planning
  return eachTermView(planning, query.field, (views, index) => {
    const automaton = regexpAutomaton(
      query.pattern,
      query.caseInsensitive,
      context.limits.statesMax,
      context.budget,
    )
    return automatonTerms(planning, index, automaton, boost, `${views.name}:/${query.pattern}/`)
  })
}

function automatonTerms(
  planning: Planning,
  index: TermIndex,
  automaton: Automaton,
  boost: number,
  label: string,
): Plan {
  return termSet(planning, index, acceptedTerms(index, automaton, planning.context.budget), boost, label)
}

export function planFuzzy(query: FuzzyQuery, planning: Planning, boost: number): Plan {
  checkLength(query.value, planning)
  return eachTermView(planning, query.field, (views, index, normalize) =>
    fuzzyTerm(planning, views, index, normalize(query.value), query.fuzziness, boost, true),
  )
}

/** Terms close to a word; each scores by how close it is, so that shards agree without knowing each other's terms. */
export function fuzzyTerm(
  planning: Planning,
  views: FieldViews,
  index: TermIndex,
  word: string,
  fuzziness: Fuzziness,
  boost: number,
  withExact: boolean,
): Plan {
  if (planning.onlyStatistics) return none
  const length = Array.from(word).length
  const { transpositions, prefixLength, maxExpansions } = fuzziness
  const edits = editsFor(fuzziness, length)
  const terms = fuzzyTerms(
    index,
    word,
    { edits, prefixLength, transpositions, max: maxExpansions },
    planning.context.budget,
  )
  const byScore = new Map<number, number[]>()
  for (const term of terms) {
    if (term.edits === 0 && !withExact) continue
    const closeness = 1 - term.edits / Math.max(1, Math.min(length, term.length))
    const ordinals = byScore.get(closeness) ?? []
    ordinals.push(term.ordinal)
    byScore.set(closeness, ordinals)
  }
  return planMax(
    [...byScore].map(([closeness, ordinals]) =>
      termSet(planning, index, ordinals, boost * Math.max(0, closeness), `${views.name}:${word}~${edits}`),
    ),
    0,
  )
}

export function editsFor({ edits }: Fuzziness, length: number): number {
  if (typeof edits === 'number') return edits
  return length < edits.low ? 0 : length < edits.high ? 1 : 2
}

function checkLength(pattern: string, planning: Planning): void {
  const { patternLengthMax } = planning.context.limits
  if (pattern.length > patternLengthMax)
    throw new QueryError(
      'illegal_argument',
      `The pattern '${pattern.slice(0, 40)}...' has ${pattern.length} characters; at most ${patternLengthMax} are allowed.`,
    )
}
