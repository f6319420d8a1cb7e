import type { NotPlan, Plan } from './plan.ts'

export const none: Plan = { kind: 'none' }

/** All of them. What can match nothing makes the whole nothing, and a filter that everything passes is dropped. */
export function planAnd(
  scored: readonly Plan[],
  filters: readonly Plan[],
  optional: readonly Plan[],
  all: Plan,
): Plan {
  if (scored.some(isNone) || filters.some(isNone)) return none
  const useful = filters.filter((plan) => plan.kind !== 'all')
  const extra = optional.filter((plan) => !isNone(plan))
  const [only] = scored
  if (useful.length === 0 && extra.length === 0 && scored.length === 1 && only !== undefined) return only
  if (scored.length + useful.length === 0) {
    const everything: Plan = { kind: 'constant', child: all, score: 0 }
    if (extra.length === 0) return everything
    return { kind: 'and', scored: [], filters: [everything], optional: extra }
  }
  return { kind: 'and', scored, filters: useful, optional: extra }
}

/** At least `minimum` of them. */
export function planOr(children: readonly Plan[], minimum: number): Plan {
  const live = children.filter((plan) => !isNone(plan))
  if (live.length < minimum || live.length === 0) return none
  const [only] = live
  if (live.length === 1 && only !== undefined) return only
  return { kind: 'or', children: live, minimum }
}

/** The best of them, plus a share of the others. */
export function planMax(children: readonly Plan[], tieBreaker: number): Plan {
  const live = children.filter((plan) => !isNone(plan))
  const [only] = live
  if (only === undefined) return none
  return live.length === 1 ? only : { kind: 'max', children: live, tieBreaker }
}

export function planNot(child: Plan, excluded: readonly Plan[]): Plan {
  const out = planOr(excluded, 1)
  if (isNone(child) || out.kind === 'all') return none
  if (isNone(out)) return child
  return { kind: 'not', child, excluded: out } satisfies NotPlan
}

function isNone(plan: Plan): boolean {
  return plan.kind === 'none'
}
