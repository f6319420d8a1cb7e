import { QueryError } from '../budget.ts'
import { checkRegexp } from '../execution/automaton/automaton.ts'
import { DateBounds } from './date-bounds.ts'
import type { FieldBoost, Fuzziness, Query, RangeQuery } from './query.ts'
import { CharacterReader } from './query-string-reader.ts'
import type { TimeZone } from '../time-zone.ts'

export interface QueryStringOptions {
  /** Where words without a field are looked for; names may have `*`, and `*` alone is every field. */
  readonly defaultFields: readonly FieldBoost[]
  /** What stands between two clauses without an operator. */
  readonly defaultOperator: 'and' | 'or'
  /** What `now` means, in milliseconds. */
  readonly now: number
  readonly timeZone: TimeZone
  /** Whether a word that the analyzer splits (`web-1`) is looked for as a phrase, or as any or all of its parts. */
  readonly splitWords: 'phrase' | 'match'
  /** Words out of place in a phrase that says nothing about it. */
  readonly phraseSlop: number
  readonly fuzziness: Fuzziness
  readonly analyzer: string | null
  /** How several default fields share a word. */
  readonly type: 'best_fields' | 'most_fields' | 'cross_fields' | 'phrase' | 'phrase_prefix' | 'bool_prefix'
  readonly tieBreaker: number
  readonly minimumShouldMatch: string | null
}

export const defaultFuzziness: Fuzziness = {
  edits: { low: 3, high: 6 },
  prefixLength: 0,
  maxExpansions: 50,
  transpositions: true,
}

/** Options with everything that a search bar needs; `now` in milliseconds. */
export function queryStringOptions(
  now: number,
  timeZone: TimeZone,
  changes: Partial<QueryStringOptions> = {},
): QueryStringOptions {
  return {
    defaultFields: [{ field: '*', boost: 1 }],
    defaultOperator: 'and',
    now,
    timeZone,
    splitWords: 'phrase',
    phraseSlop: 0,
    fuzziness: defaultFuzziness,
    analyzer: null,
    type: 'best_fields',
    tieBreaker: 0,
    minimumShouldMatch: null,
    ...changes,
  }
}

const LENGTH_MAX = 100_000
const DEPTH_MAX = 100
const CLAUSES_MAX = 10_000

/**
 * Reads a query in Lucene's syntax: `level:error AND host:web* -"connection reset"~2`. AND binds closer than OR, and both closer than
 * the mere sequence of clauses. Whatever is wrong is a QueryError that names the column and what was expected there.
 */
export function parseQueryString(text: string, options: QueryStringOptions): Query {
  if (text.length > LENGTH_MAX)
    throw new QueryError(
      'illegal_argument',
      `The query has ${text.length} characters; at most ${LENGTH_MAX} are allowed.`,
    )
  return new QueryStringParser(text, options).parse()
}

/** A clause, and what stood before it. */
interface Clause {
  readonly sign: 'must' | 'not' | null
  readonly query: Query
}

class QueryStringParser {
  readonly #in: CharacterReader
  readonly #options: QueryStringOptions
  readonly #dates: DateBounds
  #depth = 0
  #clauses = 0

  constructor(text: string, options: QueryStringOptions) {
    this.#in = new CharacterReader(text)
    this.#options = options
    this.#dates = new DateBounds(options.now, options.timeZone, null)
  }

