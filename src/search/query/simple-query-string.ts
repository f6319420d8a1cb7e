import { QueryError } from '../budget.ts'
import type { FieldBoost, Fuzziness, Query } from './query.ts'
import { wildcard } from './query-string.ts'

export interface SimpleQueryStringOptions {
  readonly fields: readonly FieldBoost[]
  readonly operator: 'and' | 'or'
  readonly minimumShouldMatch: string | null
  readonly fuzziness: Fuzziness
  readonly analyzer: string | null
  /** Upper case names of the operators that are on, or ALL or NONE. */
  readonly flags: readonly string[]
  /** For the message about a flag that does not exist. */
  readonly flagsPath: string
}

const flagNames = [
  'AND',
  'OR',
  'NOT',
  'PREFIX',
  'PHRASE',
  'PRECEDENCE',
  'ESCAPE',
  'WHITESPACE',
  'FUZZY',
  'NEAR',
  'SLOP',
]
const DEPTH_MAX = 100

/**
 * The syntax for search boxes that are open to everybody: `+` and, `|` or, `-` not, `"phrase"~2`, `prefix*`, `word~1`, `( )`. Nothing is
 * an error; what makes no sense as an operator is skipped.
 */
export function parseSimpleQueryString(text: string, options: SimpleQueryStringOptions): Query {
  for (const flag of options.flags)
    if (flag !== 'ALL' && flag !== 'NONE' && !flagNames.includes(flag))
      throw new QueryError(
        'illegal_argument',
        `${options.flagsPath}: there is no flag '${flag}'. Known are ALL, NONE, ${flagNames.join(', ')}.`,
      )
  return new SimpleParser(text, options).parse()
}

class SimpleParser {
  readonly #text: string
  readonly #options: SimpleQueryStringOptions
  #at = 0
  #depth = 0

  constructor(text: string, options: SimpleQueryStringOptions) {
    this.#text = text
    this.#options = options
  }

  parse(): Query {
    const query = this.#sequence()
    return query ?? { kind: 'none' }
  }

