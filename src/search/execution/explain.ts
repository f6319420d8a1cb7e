import type { IndexReader } from '../index/index-reader.ts'
import type { Explanation } from '../search-request.ts'
import { B, K1 } from './bm25.ts'
import { openPlan } from './open-plan.ts'
import type { FunctionsPlan, Plan, TermPlan, TermWeight } from './plan.ts'

/** How a document came to its score; null when it does not match. */
export function explainHit(plan: Plan, doc: number, reader: IndexReader): Explanation | null {
  const matcher = openPlan(plan, reader.docCount)
  if (matcher.advance(doc) !== doc || !matcher.matches()) return null
  const value = matcher.score()
  const inner = (plans: readonly Plan[]): Explanation[] =>
    plans.flatMap((child) => explainHit(child, doc, reader) ?? [])
  switch (plan.kind) {
    case 'none':
      return null
    case 'all':
      return leaf(value, 'every record')
    case 'bits':
    case 'list':
    case 'numbers':
    case 'ordinals':
      return leaf(value, `${plan.label}, constant`)
    case 'term':
      return explainTerm(plan, doc, value)
    case 'phrase':
      return {
        value,
        description: `${plan.label}, BM25 with the sum of the words' idf`,
        details: weightDetails(plan.weight, plan.index.length(doc)),
      }
    case 'and':
      return { value, description: 'sum of', details: inner([...plan.scored, ...plan.optional]) }
    case 'or':
      return { value, description: 'sum of', details: inner(plan.children) }
    case 'max':
      return {
        value,
        description: plan.tieBreaker === 0 ? 'best of' : `best of, plus ${plan.tieBreaker} times the others`,
        details: inner(plan.children),
      }
    case 'not':
      return explainHit(plan.child, doc, reader)
    case 'verified':
      return explainHit(plan.child, doc, reader)
    case 'constant':
      return leaf(value, 'constant score')
    case 'boosting':
      return {
        value,
        description: `score, times ${plan.negativeBoost} if the negative query matches`,
        details: inner([plan.positive]),
      }
    case 'functions':
      return explainFunctions(plan, doc, value, inner([plan.child]))
  }
}

function leaf(value: number, description: string): Explanation {
  return { value, description, details: [] }
}

function explainTerm(plan: TermPlan, doc: number, value: number): Explanation {
  const postings = plan.index.postings(plan.ordinal)
  postings.advance(doc)
  const { weight } = plan
  if (weight.averageLength <= 0)
    return { value, description: `${plan.label}, boost times idf`, details: weightDetails(weight, null) }
  const details = [leaf(postings.frequency(), 'occurrences in the field')]
  details.push(...weightDetails(weight, plan.index.length(doc)))
  return {
    value,
    description: `${plan.label}, BM25: boost * idf * ${K1 + 1} * tf / (tf + ${K1} * (1 - ${B} + ${B} * length / average length))`,
    details,
  }
}

function weightDetails(weight: TermWeight, length: number | null): Explanation[] {
  const details = [
    leaf(weight.boost, 'boost'),
    leaf(weight.idf, `idf: ${weight.docFrequency} of ${weight.docCount} records`),
  ]
  if (length !== null)
    details.push(leaf(length, 'length of the field'), leaf(weight.averageLength, 'average length'))
  return details
}

function explainFunctions(
  plan: FunctionsPlan,
  doc: number,
  value: number,
  score: readonly Explanation[],
): Explanation {
  const functions = plan.functions.map((planned) =>
    leaf(planned.value(doc) * planned.weight, `${planned.source.kind}, times its weight ${planned.weight}`),
  )
  return {
    value,
    description: `functions joined by ${plan.scoreMode}, with the score by ${plan.boostMode}`,
    details: [...score, ...functions],
  }
}