  parse(): Query {
    this.#in.skipSpace()
    if (this.#in.done) return { kind: 'all' }
    const query = this.#sequence(null, this.#options.minimumShouldMatch)
    if (!this.#in.done)
      throw this.#in.error(
        `')' closes nothing; remove it, or write '\\)' for the character itself`,
        'the end of the query',
      )
    return query
  }

  /** Clauses side by side, joined by the default operator and their signs. */
  #sequence(field: string | null, minimum: string | null): Query {
    const clauses: Clause[] = []
    while (!this.#in.done && this.#in.peek() !== ')') clauses.push(this.#alternatives(field))
    const [only] = clauses
    if (only === undefined)
      throw this.#in.error('there is nothing to search for', 'a word, a phrase or a field')
    if (clauses.length === 1) return only.sign === 'not' ? not(only.query) : only.query
    const of = (sign: Clause['sign']): Query[] =>
      clauses.filter((clause) => clause.sign === sign).map((clause) => clause.query)
    const plain = of(null)
    const all = this.#options.defaultOperator === 'and'
    return {
      kind: 'bool',
      must: (all ? [...of('must'), ...plain] : of('must')).map(required),
      filter: [],
      should: all ? [] : plain,
      mustNot: of('not'),
      minimumShouldMatch: all || plain.length === 0 ? null : minimum,
    }
  }

  #alternatives(field: string | null): Clause {
    const clauses = [this.#conjunction(field)]
    while (this.#in.takeOperator('OR', '||')) clauses.push(this.#conjunction(field))
    const [only] = clauses
    if (clauses.length === 1 && only !== undefined) return only
    return { sign: null, query: bool({ should: clauses.map(logical) }) }
  }

  #conjunction(field: string | null): Clause {
    const clauses = [this.#signed(field)]
    while (this.#in.takeOperator('AND', '&&')) clauses.push(this.#signed(field))
    const [only] = clauses
    if (clauses.length === 1 && only !== undefined) return only
    return {
      sign: null,
      query: bool({
        must: clauses.filter(({ sign }) => sign !== 'not').map(({ query }) => required(query)),
        mustNot: clauses.filter(({ sign }) => sign === 'not').map(({ query }) => query),
      }),
    }
  }

  #signed(field: string | null): Clause {
    let sign: Clause['sign'] = null
    for (;;) {
      this.#in.skipSpace()
      if (this.#in.takeOperator('NOT', '!') || this.#in.takeSign('-')) sign = sign === 'not' ? null : 'not'
      else if (this.#in.takeSign('+')) sign = sign === 'not' ? 'not' : 'must'
      else break
    }
    const query = this.#boosted(field)
    this.#in.skipSpace()
    return { sign, query }
  }

  #boosted(field: string | null): Query {
    this.#clauses += 1
    if (this.#clauses > CLAUSES_MAX)
      throw this.#in.error(
        `the query has more than ${CLAUSES_MAX} clauses`,
        'a shorter query; IN takes a list of values',
      )
    const query = this.#clause(field)
    const boost = this.#in.takeNumberAfter('^', 'a boost such as ^2')
    return boost === null || boost === 1 ? query : { kind: 'boost', query, boost }
  }

  #clause(field: string | null): Query {
    if (this.#in.done)
      throw this.#in.error('the query ends too early', 'a word, a phrase, a group or a field')
    const operator = this.#in.operatorHere()
    if (operator !== null)
      throw this.#in.error(
        `'${operator}' has nothing before it; quote it to search for the word`,
        'a word, a phrase, a group or a field',
      )
    const name = field === null ? this.#in.takeFieldName() : null
    if (name === null) return this.#value(field)
    if (this.#in.done || /\s/.test(this.#in.peek()))
      throw this.#in.error(`the field '${name}' has no value`, "a value, or '*' for any value")
    if (name === '_exists_') return { kind: 'exists', field: this.#in.takeWord().text }
    return this.#value(name)
  }

  #value(field: string | null): Query {
    const reader = this.#in
    switch (reader.peek()) {
      case '(':
        return this.#group(field)
      case '"':
        return this.#phrase(field)
      case '[':
      case '{':
        return this.#range(field)
      case '>':
      case '<':
        return this.#comparison(field)
      default: {
        const regexp = reader.takeRegexp()
        if (regexp !== null) checkRegexp(regexp)
        if (regexp !== null)
          return this.#anyField(field, (name) => ({
            kind: 'regexp',
            field: name,
            pattern: regexp,
            caseInsensitive: false,
          }))
        return field !== null && reader.takeIn() ? this.#set(field) : this.#word(field)
      }
    }
  }