  /**
   * Clauses from left to right; an operator joins what stands on its left with the next clause. Of several operators in a row the first
   * counts, and one that has nothing on its left does not, as in Lucene's parser.
   */
  #sequence(): Query | null {
    let joined: { must: Query[]; should: Query[] } = { must: [], should: [] }
    let operator: 'and' | 'or' | null = null
    const first = (): boolean => joined.must.length + joined.should.length === 0
    for (;;) {
      this.#skipSpace()
      const character = this.#peek()
      if (character === '' || (character === ')' && this.#on('PRECEDENCE') && this.#depth > 0)) break
      if (character === '|' && this.#on('OR')) {
        if (!first()) operator ??= 'or'
        this.#at += 1
      } else if (character === '+' && this.#on('AND')) {
        if (!first()) operator ??= 'and'
        this.#at += 1
      } else {
        const clause = this.#clause()
        if (clause === null) continue
        joined = join(joined, operator ?? this.#options.operator, clause)
        operator = null
      }
    }
    return boolOf(joined, this.#depth === 0 ? this.#options.minimumShouldMatch : null)
  }

  #clause(): Query | null {
    if (this.#peek() === '-' && this.#on('NOT')) {
      this.#at += 1
      let negative = true
      while (this.#peek() === '-') {
        negative = !negative
        this.#at += 1
      }
      if (/^\s?$/.test(this.#peek())) return null
      const query = this.#clause()
      if (query === null || !negative) return query
      // All else, each record as good as the other.
      const should: readonly Query[] = [{ kind: 'all' }]
      return { kind: 'bool', must: [], filter: [], should, mustNot: [query], minimumShouldMatch: null }
    }
    if (this.#peek() === '(' && this.#on('PRECEDENCE')) return this.#group()
    if (this.#peek() === ')' && this.#on('PRECEDENCE')) {
      this.#at += 1
      return null
    }
    if (this.#peek() === '"' && this.#on('PHRASE') && this.#text.includes('"', this.#at + 1))
      return this.#phrase()
    return this.#word()
  }

  #group(): Query | null {
    this.#at += 1
    if (this.#depth >= DEPTH_MAX)
      throw new QueryError('illegal_argument', `Groups are nested more than ${DEPTH_MAX} deep.`, this.#at)
    this.#depth += 1
    const query = this.#sequence()
    this.#depth -= 1
    if (this.#peek() === ')') this.#at += 1
    return query
  }

  #phrase(): Query {
    const end = this.#text.indexOf('"', this.#at + 1)
    const text = this.#text.slice(this.#at + 1, end)
    this.#at = end + 1
    const slop = this.#on('NEAR') || this.#on('SLOP') ? (this.#numberAfterTilde() ?? 0) : 0
    return this.#spread('phrase', text, slop)
  }

  #word(): Query | null {
    let text = ''
    let escaped = false
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#peek()
      if (character === '\\' && this.#on('ESCAPE') && this.#at + 1 < this.#text.length) {
        this.#at += 1
        text += this.#peek()
        escaped = true
        continue
      }
      if (/\s/.test(character)) break
      if ('()'.includes(character) && this.#on('PRECEDENCE')) break
      if ('|"'.includes(character) && text !== '' && this.#on(character === '|' ? 'OR' : 'PHRASE')) break
      if (character === '+' && text !== '' && this.#on('AND')) break
      if (character === '~' && text !== '' && this.#on('FUZZY')) break
      text += character
    }
    const edits = this.#on('FUZZY') ? this.#numberAfterTilde() : null
    if (text === '') return null
    if (edits !== null) return this.#fuzzy(text, edits)
    if (!escaped && text.endsWith('*') && text.length > 1 && this.#on('PREFIX'))
      return this.#each((field) =>
        wildcard(field, `${text.slice(0, -1).replace(/[*?\\]/g, String.raw`\$&`)}*`),
      )
    return this.#spread('most_fields', text, 0)
  }

  #fuzzy(text: string, edits: number): Query {
    const { fuzziness } = this.#options
    const bounded = edits >= 2 ? 2 : edits === 1 ? 1 : 0
    return this.#each((field) => ({
      kind: 'fuzzy',
      field,
      value: text,
      fuzziness: Number.isNaN(edits) ? fuzziness : { ...fuzziness, edits: bounded },
    }))
  }

  #spread(type: 'phrase' | 'most_fields', text: string, slop: number): Query {
    const { fields, operator, analyzer } = this.#options
    return {
      kind: 'multi_match',
      type,
      fields,
      text,
      operator,
      minimumShouldMatch: null,
      fuzziness: null,
      slop,
      maxExpansions: 50,
      analyzer,
      zeroTerms: 'none',
      // What several fields have counts together; a phrase counts where it fits best.
      tieBreaker: type === 'phrase' ? 0 : 1,
    }
  }

  #each(one: (field: string) => Query): Query {
    const queries = this.#options.fields.map(({ field, boost }): Query => {
      const query = one(field)
      return boost === 1 ? query : { kind: 'boost', query, boost }
    })
    return { kind: 'dis_max', queries, tieBreaker: 1 }
  }

  #numberAfterTilde(): number | null {
    const match = /^~(\d*)/.exec(this.#text.slice(this.#at, this.#at + 12))
    if (match === null) return null
    this.#at += match[0].length
    return match[1] === '' ? Number.NaN : Number(match[1])
  }

  #on(flag: string): boolean {
    const { flags } = this.#options
    return flags.includes('ALL') || flags.includes(flag)
  }

  #skipSpace(): void {
    while (/^\s$/.test(this.#peek())) this.#at += 1
  }

  #peek(): string {
    return this.#text[this.#at] ?? ''
  }
}

interface Joined {
  readonly must: Query[]
  readonly should: Query[]
}

/** An operator that differs from the one before takes all that was joined so far as its left side. */
function join(joined: Joined, operator: 'and' | 'or', clause: Query): Joined {
  const empty = joined.must.length + joined.should.length === 0
  if (operator === 'and') {
    if (joined.should.length === 0) return { must: [...joined.must, clause], should: [] }
    return { must: [...left(joined), clause], should: [] }
  }
  if (joined.must.length === 0 || empty) return { must: [], should: [...joined.should, clause] }
  return { must: [], should: [...left(joined), clause] }
}

function left(joined: Joined): Query[] {
  const query = boolOf(joined, null)
  return query === null ? [] : [query]
}

function boolOf({ must, should }: Joined, minimum: string | null): Query | null {
  const [only] = [...must, ...should]
  if (only === undefined) return null
  if (must.length + should.length === 1) return only
  return {
    kind: 'bool',
    must,
    filter: [],
    should,
    mustNot: [],
    minimumShouldMatch: should.length > 0 ? minimum : null,
  }
}
