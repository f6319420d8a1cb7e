/**
 * What a query means, document by document, without any index: the oracle that execution is compared with. It knows the mapping
 * (naive-fields.ts), the analyzer, and the parsers of dates and of `minimum_should_match`; everything else is written a second time.
 */
import { tokensOf, type Analyzer } from '../analysis/analyzer.ts'
import { dateInterval } from '../query/date-math.ts'
import { minimumShouldMatch } from '../query/minimum-should-match.ts'
import type { Fuzziness, MultiMatchQuery, Query, QueryValue, RangeBound } from '../query/query.ts'
import type { SortKey, SortValue } from '../search-request.ts'
import { editDistance, minimalWindows, regexpOf, wildcardOf } from './brute-force-text.ts'
import { naiveFields, type FieldValues, type NaiveDocument } from './naive-fields.ts'

/** The documents of one index. */
export interface BruteForceGroup {
  readonly topic: string
  readonly partition: number
  readonly documents: readonly NaiveDocument[]
}

interface Row {
  readonly group: number
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly fields: ReadonlyMap<string, FieldValues>
}

interface Tokens {
  readonly terms: ReadonlyMap<string, readonly number[]>
  readonly length: number
}

type Score = number | null
type Named = { readonly name: string; readonly exact: boolean }

const TERM_GAP = 100

export class BruteForce {
  readonly rows: readonly Row[]
  readonly #analyzer: Analyzer
  readonly #tokens = new Map<Row, Map<string, Tokens>>()

  constructor(groups: readonly BruteForceGroup[], analyzer: Analyzer) {
    this.#analyzer = analyzer
    this.rows = groups.flatMap(({ topic, partition, documents }, group) =>
      documents.map((document) => ({
        group,
        topic,
        partition,
        offset: document.offset,
        fields: naiveFields(document, topic, partition, 256),
      })),
    )
  }