  #group(field: string | null): Query {
    const open = this.#in.at
    this.#in.skip(1)
    this.#depth += 1
    if (this.#depth > DEPTH_MAX)
      throw this.#in.error(`groups are nested more than ${DEPTH_MAX} deep`, 'fewer of them')
    this.#in.skipSpace()
    const query = this.#sequence(field, null)
    if (this.#in.peek() !== ')')
      throw this.#in.error(`the group that begins at column ${open + 1} is not closed`, "')'")
    this.#in.skip(1)
    this.#depth -= 1
    return query
  }

  #phrase(field: string | null): Query {
    const text = this.#in.takeQuoted()
    const prefix = this.#in.peek() === '*'
    if (prefix) this.#in.skip(1)
    const slop =
      this.#in.takeNumberAfter('~', 'how far words may be out of place, such as ~2') ??
      this.#options.phraseSlop
    const { analyzer } = this.#options
    const common = { text, slop, analyzer, zeroTerms: 'none' as const }
    return this.#spread(field, prefix ? 'phrase_prefix' : 'phrase', text, slop, (name) =>
      prefix
        ? { kind: 'match_phrase_prefix', field: name, ...common, maxExpansions: 50 }
        : { kind: 'match_phrase', field: name, ...common },
    )
  }

  #range(field: string | null): Query {
    const reader = this.#in
    const open = reader.at
    const name = this.#named(field, 'range')
    const fromInclusive = reader.peek() === '['
    reader.skip(1)
    const from = reader.takeBound()
    if (!reader.takeOperator('TO')) throw reader.error('a range needs two ends', "'TO', as in [1 TO 5]")
    const to = reader.takeBound()
    const close = reader.peek()
    if (close !== ']' && close !== '}')
      throw reader.error(
        `the range that begins at column ${open + 1} is not closed`,
        "']' to include the end, '}' to leave it out",
      )
    reader.skip(1)
    return {
      kind: 'range',
      field: name,
      from: from === null ? null : this.#dates.lower(from, fromInclusive),
      to: to === null ? null : this.#dates.upper(to, close === ']'),
    }
  }

  #comparison(field: string | null): RangeQuery {
    const name = this.#named(field, 'comparison')
    const sign = this.#in.peek()
    this.#in.skip(1)
    const inclusive = this.#in.peek() === '='
    if (inclusive) this.#in.skip(1)
    this.#in.skipSpace()
    const value = this.#in.peek() === '"' ? this.#in.takeQuoted() : this.#in.takeWord().text
    return {
      kind: 'range',
      field: name,
      from: sign === '>' ? this.#dates.lower(value, inclusive) : null,
      to: sign === '<' ? this.#dates.upper(value, inclusive) : null,
    }
  }

  #named(field: string | null, what: string): string {
    const [only, ...others] = this.#options.defaultFields
    const name = field ?? (others.length === 0 && only?.field.includes('*') === false ? only.field : null)
    if (name === null)
      throw this.#in.error(`a ${what} needs a field`, `a field name before it, as in price:>10`)
    return name
  }

  #set(field: string): Query {
    const values: string[] = []
    const open = this.#in.at
    this.#in.skip(1)
    for (this.#in.skipSpace(); this.#in.peek() !== ']'; this.#in.skipSpace()) {
      if (this.#in.done)
        throw this.#in.error(`the list that begins at column ${open + 1} is not closed`, "']'")
      if (this.#in.peek() === ',') this.#in.skip(1)
      else values.push(this.#in.peek() === '"' ? this.#in.takeQuoted() : this.#in.takeWord(',').text)
    }
    this.#in.skip(1)
    return { kind: 'terms', field, values }
  }

  #word(field: string | null): Query {
    const { text, raw, hasWildcard } = this.#in.takeWord()
    if (hasWildcard) {
      if (text === '*') return field === null || field === '*' ? { kind: 'all' } : { kind: 'exists', field }
      return this.#anyField(field, (name) => wildcard(name, raw))
    }
    const edits = this.#in.takeNumberAfter('~', 'how many edits, ~1 or ~2', Number.NaN)
    if (edits !== null) {
      const { fuzziness } = this.#options
      const bounded = edits >= 2 ? 2 : edits >= 1 ? 1 : 0
      return this.#anyField(field, (name) => ({
        kind: 'fuzzy',
        field: name,
        value: text,
        fuzziness: Number.isNaN(edits) ? fuzziness : { ...fuzziness, edits: bounded },
      }))
    }
    return this.#plainWord(field, text)
  }

  #plainWord(field: string | null, text: string): Query {
    const { splitWords, defaultOperator, analyzer, phraseSlop, type } = this.#options
    const phrase = splitWords === 'phrase'
    return this.#spread(field, phrase ? 'phrase' : type, text, phrase ? 0 : phraseSlop, (name) =>
      phrase
        ? { kind: 'match_phrase', field: name, text, slop: 0, analyzer, zeroTerms: 'none' }
        : {
            kind: 'match',
            field: name,
            text,
            operator: defaultOperator,
            minimumShouldMatch: null,
            fuzziness: null,
            analyzer,
            zeroTerms: 'none',
          },
    )
  }

  /** A query on the named field, or on the default fields as one `multi_match`. */
  #spread(
    field: string | null,
    type: QueryStringOptions['type'],
    text: string,
    slop: number,
    one: (field: string) => Query,
  ): Query {
    const { defaultFields, defaultOperator, analyzer, tieBreaker } = this.#options
    const fields = field === null ? defaultFields : [{ field, boost: 1 }]
    const [only, ...others] = fields
    if (only !== undefined && others.length === 0 && !only.field.includes('*'))
      return only.boost === 1 ? one(only.field) : { kind: 'boost', query: one(only.field), boost: only.boost }
    return {
      kind: 'multi_match',
      type,
      fields,
      text,
      operator: defaultOperator,
      minimumShouldMatch: null,
      fuzziness: null,
      slop,
      maxExpansions: 50,
      analyzer,
      zeroTerms: 'none',
      tieBreaker: type === 'most_fields' || type === 'bool_prefix' ? 1 : tieBreaker,
    }
  }

  #anyField(field: string | null, one: (field: string) => Query): Query {
    if (field !== null) return one(field)
    const queries = this.#options.defaultFields.map(({ field: name, boost }): Query => {
      const query = one(name)
      return boost === 1 ? query : { kind: 'boost', query, boost }
    })
    const [only] = queries
    return queries.length === 1 && only !== undefined ? only : { kind: 'dis_max', queries, tieBreaker: 0 }
  }
}

