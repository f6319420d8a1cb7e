import { SearchLimitError } from '../../budget.ts'

/** An expression of one table, by its number. Equal expressions have equal numbers. */
export type Expression = number

/** Ranges of code points, both ends included. */
export type CodePointRanges = readonly (readonly [number, number])[]

type Node =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'class'; readonly ranges: CodePointRanges; readonly negated: boolean }
  | { readonly kind: 'sequence'; readonly first: Expression; readonly rest: Expression }
  | { readonly kind: 'any_of' | 'all_of'; readonly parts: readonly Expression[] }
  | { readonly kind: 'not'; readonly part: Expression }
  | { readonly kind: 'repeat'; readonly part: Expression; readonly min: number; readonly max: number }

const TOO_COMPLEX =
  'Use a longer literal prefix, fewer alternatives and smaller repeat counts, or an exact value.'

/**
 * Regular expressions as values, each stored once. What is left to match after a character is again such an expression (Brzozowski's
 * derivative), so a state of the automaton is an expression, complement and intersection cost nothing extra, a counted repeat is one
 * node, and nothing is built that the terms at hand do not ask for.
 */
export class Expressions {
  readonly nothing: Expression
  readonly empty: Expression
  readonly anything: Expression
  readonly #nodes: Node[] = []
  readonly #nullable: boolean[] = []
  readonly #numbers = new Map<string, Expression>()
  readonly #max: number
  readonly #pattern: string

  /** @param max Expressions that may be stored; one more is a SearchLimitError that shows `pattern`. */
  constructor(pattern: string, max: number) {
    this.#max = max
    this.#pattern = pattern
    this.nothing = this.#intern('0', { kind: 'nothing' }, false)
    this.empty = this.#intern('1', { kind: 'empty' }, true)
    this.anything = this.repeat(this.characters([], true), 0, Number.POSITIVE_INFINITY)
  }

  /** Whether the expression matches the empty string. */
  nullable(expression: Expression): boolean {
    return this.#nullable[expression] ?? false
  }

  characters(ranges: CodePointRanges, negated: boolean): Expression {
    if (ranges.length === 0 && !negated) return this.nothing
    return this.#intern(
      `c${negated ? '^' : ''}${ranges.map(([from, to]) => `${from}-${to}`).join()}`,
      { kind: 'class', ranges, negated },
      false,
    )
  }

  literal(text: string): Expression {
    let expression = this.empty
    for (const character of Array.from(text).reverse()) {
      const point = character.codePointAt(0) ?? 0
      expression = this.sequence(this.characters([[point, point]], false), expression)
    }
    return expression
  }

  sequence(first: Expression, rest: Expression): Expression {
    if (first === this.nothing || rest === this.nothing) return this.nothing
    if (first === this.empty) return rest
    if (rest === this.empty) return first
    const node = this.#node(first)
    // Sequences lean to the right, so that equal ones look equal.
    if (node.kind === 'sequence') return this.sequence(node.first, this.sequence(node.rest, rest))
    const nullable = this.nullable(first) && this.nullable(rest)
    return this.#intern(`s${first},${rest}`, { kind: 'sequence', first, rest }, nullable)
  }

  anyOf(parts: readonly Expression[]): Expression {
    const flat = this.#flat('any_of', parts).filter((part) => part !== this.nothing)
    if (flat.includes(this.anything)) return this.anything
    const [first, ...others] = flat
    if (first === undefined) return this.nothing
    if (others.length === 0) return first
    return this.#intern(
      `|${flat.join()}`,
      { kind: 'any_of', parts: flat },
      flat.some((part) => this.nullable(part)),
    )
  }

  allOf(parts: readonly Expression[]): Expression {
    const flat = this.#flat('all_of', parts).filter((part) => part !== this.anything)
    if (flat.includes(this.nothing)) return this.nothing
    const [first, ...others] = flat
    if (first === undefined) return this.anything
    if (others.length === 0) return first
    return this.#intern(
      `&${flat.join()}`,
      { kind: 'all_of', parts: flat },
      flat.every((part) => this.nullable(part)),
    )
  }

  not(part: Expression): Expression {
    const node = this.#node(part)
    if (node.kind === 'not') return node.part
    if (part === this.nothing) return this.anything
    if (part === this.anything) return this.nothing
    return this.#intern(`~${part}`, { kind: 'not', part }, !this.nullable(part))
  }

  repeat(part: Expression, min: number, max: number): Expression {
    if (max === 0) return this.empty
    if (min === 1 && max === 1) return part
    if (part === this.empty) return part
    if (part === this.nothing) return min === 0 ? this.empty : part
    const node = this.#node(part)
    if (node.kind === 'repeat' && node.min === 0 && node.max === Number.POSITIVE_INFINITY && min <= 1)
      return part
    return this.#intern(
      `r${part},${min},${max}`,
      { kind: 'repeat', part, min, max },
      min === 0 || this.nullable(part),
    )
  }

  /** What is left to match after `point`. */
  after(expression: Expression, point: number): Expression {
    const node = this.#node(expression)
    switch (node.kind) {
      case 'nothing':
      case 'empty':
        return this.nothing
      case 'class':
        return inRanges(node.ranges, point) === node.negated ? this.nothing : this.empty
      case 'sequence': {
        const first = this.sequence(this.after(node.first, point), node.rest)
        return this.nullable(node.first) ? this.anyOf([first, this.after(node.rest, point)]) : first
      }
      case 'any_of':
        return this.anyOf(node.parts.map((part) => this.after(part, point)))
      case 'all_of':
        return this.allOf(node.parts.map((part) => this.after(part, point)))
      case 'not':
        return this.not(this.after(node.part, point))
      case 'repeat': {
        const fewer = this.repeat(node.part, Math.max(0, node.min - 1), node.max - 1)
        return this.sequence(this.after(node.part, point), fewer)
      }
    }
  }

  /** The characters that everything which matches begins with. */
  literalPrefix(expression: Expression): string {
    let prefix = ''
    let rest = expression
    for (;;) {
      const node = this.#node(rest)
      const first = node.kind === 'sequence' ? this.#node(node.first) : node
      const [range] =
        first.kind === 'class' && !first.negated && first.ranges.length === 1 ? first.ranges : []
      if (range === undefined || range[0] !== range[1]) return prefix
      prefix += String.fromCodePoint(range[0])
      if (node.kind !== 'sequence') return prefix
      rest = node.rest
    }
  }

  #node(expression: Expression): Node {
    return this.#nodes[expression] ?? { kind: 'nothing' }
  }

  #flat(kind: 'any_of' | 'all_of', parts: readonly Expression[]): Expression[] {
    const flat = new Set<Expression>()
    for (const part of parts) {
      const node = this.#node(part)
      if (node.kind === kind) for (const inner of node.parts) flat.add(inner)
      else flat.add(part)
    }
    return [...flat].sort((a, b) => a - b)
  }

  #intern(key: string, node: Node, nullable: boolean): Expression {
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    if (this.#nodes.length >= this.#max)
      throw new SearchLimitError(
        'too_complex',
        `The pattern '${shortened(this.#pattern)}' needs more than ${this.#max} states. ${TOO_COMPLEX}`,
      )
    this.#numbers.set(key, this.#nodes.length)
    this.#nullable.push(nullable)
    return this.#nodes.push(node) - 1
  }
}

export function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}

function inRanges(ranges: CodePointRanges, point: number): boolean {
  for (const [from, to] of ranges) if (point >= from && point <= to) return true
  return false
}
