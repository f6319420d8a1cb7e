import { SearchLimitError, type Budget } from '../../budget.ts'
import { Expressions, shortened, type Expression } from './expressions.ts'
import { caseVariants, parseRegexp } from './regexp-parser.ts'

export const DEAD = -1

/** Decides about terms character by character. A state is a small number; `DEAD` will never accept anything. */
export interface Automaton {
  readonly start: number
  /** What every accepted term begins with. */
  readonly prefix: string
  step(state: number, codePoint: number): number
  accepts(state: number): boolean
}

export function regexpAutomaton(
  pattern: string,
  ignoreCase: boolean,
  statesMax: number,
  budget: Budget,
): Automaton {
  const expressions = new Expressions(pattern, statesMax * 8)
  const expression = parseRegexp(pattern, expressions, ignoreCase)
  return new LazyAutomaton(pattern, expressions, expression, statesMax, budget)
}

/** Throws a QueryError when the pattern is no regular expression, and a SearchLimitError when it is far too large. */
export function checkRegexp(pattern: string): void {
  parseRegexp(pattern, new Expressions(pattern, CHECKED_EXPRESSIONS_MAX), false)
}

export function wildcardAutomaton(
  pattern: string,
  ignoreCase: boolean,
  statesMax: number,
  budget: Budget,
): Automaton {
  const expressions = new Expressions(pattern, statesMax * 8)
  const parts: Expression[] = []
  const characters = Array.from(pattern)
  for (let index = 0; index < characters.length; index++) {
    let character = characters[index] ?? ''
    if (character === '*') parts.push(expressions.anything)
    else if (character === '?') parts.push(expressions.characters([], true))
    else {
      if (character === '\\' && index + 1 < characters.length) character = characters[(index += 1)] ?? ''
      const point = character.codePointAt(0) ?? 0
      const variants = ignoreCase ? caseVariants(point) : [point]
      parts.push(
        expressions.characters(
          variants.map((variant) => [variant, variant]),
          false,
        ),
      )
    }
  }
  let expression = expressions.empty
  for (const part of parts.reverse()) expression = expressions.sequence(part, expression)
  return new LazyAutomaton(pattern, expressions, expression, statesMax, budget)
}

/** Expressions that a pattern may consist of before it is walked. */
const CHECKED_EXPRESSIONS_MAX = 10_000
/** Characters below this have their transitions in an array. */
const ASCII = 128
const UNKNOWN = -2
/** About what a state takes. */
const STATE_BYTES = 1024

/** An automaton whose states are made when a term first leads to them. */
class LazyAutomaton implements Automaton {
  readonly start: number
  readonly prefix: string
  readonly #pattern: string
  readonly #expressions: Expressions
  readonly #statesMax: number
  readonly #budget: Budget
  readonly #states: Expression[] = []
  readonly #numbers = new Map<Expression, number>()
  readonly #ascii: Int32Array[] = []
  readonly #others: Map<number, number>[] = []

  constructor(
    pattern: string,
    expressions: Expressions,
    expression: Expression,
    statesMax: number,
    budget: Budget,
  ) {
    this.#pattern = pattern
    this.#budget = budget
    this.#expressions = expressions
    this.#statesMax = statesMax
    this.prefix = expressions.literalPrefix(expression)
    this.start = this.#state(expression)
  }

  step(state: number, codePoint: number): number {
    const ascii = this.#ascii[state]
    const others = this.#others[state]
    if (ascii === undefined || others === undefined) return DEAD
    const known = codePoint < ASCII ? ascii[codePoint] : others.get(codePoint)
    if (known !== undefined && known !== UNKNOWN) return known
    const next = this.#state(this.#expressions.after(this.#states[state] ?? 0, codePoint))
    if (codePoint < ASCII) ascii[codePoint] = next
    else others.set(codePoint, next)
    return next
  }

  accepts(state: number): boolean {
    return this.#expressions.nullable(this.#states[state] ?? this.#expressions.nothing)
  }

  #state(expression: Expression): number {
    if (expression === this.#expressions.nothing) return DEAD
    const known = this.#numbers.get(expression)
    if (known !== undefined) return known
    if (this.#states.length >= this.#statesMax)
      throw new SearchLimitError(
        'too_complex',
        `The pattern '${shortened(this.#pattern)}' needs more than ${this.#statesMax} states on the terms of the field. Use a longer literal prefix or a simpler pattern.`,
      )
    this.#budget.check()
    this.#budget.allocate(STATE_BYTES)
    this.#numbers.set(expression, this.#states.length)
    this.#ascii.push(new Int32Array(ASCII).fill(UNKNOWN))
    this.#others.push(new Map())
    return this.#states.push(expression) - 1
  }
}
