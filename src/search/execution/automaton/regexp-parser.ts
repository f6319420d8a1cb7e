import { QueryError } from '../../budget.ts'
import type { CodePointRanges, Expression, Expressions } from './expressions.ts'
import { numberInterval } from './number-interval.ts'

/** Greatest count in `{n,m}`. */
const REPEAT_MAX = 1000
/** Groups within groups. */
const DEPTH_MAX = 100
const NO_LIMIT = Number.POSITIVE_INFINITY

/**
 * Lucene's regular expressions, which match whole terms: `.` `?` `*` `+` `{n,m}` `|` `( )` `[a-z]` `[^a-z]` `"literal"` `\c` `\d` `\w`
 * `\s`, and its additions: `~` (not) `&` (and) `@` (anything) `#` (nothing) `<1-20>` (numbers).
 */
export function parseRegexp(pattern: string, expressions: Expressions, ignoreCase: boolean): Expression {
  const parser = new RegexpParser(pattern, expressions, ignoreCase)
  return parser.parse()
}

class RegexpParser {
  readonly #characters: readonly string[]
  readonly #pattern: string
  readonly #expressions: Expressions
  readonly #ignoreCase: boolean
  #at = 0
  #depth = 0

  constructor(pattern: string, expressions: Expressions, ignoreCase: boolean) {
    this.#pattern = pattern
    this.#characters = Array.from(pattern)
    this.#expressions = expressions
    this.#ignoreCase = ignoreCase
  }

