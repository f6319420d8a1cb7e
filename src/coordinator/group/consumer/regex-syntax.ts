/** A regular expression, taken apart. `accepts` gets one character (code point). */
export type RegexNode =
  | { readonly kind: 'character'; readonly accepts: (character: string) => boolean }
  | { readonly kind: 'assertion'; readonly holds: (text: readonly string[], at: number) => boolean }
  | { readonly kind: 'sequence'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'repeat'; readonly part: RegexNode; readonly min: number; readonly max: number | null }

export type ParsedRegex =
  | { readonly kind: 'node'; readonly node: RegexNode }
  | { readonly kind: 'invalid'; readonly reason: string }

/** As RE2 bounds them. */
const REPEAT_MAX = 1_000
const DEPTH_MAX = 250
const LENGTH_MAX = 10_000

class SyntaxProblem extends Error {}

/**
 * Parses the syntax of RE2: literals, `.`, classes, groups (named and not capturing too), alternatives, repetitions
 * (greedy or lazy, which for a whole match is the same), anchors, `\b`, Perl and Unicode classes, `\Q…\E`, flags `i`,
 * `s`, `m`, `U`. Like RE2 it has no back-references and no look-around, which would need unbounded time.
 */
export function parseRegex(expression: string): ParsedRegex {
  if (expression.length > LENGTH_MAX)
    return { kind: 'invalid', reason: `it is longer than ${LENGTH_MAX} characters` }
  const parser = new Parser(Array.from(expression))
  try {
    return { kind: 'node', node: parser.parse() }
  } catch (error) {
    if (error instanceof SyntaxProblem) return { kind: 'invalid', reason: error.message }
    throw error
  }
}

interface Flags {
  readonly ignoreCase: boolean
  readonly dotMatchesAll: boolean
  readonly multiLine: boolean
}

type Accepts = (character: string) => boolean

const digit: Accepts = (c) => /^[0-9]$/.test(c)
const word: Accepts = (c) => /^[0-9A-Za-z_]$/.test(c)
const space: Accepts = (c) => /^[\t\n\f\r ]$/.test(c)
const not =
  (accepts: Accepts): Accepts =>
  (c) =>
    !accepts(c)

const perlClasses: Readonly<Record<string, Accepts>> = {
  d: digit,
  D: not(digit),
  w: word,
  W: not(word),
  s: space,
  S: not(space),
}