/** A word with `*` or `?`; one `*` at the end is a prefix, which is found faster. */
export function wildcard(field: string, pattern: string): Query {
  const prefix = /^((?:[^*?\\]|\\.)+)\*$/s.exec(pattern)
  if (prefix !== null)
    return {
      kind: 'prefix',
      field,
      value: (prefix[1] ?? '').replace(/\\(.)/gs, '$1'),
      caseInsensitive: false,
    }
  return { kind: 'wildcard', field, pattern, caseInsensitive: false }
}

function bool(parts: {
  must?: readonly Query[]
  should?: readonly Query[]
  mustNot?: readonly Query[]
}): Query {
  return { kind: 'bool', must: [], should: [], mustNot: [], ...parts, filter: [], minimumShouldMatch: null }
}

/** What the analyzer leaves nothing of (a stop word, a dash) asks for nothing, and so must not make the rest fail. */
function required(query: Query): Query {
  const analyzed = query.kind === 'match' || query.kind === 'match_phrase' || query.kind === 'multi_match'
  return analyzed ? { ...query, zeroTerms: 'all' } : query
}

function not(query: Query): Query {
  return bool({ mustNot: [query] })
}

/** In a disjunction `-a` is a condition of its own. */
function logical({ sign, query }: Clause): Query {
  return sign === 'not' ? not(query) : query
}