  parse(): Expression {
    if (this.#characters.length === 0) return this.#expressions.empty
    const expression = this.#alternatives()
    if (this.#at < this.#characters.length) throw this.#error(`'${this.#peek()}' has no beginning`)
    return expression
  }

  #alternatives(): Expression {
    this.#depth += 1
    if (this.#depth > DEPTH_MAX) throw this.#error(`groups are nested more than ${DEPTH_MAX} deep`)
    const parts = [this.#intersection()]
    while (this.#take('|')) parts.push(this.#intersection())
    this.#depth -= 1
    return this.#expressions.anyOf(parts)
  }

  #intersection(): Expression {
    const parts = [this.#sequence()]
    while (this.#take('&')) parts.push(this.#sequence())
    return parts.length === 1 ? (parts[0] ?? this.#expressions.nothing) : this.#expressions.allOf(parts)
  }

  #sequence(): Expression {
    const parts: Expression[] = []
    while (this.#at < this.#characters.length && !'|&)'.includes(this.#peek())) parts.push(this.#repeated())
    let expression = this.#expressions.empty
    for (const part of parts.reverse()) expression = this.#expressions.sequence(part, expression)
    return expression
  }

  #repeated(): Expression {
    let negations = 0
    while (this.#take('~')) negations += 1
    let expression = this.#atom()
    for (;;) {
      if (this.#take('?')) expression = this.#expressions.repeat(expression, 0, 1)
      else if (this.#take('*')) expression = this.#expressions.repeat(expression, 0, NO_LIMIT)
      else if (this.#take('+')) expression = this.#expressions.repeat(expression, 1, NO_LIMIT)
      else if (this.#take('{')) expression = this.#counted(expression)
      else break
    }
    return negations % 2 === 1 ? this.#expressions.not(expression) : expression
  }

  #counted(part: Expression): Expression {
    const min = this.#number()
    let max = min
    if (this.#take(',')) max = this.#peek() === '}' ? NO_LIMIT : this.#number()
    if (!this.#take('}')) throw this.#error("expected '}' behind a repeat count")
    if (max < min) throw this.#error(`the repeat count {${min},${max}} ends before it begins`)
    return this.#expressions.repeat(part, min, max)
  }

  #number(): number {
    const start = this.#at
    while (/^\d$/.test(this.#peek())) this.#at += 1
    const digits = this.#characters.slice(start, this.#at).join('')
    if (digits === '') throw this.#error('expected a number in a repeat count')
    const value = Number(digits)
    if (value > REPEAT_MAX)
      throw this.#error(`the repeat count ${digits} is above the limit of ${REPEAT_MAX}`)
    return value
  }

  #atom(): Expression {
    const expressions = this.#expressions
    const character = this.#next()
    switch (character) {
      case '.':
        return expressions.characters([], true)
      case '@':
        return expressions.anything
      case '#':
        return expressions.nothing
      case '(':
        return this.#group()
      case '[':
        return this.#class()
      case '"':
        return this.#quoted()
      case '<':
        return this.#interval()
      case '\\':
        return this.#escaped()
      case '*':
      case '+':
      case '?':
      case '{':
        this.#at -= 1
        throw this.#error(
          `'${character}' has nothing to repeat; write '\\${character}' for the character itself`,
        )
      default:
        return this.#character(character.codePointAt(0) ?? 0)
    }
  }

  #group(): Expression {
    if (this.#take(')')) return this.#expressions.empty
    const inner = this.#alternatives()
    if (!this.#take(')')) throw this.#error("expected ')'")
    return inner
  }

  #quoted(): Expression {
    const end = this.#characters.indexOf('"', this.#at)
    if (end < 0) throw this.#error("expected '\"' at the end of a literal")
    const text = this.#characters.slice(this.#at, end)
    this.#at = end + 1
    let expression = this.#expressions.empty
    for (const character of text.reverse())
      expression = this.#expressions.sequence(this.#character(character.codePointAt(0) ?? 0), expression)
    return expression
  }

  #interval(): Expression {
    const end = this.#characters.indexOf('>', this.#at)
    const match = /^(\d{1,15})-(\d{1,15})$/.exec(this.#characters.slice(this.#at, Math.max(end, 0)).join(''))
    if (match === null)
      throw this.#error("expected two numbers as in '<1-20>'; write '\\<' for the character itself")
    this.#at = end + 1
    return numberInterval(this.#expressions, match[1] ?? '', match[2] ?? '')
  }

  #escaped(): Expression {
    if (this.#at >= this.#characters.length) throw this.#error("'\\' has no character behind it")
    const character = this.#next()
    const set = sets[character]
    if (set !== undefined) return this.#expressions.characters(set.ranges, set.negated)
    return this.#character(character.codePointAt(0) ?? 0)
  }

  #class(): Expression {
    const negated = this.#take('^')
    const ranges: [number, number][] = []
    let first = true
    while (first || this.#peek() !== ']') {
      first = false
      if (this.#at >= this.#characters.length) throw this.#error("expected ']'")
      const from = this.#classCharacter(ranges)
      if (from < 0) continue
      let to = from
      if (this.#peek() === '-' && this.#characters[this.#at + 1] !== ']') {
        this.#at += 1
        to = this.#classCharacter(ranges)
        if (to < from) throw this.#error('a range of characters ends before it begins')
      }
      ranges.push([from, to])
      if (this.#ignoreCase && to - from < 0x250)
        for (let point = from; point <= to; point++)
          for (const variant of caseVariants(point)) ranges.push([variant, variant])
    }
    this.#at += 1
    return this.#expressions.characters(ranges, negated)
  }

  /** One character of a class; -1 when it was a set such as `\d`, whose ranges are added. */
  #classCharacter(ranges: [number, number][]): number {
    if (this.#at >= this.#characters.length) throw this.#error("expected ']'")
    const character = this.#next()
    if (character !== '\\') return character.codePointAt(0) ?? 0
    if (this.#at >= this.#characters.length) throw this.#error("'\\' has no character behind it")
    const escaped = this.#next()
    const set = sets[escaped]
    if (set === undefined) return escaped.codePointAt(0) ?? 0
    if (set.negated) throw this.#error(`'\\${escaped}' can not stand in a class`)
    for (const [from, to] of set.ranges) ranges.push([from, to])
    return -1
  }

  #character(point: number): Expression {
    const variants = this.#ignoreCase ? caseVariants(point) : [point]
    return this.#expressions.characters(
      variants.map((variant) => [variant, variant]),
      false,
    )
  }

  #peek(): string {
    return this.#characters[this.#at] ?? ''
  }

  #next(): string {
    this.#at += 1
    return this.#characters[this.#at - 1] ?? ''
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false
    this.#at += 1
    return true
  }

  #error(what: string): QueryError {
    return new QueryError(
      'parse',
      `Regular expression /${this.#pattern}/, character ${this.#at + 1}: ${what}.`,
    )
  }
}

const digits: CodePointRanges = [[48, 57]]
const wordCharacters: CodePointRanges = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
]
const spaces: CodePointRanges = [
  [9, 13],
  [32, 32],
]
const sets: Readonly<Record<string, { readonly ranges: CodePointRanges; readonly negated: boolean }>> = {
  d: { ranges: digits, negated: false },
  D: { ranges: digits, negated: true },
  w: { ranges: wordCharacters, negated: false },
  W: { ranges: wordCharacters, negated: true },
  s: { ranges: spaces, negated: false },
  S: { ranges: spaces, negated: true },
}

/** The code point in both cases, ascending. */
export function caseVariants(point: number): number[] {
  const character = String.fromCodePoint(point)
  const variants = new Set([point])
  for (const variant of [character.toLowerCase(), character.toUpperCase()])
    if (Array.from(variant).length === 1) variants.add(variant.codePointAt(0) ?? point)
  return [...variants].sort((a, b) => a - b)
}
