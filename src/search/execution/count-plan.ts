import { noMoreDocs } from '../index/index-reader.ts'
import type { Budget } from '../budget.ts'
import { openPlan } from './open-plan.ts'
import type { Plan } from './plan.ts'

/** Candidates between two looks at the budget. */
const CHECK_EVERY = 4096

/** How many documents a plan matches, where that is known without looking at them; else null. */
export function knownCount(plan: Plan, docCount: number): number | null {
  switch (plan.kind) {
    case 'none':
      return 0
    case 'all':
      return docCount
    case 'term':
      return plan.index.docFrequency(plan.ordinal)
    case 'bits':
      return plan.size
    case 'list':
      return plan.docs.length
    case 'constant':
      return knownCount(plan.child, docCount)
    case 'boosting':
      return knownCount(plan.positive, docCount)
    case 'functions':
      return plan.minScore === null ? knownCount(plan.child, docCount) : null
    case 'numbers':
    case 'ordinals':
    case 'phrase':
    case 'and':
    case 'or':
    case 'not':
    case 'max':
    case 'verified':
      return null
  }
}

/** Counts the documents of a plan, and stops at the first above `limit`. */
export function countPlan(plan: Plan, docCount: number, limit: number, budget: Budget): number {
  const known = knownCount(plan, docCount)
  if (known !== null) return known
  const matcher = openPlan(plan, docCount)
  let count = 0
  let steps = 0
  for (let doc = matcher.next(); doc !== noMoreDocs && count <= limit; doc = matcher.next()) {
    if (matcher.matches()) count += 1
    steps += 1
    if (steps % CHECK_EVERY === 0) budget.check()
  }
  return count
}
