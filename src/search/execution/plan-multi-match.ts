import { tokensOf } from '../analysis/analyzer.ts'
import type { FieldBoost, MultiMatchQuery } from '../query/query.ts'
import { expandFieldName, resolveField } from './field-views.ts'
import { none, planMax } from './plan-algebra.ts'
import {
  analyzerFor,
  combine,
  planMatch,
  planMatchBoolPrefix,
  planMatchPhrase,
  planMatchPhrasePrefix,
} from './plan-text.ts'
import { numberTerm } from './plan-values.ts'
import type { Plan, TermPlan } from './plan.ts'
import { exactTerm, textTerm, type Planning } from './planning.ts'
import { inverseDocumentFrequency } from './bm25.ts'

export function planMultiMatch(query: MultiMatchQuery, planning: Planning, boost: number): Plan {
  const fields = fieldsOf(query, planning)
  if (query.type === 'cross_fields') return crossFields(query, fields, planning, boost)
  return planMax(
    fields.map(({ field, boost: factor }) => oneField(query, field, planning, boost * factor)),
    query.tieBreaker,
  )
}

/** Each field once: one that is named several times, perhaps by a pattern, has the product of the boosts. */
function fieldsOf(query: MultiMatchQuery, planning: Planning): readonly FieldBoost[] {
  const boosts = new Map<string, number>()
  for (const { field, boost } of query.fields)
    for (const name of expandFieldName(planning.reader, field))
      boosts.set(name, (boosts.get(name) ?? 1) * boost)
  return [...boosts].map(([field, boost]) => ({ field, boost }))
}

function oneField(query: MultiMatchQuery, field: string, planning: Planning, boost: number): Plan {
  const { text, operator, minimumShouldMatch, fuzziness, slop, maxExpansions, analyzer, zeroTerms } = query
  switch (query.type) {
    case 'best_fields':
    case 'most_fields':
    case 'cross_fields':
      return planMatch(
        { kind: 'match', field, text, operator, minimumShouldMatch, fuzziness, analyzer, zeroTerms },
        planning,
        boost,
      )
    case 'phrase':
      return planMatchPhrase(
        { kind: 'match_phrase', field, text, slop, analyzer, zeroTerms },
        planning,
        boost,
      )
    case 'phrase_prefix':
      return planMatchPhrasePrefix(
        { kind: 'match_phrase_prefix', field, text, slop, maxExpansions, analyzer, zeroTerms },
        planning,
        boost,
      )
    case 'bool_prefix':
      return planMatchBoolPrefix(
        { kind: 'match_bool_prefix', field, text, operator, minimumShouldMatch, fuzziness, analyzer },
        planning,
        boost,
      )
  }
}

/**
 * All fields as if they were one: each word may be in any of them, and a word is as rare as in the field where it is most common, so
 * that a surname in the field of first names is not worth more for being odd there.
 */
function crossFields(
  query: MultiMatchQuery,
  fields: readonly FieldBoost[],
  planning: Planning,
  boost: number,
): Plan {
  const words = new Map<string, Plan[]>()
  const values: Plan[] = []
  const text = String(query.text)
  for (const { field, boost: factor } of fields) {
    const views = resolveField(planning.reader, field)
    if (views === null) continue
    if (!views.exact) values.push(numberTerm(planning, views, query.text, boost * factor))
    if (views.exact || views.field.text === null) {
      values.push(exactTerm(planning, views, text, boost * factor))
      continue
    }
    for (const [at, { term }] of tokensOf(
      analyzerFor(planning, views.name, query.analyzer),
      text,
    ).entries()) {
      const key = `${at} ${term}`
      const plans = words.get(key) ?? []
      plans.push(textTerm(planning, views, term, boost * factor))
      words.set(key, plans)
    }
  }
  if (words.size === 0 && query.zeroTerms === 'all') return { kind: 'all', score: boost }
  const perWord = [...words.values()].map((plans) => planMax(blend(plans), query.tieBreaker))
  const all = words.size === 0 ? none : combine(perWord, query.operator, query.minimumShouldMatch)
  return planMax([all, ...values], 0)
}

/** The same terms, each with the frequency of the most common one. */
function blend(plans: readonly Plan[]): readonly Plan[] {
  const terms = plans.filter((plan): plan is TermPlan => plan.kind === 'term')
  const docFrequency = Math.max(0, ...terms.map(({ weight }) => weight.docFrequency))
  const docCount = Math.max(docFrequency, ...terms.map(({ weight }) => weight.docCount))
  const idf = docCount === 0 ? 0 : inverseDocumentFrequency(docFrequency, docCount)
  return terms.map((plan) => ({ ...plan, weight: { ...plan.weight, idf, docFrequency, docCount } }))
}