  /** The score of a row, null when it does not match. */
  score(row: Row, query: Query): Score {
    const inner = (child: Query): Score => this.score(row, child)
    switch (query.kind) {
      case 'all':
        return 1
      case 'none':
        return null
      case 'term':
        return this.#each(row, query.field, (field) =>
          query.caseInsensitive && typeof query.value === 'string'
            ? best([
                this.#pattern(row, field, literal(query.value), true, false),
                field.exact ? null : this.#number(row, field.name, query.value),
              ])
            : this.#value(row, field, query.value),
        )
      case 'terms':
        return constant(
          best(
            query.values.map((value) =>
              this.#each(row, query.field, (field) => this.#value(row, field, value)),
            ),
          ),
          1,
        )
      case 'match':
        return this.#each(row, query.field, (field) =>
          this.#text(
            row,
            field,
            query.text,
            (tokens) => {
              if (tokens.length === 0) return query.zeroTerms === 'all' ? 1 : null
              const scores = tokens.map(({ term }) => this.#word(row, field.name, term, query.fuzziness))
              return joined(scores, query.operator, query.minimumShouldMatch)
            },
            query.fuzziness,
          ),
        )
      case 'match_phrase':
        return this.#each(row, query.field, (field) =>
          this.#text(row, field, query.text, (tokens) =>
            tokens.length === 0
              ? query.zeroTerms === 'all'
                ? 1
                : null
              : this.#phrase(row, field.name, tokens, query.slop, false),
          ),
        )
      case 'match_phrase_prefix':
        return this.#each(row, query.field, (field) =>
          this.#prefixText(row, field, query.text, (tokens) =>
            tokens.length === 0
              ? query.zeroTerms === 'all'
                ? 1
                : null
              : this.#phrase(row, field.name, tokens, query.slop, true),
          ),
        )
      case 'match_bool_prefix':
        return this.#each(row, query.field, (field) =>
          this.#prefixText(row, field, query.text, (tokens) => {
            const last = tokens.at(-1)
            if (last === undefined) return null
            const scores = tokens
              .slice(0, -1)
              .map(({ term }) => this.#word(row, field.name, term, query.fuzziness))
            const terms = [...this.#tokensIn(row, field.name).terms.keys()]
            scores.push(terms.some((term) => term.startsWith(last.term)) ? 1 : null)
            return joined(scores, query.operator, query.minimumShouldMatch)
          }),
        )
      case 'multi_match':
        return this.#multiMatch(row, query)
      case 'range':
        return this.#each(row, query.field, (field) => this.#range(row, field, query.from, query.to))
      case 'prefix':
        return this.#each(row, query.field, (field) =>
          this.#pattern(row, field, `${literal(query.value)}*`, query.caseInsensitive, false),
        )
      case 'wildcard':
        return this.#each(row, query.field, (field) =>
          this.#pattern(row, field, query.pattern, query.caseInsensitive, false),
        )
      case 'regexp':
        return this.#each(row, query.field, (field) =>
          this.#pattern(row, field, query.pattern, query.caseInsensitive, true),
        )
      case 'fuzzy':
        return this.#each(row, query.field, (field) => {
          const terms = field.exact ? [] : [...this.#tokensIn(row, field.name).terms.keys()]
          const word = this.#analyzer.normalize(query.value)
          return best([
            closest(terms, word, query.fuzziness),
            closest(row.fields.get(field.name)?.strings ?? [], query.value, query.fuzziness),
          ])
        })
      case 'exists': {
        const names = [...row.fields.keys()]
        const pattern = wildcardOf(query.field, false)
        const known = this.rows.some((other) => other.group === row.group && other.fields.has(query.field))
        const found = query.field.includes('*')
          ? names.some((name) => pattern.test(name) && (query.field !== '*' || !place.has(name)))
          : known
            ? row.fields.has(query.field)
            : names.some((name) => name.startsWith(`${query.field}.`)) ||
              (!this.rows.some(
                (other) =>
                  other.group === row.group &&
                  [...other.fields.keys()].some((name) => name.startsWith(`${query.field}.`)),
              ) &&
                query.field.endsWith('.keyword') &&
                row.fields.has(query.field.slice(0, -8)))
        return found ? 1 : null
      }
      case 'ids':
        return query.values.includes(`${row.topic}:${row.partition}:${row.offset}`) ? 1 : null
      case 'bool': {
        const should = query.should.map(inner)
        const must = query.must.map(inner)
        if ([...must, ...query.filter.map(inner)].includes(null)) return null
        if (query.mustNot.some((child) => inner(child) !== null)) return null
        const matched = should.filter((score) => score !== null).length
        const conditions = query.must.length + query.filter.length
        const free = conditions > 0 || query.should.length === 0
        const asked = minimumShouldMatch(query.minimumShouldMatch ?? '0', query.should.length)
        const minimum = Math.max(Number(!free), asked)
        if (matched < minimum) return null
        if (conditions + should.length + query.mustNot.length === 0) return 1
        return total([...must, ...should])
      }
      case 'constant_score':
        return constant(inner(query.query), query.score)
      case 'boost': {
        const score = inner(query.query)
        return score === null ? null : score * query.boost
      }
      case 'dis_max':
        return best(query.queries.map(inner), query.tieBreaker)
      case 'boosting': {
        const score = inner(query.positive)
        return score === null || inner(query.negative) === null ? score : score * query.negativeBoost
      }
      case 'function_score':
        // Arithmetic of one document, which has a test of its own.
        return inner(query.query)
    }
  }

  /** What a row is sorted by: its number, date, boolean or string, in this order; the least or greatest of several. */
  sortValue(row: Row, { field, mode, missing }: SortKey): SortValue {
    const substitute = typeof missing === 'object' ? missing.value : null
    const exact = !row.fields.has(field) && field.endsWith('.keyword')
    const name = exact ? field.slice(0, -8) : field
    const values = row.fields.get(name)
    if (values === undefined) return substitute
    const pick = <T>(list: readonly T[], order: (a: T, b: T) => number): T | undefined => {
      const sorted = [...list].sort(order)
      return mode === 'min' ? sorted[0] : sorted.at(-1)
    }
    const { date } = this.#mapping(row, name)
    const number = exact ? undefined : pick(date ? values.dates : values.numbers, (a, b) => a - b)
    if (number !== undefined) return number
    const flag = exact ? undefined : pick(values.booleans.map(Number), (a, b) => a - b)
    if (flag !== undefined) return flag === 1
    return pick(values.strings, (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))) ?? substitute
  }

  #each(row: Row, name: string, one: (field: Named) => Score): Score {
    const rows = this.rows.filter(({ group }) => group === row.group)
    const names = new Set(rows.flatMap(({ fields }) => [...fields.keys()]))
    if (name.includes('*')) {
      const pattern = wildcardOf(name, false)
      const all = [...names].filter((other) => pattern.test(other) && (name !== '*' || !place.has(other)))
      return best(all.map((other) => one({ name: other, exact: false })))
    }
    if (names.has(name)) return one({ name, exact: false })
    return name.endsWith('.keyword') ? one({ name: name.slice(0, -8), exact: true }) : null
  }

  /** Facts about a field in the row's own index. */
  #mapping(row: Row, name: string): { text: boolean; date: boolean; numbers: boolean } {
    const values = this.rows
      .filter(({ group }) => group === row.group)
      .flatMap(({ fields }) => fields.get(name) ?? [])
    const numbers = values.some((value) => value.numbers.length > 0)
    return {
      text: values.some((value) => value.texts.length > 0),
      numbers,
      date: !numbers && values.some((value) => value.dates.length > 0),
    }
  }

  #tokensIn(row: Row, name: string): Tokens {
    const known = this.#tokens.get(row) ?? new Map<string, Tokens>()
    this.#tokens.set(row, known)
    const found = known.get(name)
    if (found !== undefined) return found
    const terms = new Map<string, number[]>()
    let length = 0
    let base = 0
    for (const text of row.fields.get(name)?.texts ?? []) {
      const tokens = tokensOf(this.#analyzer, text)
      for (const { term, position } of tokens) terms.set(term, [...(terms.get(term) ?? []), base + position])
      base += (tokens.at(-1)?.position ?? -1) + 1 + TERM_GAP
      length += tokens.length
    }
    const made = { terms, length }
    known.set(name, made)
    return made
  }

  #idf(docFrequency: number, docCount: number): number {
    return Math.log(1 + (docCount - docFrequency + 0.5) / (docFrequency + 0.5))
  }

  /** The sum of idf of words, and how the field's length counts. */
  #bm25(row: Row, name: string, words: readonly string[], frequency: number, idf?: number): number {
    const lengths = this.rows
      .map((other) => this.#tokensIn(other, name).length)
      .filter((length) => length > 0)
    const average = lengths.reduce((sum, length) => sum + length, 0) / lengths.length
    const norm = 1.2 * (1 - 0.75 + (0.75 * this.#tokensIn(row, name).length) / average)
    const weight =
      idf ?? words.reduce((sum, word) => sum + this.#idf(this.#df(name, word), lengths.length), 0)
    return (weight * 2.2 * frequency) / (frequency + norm)
  }

  #df(name: string, word: string): number {
    return this.rows.filter((other) => this.#tokensIn(other, name).terms.has(word)).length
  }

  #term(row: Row, name: string, word: string): Score {
    const frequency = this.#tokensIn(row, name).terms.get(word)?.length
    return frequency === undefined ? null : this.#bm25(row, name, [word], frequency)
  }

  #whole(row: Row, name: string, text: string): Score {
    if (!(row.fields.get(name)?.strings ?? []).includes(text)) return null
    const having = this.rows.filter(({ fields }) => (fields.get(name)?.strings.length ?? 0) > 0)
    const same = having.filter(({ fields }) => fields.get(name)?.strings.includes(text))
    return this.#idf(same.length, having.length)
  }

  #number(row: Row, name: string, value: QueryValue): Score {
    const values = row.fields.get(name)
    if (values === undefined) return null
    const flag =
      value === true || value === 'true' ? true : value === false || value === 'false' ? false : null
    if (flag !== null && values.booleans.includes(flag)) return 1
    if (typeof value === 'boolean') return null
    const { date, numbers } = this.#mapping(row, name)
    const interval = date ? dateInterval(String(value)) : null
    if (interval !== null && values.dates.some((millis) => millis >= interval.from && millis <= interval.to))
      return 1
    return numbers && String(value).trim() !== '' && values.numbers.includes(Number(value)) ? 1 : null
  }

  #value(row: Row, { name, exact }: Named, value: QueryValue): Score {
    const text = String(value)
    const tokens = tokensOf(this.#analyzer, text)
    const isWord = tokens.length === 1 && tokens[0]?.term === text && this.#mapping(row, name).text
    return best([
      exact ? null : this.#term(row, name, text),
      isWord && !exact ? null : this.#whole(row, name, text),
      exact ? null : this.#number(row, name, value),
    ])
  }

  #text(
    row: Row,
    { name, exact }: Named,
    value: QueryValue,
    words: (tokens: ReturnType<typeof tokensOf>) => Score,
    fuzziness: Fuzziness | null = null,
  ): Score {
    const text = String(value)
    const { date, text: hasText } = this.#mapping(row, name)
    const asValue = exact ? null : this.#number(row, name, value)
    if (!exact && date && dateInterval(text) !== null) return asValue
    if (exact || !hasText) {
      const strings = (row.fields.get(name)?.strings ?? []).filter((string) => string !== text)
      const close = fuzziness === null ? null : closest(strings, text, fuzziness)
      return best([this.#whole(row, name, text), close, asValue])
    }
    return best([words(tokensOf(this.#analyzer, text)), asValue])
  }

  #prefixText(
    row: Row,
    field: Named,
    value: QueryValue,
    words: (tokens: ReturnType<typeof tokensOf>) => Score,
  ): Score {
    const { date, text } = this.#mapping(row, field.name)
    if (field.exact || (!text && !(date && dateInterval(String(value)) !== null))) {
      const strings = row.fields.get(field.name)?.strings ?? []
      const found = strings.some((string) => string.startsWith(String(value)))
      return best([found ? 1 : null, field.exact ? null : this.#number(row, field.name, value)])
    }
    return this.#text(row, field, value, words)
  }

  #word(row: Row, name: string, term: string, fuzziness: Fuzziness | null): Score {
    const exact = this.#term(row, name, term)
    if (fuzziness === null) return exact
    const others = [...this.#tokensIn(row, name).terms.keys()].filter((other) => other !== term)
    return best([exact, closest(others, term, fuzziness)])
  }

  #phrase(row: Row, name: string, tokens: ReturnType<typeof tokensOf>, slop: number, prefix: boolean): Score {
    const { terms } = this.#tokensIn(row, name)
    const words = tokens.map(({ term }) => term)
    const last = words.at(-1) ?? ''
    if (words.length === 1 && prefix)
      return [...terms.keys()].some((term) => term.startsWith(last)) ? 1 : null
    if (words.length === 1) return this.#term(row, name, last)
    const slots = tokens.map(({ term, position }, at) => ({
      positions:
        prefix && at === tokens.length - 1
          ? [...terms].filter(([other]) => other.startsWith(term)).flatMap(([, positions]) => positions)
          : [...(terms.get(term) ?? [])],
      offset: position - (tokens[0]?.position ?? 0),
    }))
    const frequency = minimalWindows(slots, slop).reduce((sum, distance) => sum + 1 / (1 + distance), 0)
    if (frequency === 0) return null
    return this.#bm25(row, name, prefix ? words.slice(0, -1) : words, frequency)
  }

  #pattern(row: Row, { name, exact }: Named, pattern: string, ignoreCase: boolean, regexp: boolean): Score {
    const compile = regexp ? regexpOf : wildcardOf
    const words = exact ? [] : [...this.#tokensIn(row, name).terms.keys()]
    const inWords = compile(regexp ? pattern : this.#analyzer.normalize(pattern), ignoreCase)
    const inStrings = compile(pattern, ignoreCase)
    const strings = row.fields.get(name)?.strings ?? []
    return words.some((word) => inWords.test(word)) || strings.some((text) => inStrings.test(text)) ? 1 : null
  }

  #range(row: Row, { name, exact }: Named, from: RangeBound | null, to: RangeBound | null): Score {
    const values = row.fields.get(name)
    if (values === undefined) return null
    const { date, numbers } = this.#mapping(row, name)
    const known = (bound: RangeBound | null): boolean =>
      bound === null || (date ? bound.millis !== null : !Number.isNaN(asNumber(bound.value)))
    if (!exact && (date || numbers) && known(from) && known(to)) {
      const of = (bound: RangeBound): number => (date ? (bound.millis ?? Number.NaN) : asNumber(bound.value))
      const inside = (value: number): boolean =>
        (from === null || (from.inclusive ? value >= of(from) : value > of(from))) &&
        (to === null || (to.inclusive ? value <= of(to) : value < of(to)))
      return (date ? values.dates : values.numbers).some(inside) ? 1 : null
    }
    const order = (text: string, bound: RangeBound): number =>
      Buffer.compare(Buffer.from(text), Buffer.from(String(bound.value)))
    const inside = (text: string): boolean =>
      (from === null || order(text, from) > (from.inclusive ? -1 : 0)) &&
      (to === null || order(text, to) < (to.inclusive ? 1 : 0))
    const hasStrings = this.rows.some(
      ({ group, fields }) => group === row.group && (fields.get(name)?.strings.length ?? 0) > 0,
    )
    const texts = hasStrings ? values.strings : exact ? [] : [...this.#tokensIn(row, name).terms.keys()]
    return texts.some(inside) ? 1 : null
  }

  #multiMatch(row: Row, query: MultiMatchQuery): Score {
    const names = new Set(
      this.rows.filter(({ group }) => group === row.group).flatMap(({ fields }) => [...fields.keys()]),
    )
    const boosts = new Map<string, number>()
    for (const { field, boost } of query.fields) {
      const pattern = wildcardOf(field, false)
      const meant = field.includes('*')
        ? [...names].filter((name) => pattern.test(name) && (field !== '*' || !place.has(name)))
        : [field]
      for (const name of meant) boosts.set(name, (boosts.get(name) ?? 1) * boost)
    }
    if (query.type === 'cross_fields') throw new Error('cross_fields has a test of its own')
    return best(
      [...boosts].map(([field, boost]) => {
        const score = this.score(row, perField(query, field))
        return score === null ? null : score * boost
      }),
      query.tieBreaker,
    )
  }
}

const place = new Set(['_topic', '_partition', '_offset', '_timestamp'])

function perField(query: MultiMatchQuery, field: string): Query {
  const { kind: _, type, fields: __, tieBreaker: ___, ...rest } = query
  if (type === 'phrase') return { kind: 'match_phrase', field, ...rest }
  if (type === 'phrase_prefix') return { kind: 'match_phrase_prefix', field, ...rest }
  if (type === 'bool_prefix') return { kind: 'match_bool_prefix', field, ...rest }
  return { kind: 'match', field, ...rest }
}

function literal(text: string): string {
  return text.replace(/[*?\\]/g, String.raw`\$&`)
}

function asNumber(value: QueryValue): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^\s*[-+]?(?:\d|\.\d)/.test(value) ? Number(value) : Number.NaN
}

function total(scores: readonly Score[]): number {
  return scores.reduce<number>((sum, score) => sum + (score ?? 0), 0)
}

function constant(score: Score, value: number): Score {
  return score === null ? null : value
}

function best(scores: readonly Score[], tieBreaker = 0): Score {
  const found = scores.filter((score) => score !== null)
  if (found.length === 0) return null
  const most = Math.max(...found)
  return most + (total(found) - most) * tieBreaker
}

function joined(scores: readonly Score[], operator: 'and' | 'or', minimum: string | null): Score {
  const matched = scores.filter((score) => score !== null).length
  const needed =
    operator === 'and' || scores.length === 1
      ? scores.length
      : Math.max(1, minimum === null ? 1 : minimumShouldMatch(minimum, scores.length))
  return matched >= needed ? total(scores) : null
}

function closest(terms: readonly string[], word: string, fuzziness: Fuzziness): Score {
  const length = Array.from(word).length
  const { edits } = fuzziness
  const allowed = typeof edits === 'number' ? edits : length < edits.low ? 0 : length < edits.high ? 1 : 2
  return best(
    terms
      .filter((term) => term.startsWith(Array.from(word).slice(0, fuzziness.prefixLength).join('')))
      .map((term) => {
        const distance = editDistance(term, word, fuzziness.transpositions)
        if (distance > allowed) return null
        return Math.max(0, 1 - distance / Math.max(1, Math.min(length, Array.from(term).length)))
      }),
  )
}
