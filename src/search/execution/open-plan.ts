import { AndMatcher, MaxMatcher, NotMatcher, OrMatcher } from './boolean-matcher.ts'
import { NumbersMatcher, OrdinalsMatcher } from './column-matcher.ts'
import { AllMatcher, BitsMatcher, ListMatcher, TestedMatcher, type Matcher } from './matcher.ts'
import { PhraseMatcher } from './phrase-matcher.ts'
import type { Plan } from './plan.ts'
import { BoostingMatcher, ConstantMatcher, FunctionsMatcher } from './score-matcher.ts'
import { TermMatcher } from './term-matcher.ts'

const noDocs = new Int32Array(0)

/** Fresh cursors for a plan. */
export function openPlan(plan: Plan, docCount: number): Matcher {
  const open = (child: Plan): Matcher => openPlan(child, docCount)
  switch (plan.kind) {
    case 'none':
      return new ListMatcher(noDocs, 0)
    case 'all':
      return new AllMatcher(docCount, plan.score)
    case 'term':
      return new TermMatcher(plan)
    case 'bits':
      return new BitsMatcher(plan.words, plan.size, plan.score)
    case 'list':
      return new ListMatcher(plan.docs, plan.score)
    case 'numbers':
      return new NumbersMatcher(plan)
    case 'ordinals':
      return new OrdinalsMatcher(plan)
    case 'phrase':
      return new PhraseMatcher(plan)
    case 'and':
      return new AndMatcher(plan.scored.map(open), plan.filters.map(open), plan.optional.map(open))
    case 'or':
      return new OrMatcher(plan.children.map(open), plan.minimum)
    case 'not':
      return new NotMatcher(open(plan.child), open(plan.excluded))
    case 'max':
      return new MaxMatcher(plan.children.map(open), plan.tieBreaker)
    case 'constant':
      return new ConstantMatcher(open(plan.child), plan.score)
    case 'verified':
      return new TestedMatcher(open(plan.child), plan.test)
    case 'boosting':
      return new BoostingMatcher(open(plan.positive), open(plan.negative), plan.negativeBoost)
    case 'functions':
      return new FunctionsMatcher(
        plan,
        open(plan.child),
        plan.functions.map(({ filter }) => (filter === null ? null : open(filter))),
      )
  }
}
