import type { Matcher } from './matcher.ts'
import { combineFunctions } from './score-functions.ts'
import type { FunctionsPlan } from './plan.ts'

/** The documents of another matcher with a score of their own. */
export class ConstantMatcher implements Matcher {
  doc = -1
  readonly cost: number
  readonly #child: Matcher
  readonly #value: number

  constructor(child: Matcher, value: number) {
    this.#child = child
    this.#value = value
    this.cost = child.cost
  }

  next(): number {
    return (this.doc = this.#child.next())
  }

  advance(target: number): number {
    return (this.doc = this.#child.advance(target))
  }

  matches(): boolean {
    return this.#child.matches()
  }

  score(): number {
    return this.#value
  }
}

/** The documents of `positive`; those of `negative` count less. */
export class BoostingMatcher implements Matcher {
  doc = -1
  readonly cost: number
  readonly #positive: Matcher
  readonly #negative: Matcher
  readonly #negativeBoost: number

  constructor(positive: Matcher, negative: Matcher, negativeBoost: number) {
    this.#positive = positive
    this.#negative = negative
    this.#negativeBoost = negativeBoost
    this.cost = positive.cost
  }

  next(): number {
    return (this.doc = this.#positive.next())
  }

  advance(target: number): number {
    return (this.doc = this.#positive.advance(target))
  }

  matches(): boolean {
    return this.#positive.matches()
  }

  score(): number {
    const score = this.#positive.score()
    const demoted = this.#negative.advance(this.doc) === this.doc && this.#negative.matches()
    return demoted ? score * this.#negativeBoost : score
  }
}

/** Scores changed by functions of the document's values. */
export class FunctionsMatcher implements Matcher {
  doc = -1
  readonly cost: number
  readonly #child: Matcher
  readonly #plan: FunctionsPlan
  readonly #filters: readonly (Matcher | null)[]
  #score = 0
  #scoreDoc = -1

  constructor(plan: FunctionsPlan, child: Matcher, filters: readonly (Matcher | null)[]) {
    this.#plan = plan
    this.#child = child
    this.#filters = filters
    this.cost = child.cost
  }

  next(): number {
    return (this.doc = this.#child.next())
  }

  advance(target: number): number {
    return (this.doc = this.#child.advance(target))
  }

  matches(): boolean {
    if (!this.#child.matches()) return false
    return this.#plan.minScore === null || this.score() >= this.#plan.minScore * this.#plan.boost
  }

  score(): number {
    if (this.#scoreDoc !== this.doc) {
      this.#scoreDoc = this.doc
      const values: { value: number; weight: number }[] = []
      for (const [index, planned] of this.#plan.functions.entries()) {
        const filter = this.#filters[index] ?? null
        if (filter !== null && !(filter.advance(this.doc) === this.doc && filter.matches())) continue
        values.push({ value: planned.value(this.doc) * planned.weight, weight: planned.weight })
      }
      this.#score = this.#plan.boost * combineFunctions(this.#plan, this.#child.score(), values)
    }
    return this.#score
  }
}
