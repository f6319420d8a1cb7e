import { QueryError } from '../budget.ts'

/** Characters that end a word unless a backslash stands before them. */
const ends = new Set(Array.from('()[]{}"^~'))

export interface Word {
  /** Without backslashes. */
  readonly text: string
  /** As a wildcard pattern: backslashes stay before `*`, `?` and `\`. */
  readonly raw: string
  readonly hasWildcard: boolean
}

/** The characters of a query string, and the small pieces that are read in one go. */
export class CharacterReader {
  at = 0
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  get done(): boolean {
    return this.at >= this.#text.length
  }

  peek(ahead = 0): string {
    return this.#text[this.at + ahead] ?? ''
  }

  skip(count: number): void {
    this.at += count
  }

  skipSpace(): void {
    while (!this.done && /\s/.test(this.peek())) this.at += 1
  }

  error(problem: string, expected: string): QueryError {
    return new QueryError('parse', `Column ${this.at + 1}: ${problem}. Expected ${expected}.`, this.at)
  }

  /** The operator that stands here as a word of its own. */
  operatorHere(): string | null {
    for (const operator of ['AND', 'OR', 'NOT', '&&', '||']) if (this.#isOperator(operator)) return operator
    return null
  }

  takeOperator(...operators: readonly string[]): boolean {
    this.skipSpace()
    for (const operator of operators)
      if (this.#isOperator(operator)) {
        this.at += operator.length
        this.skipSpace()
        return true
      }
    return false
  }

  #isOperator(operator: string): boolean {
    if (!this.#text.startsWith(operator, this.at)) return false
    const behind = this.#text[this.at + operator.length] ?? ''
    if (operator === '!') return behind !== '' && !/\s/.test(behind)
    return !/^[A-Z]/.test(operator) || behind === '' || /[\s(["]/.test(behind)
  }

  /** A sign that belongs to what follows it at once. */
  takeSign(sign: '+' | '-'): boolean {
    if (this.peek() !== sign || this.peek(1) === '' || /\s/.test(this.peek(1))) return false
    this.at += 1
    return true
  }

  /** `name:`; null, and nothing read, when no colon follows. */
  takeFieldName(): string | null {
    let name = ''
    let index = this.at
    for (; index < this.#text.length; index++) {
      const character = this.#text[index] ?? ''
      if (character === ':') break
      if (character === '\\') {
        index += 1
        name += this.#text[index] ?? ''
      } else if (/\s/.test(character) || ends.has(character) || character === '/') return null
      else name += character
    }
    if (index >= this.#text.length || name === '') return null
    this.at = index + 1
    return name
  }

  takeWord(alsoEnds = ''): Word {
    let text = ''
    let raw = ''
    let hasWildcard = false
    const start = this.at
    while (!this.done) {
      const character = this.peek()
      if (character === '\\') {
        if (this.at + 1 >= this.#text.length)
          throw this.error("'\\' has no character behind it", 'the character that it should make ordinary')
        const escaped = this.peek(1)
        text += escaped
        raw += /[*?\\]/.test(escaped) ? `\\${escaped}` : escaped
        this.at += 2
        continue
      }
      if (/\s/.test(character) || ends.has(character) || alsoEnds.includes(character)) break
      if (character === '*' || character === '?') hasWildcard = true
      text += character
      raw += character
      this.at += 1
    }
    if (this.at === start) {
      const found = this.peek()
      throw this.error(
        found === ''
          ? 'the query ends too early'
          : `'${found}' can not stand here; write '\\${found}' for the character itself`,
        'a word, a phrase, a group or a field',
      )
    }
    return { text, raw, hasWildcard }
  }

  takeQuoted(): string {
    const open = this.at
    let text = ''
    this.at += 1
    while (this.peek() !== '"') {
      if (this.done) throw this.error(`the quotation that begins at column ${open + 1} is not closed`, "'\"'")
      if (this.peek() === '\\' && this.peek(1) !== '') this.at += 1
      text += this.peek()
      this.at += 1
    }
    this.at += 1
    return text
  }

  /** `/…/`, unless what follows shows that it is a path. */
  takeRegexp(): string | null {
    if (this.peek() !== '/') return null
    let pattern = ''
    let index = this.at + 1
    for (; index < this.#text.length && this.#text[index] !== '/'; index++) {
      const character = this.#text[index] ?? ''
      if (character === '\\' && this.#text[index + 1] === '/') {
        pattern += '/'
        index += 1
      } else if (character === '\\') {
        pattern += character + (this.#text[index + 1] ?? '')
        index += 1
      } else pattern += character
    }
    const behind = this.#text[index + 1] ?? ' '
    if (index >= this.#text.length || pattern === '' || !/[\s)^]/.test(behind)) return null
    this.at = index + 1
    return pattern
  }

  /** `IN [`, up to the bracket. */
  takeIn(): boolean {
    const match = /^IN\s*(?=\[)/.exec(this.#text.slice(this.at, this.at + 100))
    if (match === null) return false
    this.at += match[0].length
    return true
  }

  /** One end of a range; null when it is open. */
  takeBound(): string | null {
    this.skipSpace()
    const quoted = this.peek() === '"'
    const text = quoted ? this.takeQuoted() : this.takeWord().text
    this.skipSpace()
    return !quoted && text === '*' ? null : text
  }

  /** A number behind a mark; null without the mark, and `without` when there is only the mark. */
  takeNumberAfter(mark: '^' | '~', expected: string, without?: number): number | null {
    if (this.peek() !== mark) return null
    this.at += 1
    const match = /^\d+(?:\.\d+)?/.exec(this.#text.slice(this.at, this.at + 32))
    if (match !== null) {
      this.at += match[0].length
      return Number(match[0])
    }
    if (without === undefined) throw this.error(`'${mark}' has no number behind it`, expected)
    return without
  }
}