const posixClasses: Readonly<Record<string, { test(character: string): boolean }>> = {
  alnum: /^[0-9A-Za-z]$/,
  alpha: /^[A-Za-z]$/,
  ascii: { test: (c) => c <= '\x7f' },
  blank: /^[\t ]$/,
  cntrl: { test: (c) => c < ' ' || c === '\x7f' },
  digit: /^[0-9]$/,
  graph: /^[!-~]$/,
  lower: /^[a-z]$/,
  print: /^[ -~]$/,
  punct: /^[!-/:-@[-`{-~]$/,
  space: /^[\t\n\v\f\r ]$/,
  upper: /^[A-Z]$/,
  word: /^[0-9A-Za-z_]$/,
  xdigit: /^[0-9A-Fa-f]$/,
}

const controls: Readonly<Record<string, string>> = { a: '\x07', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

const isWordAt = (text: readonly string[], at: number): boolean => word(text[at] ?? '')
const atBoundary = (text: readonly string[], at: number): boolean =>
  isWordAt(text, at - 1) !== isWordAt(text, at)

class Parser {
  readonly #text: readonly string[]
  #at = 0
  #depth = 0
  #flags: Flags = { ignoreCase: false, dotMatchesAll: false, multiLine: false }

  constructor(text: readonly string[]) {
    this.#text = text
  }

  parse(): RegexNode {
    const node = this.#choice()
    if (this.#at < this.#text.length) throw new SyntaxProblem('unexpected )')
    return node
  }

  #choice(): RegexNode {
    const flags = this.#flags
    const parts = [this.#sequence()]
    while (this.#take('|')) parts.push(this.#sequence())
    this.#flags = flags
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'choice', parts }
  }

  #sequence(): RegexNode {
    const parts: RegexNode[] = []
    while (this.#at < this.#text.length && this.#peek !== '|' && this.#peek !== ')') {
      if (this.#takeAll('\\Q')) parts.push(...this.#quoted())
      else parts.push(this.#repeated(this.#atom()))
    }
    return { kind: 'sequence', parts }
  }

  #repeated(part: RegexNode): RegexNode {
    let node = part
    let repeated = false
    for (;;) {
      const counts = this.#counts()
      if (counts === null) return node
      if (repeated) throw new SyntaxProblem('invalid nested repetition operator')
      this.#take('?')
      node = { kind: 'repeat', part: node, ...counts }
      repeated = true
    }
  }

  #counts(): { min: number; max: number | null } | null {
    if (this.#take('*')) return { min: 0, max: null }
    if (this.#take('+')) return { min: 1, max: null }
    if (this.#take('?')) return { min: 0, max: 1 }
    const found = /^\{(\d+)(,(\d*))?\}/.exec(this.#text.slice(this.#at, this.#at + 24).join(''))
    if (found === null) return null
    this.#at += found[0].length
    const min = Number(found[1])
    const max = found[2] === undefined ? min : found[3] === '' ? null : Number(found[3])
    if (min > REPEAT_MAX || (max !== null && (max > REPEAT_MAX || max < min)))
      throw new SyntaxProblem(`invalid repetition size: ${found[0]}`)
    return { min, max }
  }

  #atom(): RegexNode {
    const character = this.#next()
    const { multiLine, dotMatchesAll } = this.#flags
    switch (character) {
      case '(':
        return this.#group()
      case '[':
        return { kind: 'character', accepts: this.#class() }
      case '.':
        return { kind: 'character', accepts: (c) => dotMatchesAll || c !== '\n' }
      case '^':
        return { kind: 'assertion', holds: (text, at) => at === 0 || (multiLine && text[at - 1] === '\n') }
      case '$':
        return {
          kind: 'assertion',
          holds: (text, at) => at === text.length || (multiLine && text[at] === '\n'),
        }
      case '*':
      case '+':
      case '?':
        throw new SyntaxProblem(`missing argument to repetition operator: ${character}`)
      case '\\':
        return this.#escape()
      default:
        return this.#literal(character)
    }
  }

  #group(): RegexNode {
    if (++this.#depth > DEPTH_MAX) throw new SyntaxProblem('groups are nested too deeply')
    const flags = this.#flags
    if (this.#take('?') && this.#groupHead() === 'flags') {
      this.#depth--
      return { kind: 'sequence', parts: [] }
    }
    const node = this.#choice()
    if (!this.#take(')')) throw new SyntaxProblem('missing closing )')
    this.#flags = flags
    this.#depth--
    return node
  }

  /** What stands behind `(?`: a name, or flags for the group or, when it ends there, for what follows. */
  #groupHead(): 'group' | 'flags' {
    const name = /^P?<([A-Za-z_]\w*)>/.exec(this.#text.slice(this.#at, this.#at + 256).join(''))
    if (name !== null) {
      this.#at += name[0].length
      return 'group'
    }
    let on = true
    let flags = this.#flags
    for (;;) {
      const flag = this.#next()
      if (flag === ')' || flag === ':') {
        this.#flags = flags
        return flag === ':' ? 'group' : 'flags'
      }
      if (flag === '-' && on) on = false
      else if (flag === 'i') flags = { ...flags, ignoreCase: on }
      else if (flag === 's') flags = { ...flags, dotMatchesAll: on }
      else if (flag === 'm') flags = { ...flags, multiLine: on }
      else if (flag !== 'U') throw new SyntaxProblem(`invalid or unsupported Perl syntax: (?${flag}`)
    }
  }

  #escape(): RegexNode {
    const character = this.#next()
    switch (character) {
      case 'A':
        return { kind: 'assertion', holds: (_text, at) => at === 0 }
      case 'z':
        return { kind: 'assertion', holds: (text, at) => at === text.length }
      case 'b':
        return { kind: 'assertion', holds: atBoundary }
      case 'B':
        return { kind: 'assertion', holds: (text, at) => !atBoundary(text, at) }
      default: {
        const accepts = this.#escapedClass(character)
        return accepts === null ? this.#literal(this.#escaped(character)) : { kind: 'character', accepts }
      }
    }
  }

  #escapedClass(character: string): Accepts | null {
    if (character === 'p' || character === 'P') {
      const accepts = this.#unicodeClass()
      return character === 'p' ? accepts : not(accepts)
    }
    return perlClasses[character] ?? null
  }

  #unicodeClass(): Accepts {
    let name = this.#next()
    if (name === '{') {
      const end = this.#text.indexOf('}', this.#at)
      if (end === -1) throw new SyntaxProblem('missing closing }')
      name = this.#text.slice(this.#at, end).join('')
      this.#at = end + 1
    }
    const negated = name.startsWith('^')
    const plain = negated ? name.slice(1) : name
    for (const property of [plain, `Script=${plain}`]) {
      if (!/^[A-Za-z_=]+$/.test(property)) continue
      const accepts = unicodeProperty(property)
      if (accepts !== null) return negated ? not(accepts) : accepts
    }
    throw new SyntaxProblem(`invalid character class range: \\p{${name}}`)
  }

  /** The character that an escape stands for. */
  #escaped(character: string): string {
    const control = controls[character]
    if (control !== undefined) return control
    if (character === 'x') return this.#hexadecimal()
    if (character === '0') return this.#octal()
    if (/^[0-9A-Za-z]$/.test(character)) throw new SyntaxProblem(`invalid escape sequence: \\${character}`)
    return character
  }

  #hexadecimal(): string {
    const found = /^(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{2}))/.exec(
      this.#text.slice(this.#at, this.#at + 8).join(''),
    )
    const code = Number.parseInt(found?.[1] ?? found?.[2] ?? '', 16)
    if (found === null || code > 0x10ffff) throw new SyntaxProblem('invalid escape sequence: \\x')
    this.#at += found[0].length
    return String.fromCodePoint(code)
  }

  #octal(): string {
    const digits = /^[0-7]{0,2}/.exec(this.#text.slice(this.#at, this.#at + 2).join(''))?.[0] ?? ''
    this.#at += digits.length
    return String.fromCodePoint(Number.parseInt(`0${digits}`, 8))
  }

  #class(): Accepts {
    const negated = this.#take('^')
    const accepted: Accepts[] = []
    for (let first = true; first || this.#peek !== ']'; first = false) {
      if (this.#at >= this.#text.length) throw new SyntaxProblem('missing closing ]')
      accepted.push(this.#classPart())
    }
    this.#at++
    const some: Accepts = (c) => accepted.some((accepts) => accepts(c))
    const folded = this.#folding(some)
    return negated ? not(folded) : folded
  }

  #classPart(): Accepts {
    const posix = /^\[:(\^?)(\w+):\]/.exec(this.#text.slice(this.#at, this.#at + 16).join(''))
    if (posix !== null) {
      const known = posixClasses[posix[2] ?? '']
      if (known === undefined) throw new SyntaxProblem(`invalid character class range: ${posix[0]}`)
      this.#at += posix[0].length
      return posix[1] === '^' ? (c) => !known.test(c) : (c) => known.test(c)
    }
    const first = this.#next()
    if (first === '\\') {
      const escape = this.#next()
      const accepts = this.#escapedClass(escape)
      if (accepts !== null) return accepts
      return this.#range(this.#escaped(escape))
    }
    return this.#range(first)
  }

  #range(first: string): Accepts {
    if (this.#peek !== '-' || this.#text[this.#at + 1] === ']' || this.#text[this.#at + 1] === undefined)
      return (c) => c === first
    this.#at++
    const character = this.#next()
    const last = character === '\\' ? this.#escaped(this.#next()) : character
    const [from, to] = [first.codePointAt(0) ?? 0, last.codePointAt(0) ?? 0]
    if (from > to) throw new SyntaxProblem(`invalid character class range: ${first}-${last}`)
    return (c) => {
      const code = c.codePointAt(0) ?? -1
      return code >= from && code <= to
    }
  }

  #quoted(): RegexNode[] {
    const parts: RegexNode[] = []
    while (this.#at < this.#text.length && !this.#takeAll('\\E')) parts.push(this.#literal(this.#next()))
    const last = parts.pop()
    return last === undefined ? parts : [...parts, this.#repeated(last)]
  }

  #literal(character: string): RegexNode {
    return { kind: 'character', accepts: this.#folding((c) => c === character) }
  }

  #folding(accepts: Accepts): Accepts {
    if (!this.#flags.ignoreCase) return accepts
    return (c) => accepts(c) || accepts(c.toLowerCase()) || accepts(c.toUpperCase())
  }

  get #peek(): string | undefined {
    return this.#text[this.#at]
  }

  #next(): string {
    const character = this.#text[this.#at]
    if (character === undefined) throw new SyntaxProblem('the expression ends too early')
    this.#at++
    return character
  }

  #take(character: string): boolean {
    if (this.#peek !== character) return false
    this.#at++
    return true
  }

  #takeAll(characters: string): boolean {
    if (this.#text.slice(this.#at, this.#at + characters.length).join('') !== characters) return false
    this.#at += characters.length
    return true
  }
}

function unicodeProperty(property: string): Accepts | null {
  try {
    const expression = new RegExp(`^\\p{${property}}$`, 'u')
    return (c) => expression.test(c)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
