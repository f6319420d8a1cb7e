import { tokensOf, type Analyzer, type Token } from '../analysis/analyzer.ts'
import { analyzerByName } from '../analysis/analyzers.ts'
import type { Budget } from '../budget.ts'
import { DEAD, regexpAutomaton, wildcardAutomaton, type Automaton } from '../execution/automaton/automaton.ts'
import { EditDistance } from '../execution/automaton/levenshtein.ts'
import { fitsGlob } from '../execution/field-views.ts'
import { phrasePositions } from '../execution/phrase-frequency.ts'
import { editsFor } from '../execution/plan-patterns.ts'
import type { Fuzziness, Query, QueryValue } from '../query/query.ts'

/** What a query looks for in the text of a field. */
export type Mark =
  /** Words, and whole texts: `test` gets the word as the analyzer leaves it, or the text as it is. */
  | {
      readonly kind: 'words'
      readonly label: string
      readonly test: (term: string) => boolean
      readonly whole: boolean
    }
  | {
      readonly kind: 'phrase'
      readonly label: string
      readonly tokens: readonly Token[]
      readonly slop: number
      readonly prefix: boolean
    }

export interface MarkScope {
  readonly field: string
  readonly analyzer: Analyzer
  /** Marks also what the query looks for in other fields. */
  readonly anyField: boolean
  readonly budget: Budget
  readonly statesMax: number
}

/** The marks of a query for one field. What must not match is nothing to mark. */
export function marksOf(query: Query, scope: MarkScope): readonly Mark[] {
  const all = (queries: readonly Query[]): Mark[] => queries.flatMap((child) => marksOf(child, scope))
  switch (query.kind) {
    case 'all':
    case 'none':
    case 'range':
    case 'exists':
    case 'ids':
      return []
    case 'bool':
      return all([...query.must, ...query.filter, ...query.should])
    case 'constant_score':
    case 'boost':
    case 'function_score':
      return marksOf(query.query, scope)
    case 'boosting':
      return marksOf(query.positive, scope)
    case 'dis_max':
      return all(query.queries)
    case 'multi_match':
      return query.fields.some(({ field }) => isNamed(field, scope)) ? multiMatchMarks(query, scope) : []
    case 'fuzzy':
    case 'match':
    case 'match_bool_prefix':
    case 'match_phrase':
    case 'match_phrase_prefix':
    case 'prefix':
    case 'regexp':
    case 'term':
    case 'terms':
    case 'wildcard':
      return isNamed(query.field, scope) ? fieldMarks(query, scope) : []
  }
}

function isNamed(name: string, { field, anyField }: MarkScope): boolean {
  return (
    anyField || name === field || name === `${field}.keyword` || (name.includes('*') && fitsGlob(field, name))
  )
}

type FieldQuery = Exclude<Extract<Query, { readonly field: string }>, { kind: 'range' | 'exists' }>

function fieldMarks(query: FieldQuery, scope: MarkScope): readonly Mark[] {
  const { budget, statesMax, analyzer } = scope
  switch (query.kind) {
    case 'term':
      return [wholeWords([query.value])]
    case 'terms':
      return [wholeWords(query.values)]
    case 'match':
      return textMarks(query.text, query.analyzer, query.fuzziness, false, scope)
    case 'match_bool_prefix':
      return textMarks(query.text, query.analyzer, query.fuzziness, true, scope)
    case 'match_phrase':
    case 'match_phrase_prefix':
      return phraseMarks(query.text, query.analyzer, query.slop, query.kind === 'match_phrase_prefix', scope)
    case 'prefix': {
      const prefix = query.caseInsensitive ? query.value.toLowerCase() : query.value
      const normal = analyzer.normalize(prefix)
      const test = (term: string): boolean =>
        (query.caseInsensitive ? term.toLowerCase() : term).startsWith(prefix) || term.startsWith(normal)
      return [{ kind: 'words', label: `${query.value}*`, test, whole: true }]
    }
    case 'wildcard': {
      const automata = [query.pattern, analyzer.normalize(query.pattern)].map((pattern) =>
        wildcardAutomaton(pattern, query.caseInsensitive, statesMax, budget),
      )
      return [{ kind: 'words', label: query.pattern, test: acceptedBy(automata), whole: true }]
    }
    case 'regexp': {
      const automaton = regexpAutomaton(query.pattern, query.caseInsensitive, statesMax, budget)
      return [{ kind: 'words', label: query.pattern, test: acceptedBy([automaton]), whole: true }]
    }
    case 'fuzzy':
      return [
        {
          kind: 'words',
          label: query.value,
          test: closeTo(analyzer.normalize(query.value), query.fuzziness),
          whole: true,
        },
      ]
  }
}

function multiMatchMarks(query: Extract<Query, { kind: 'multi_match' }>, scope: MarkScope): readonly Mark[] {
  if (query.type === 'phrase' || query.type === 'phrase_prefix')
    return phraseMarks(query.text, query.analyzer, query.slop, query.type === 'phrase_prefix', scope)
  return textMarks(query.text, query.analyzer, query.fuzziness, query.type === 'bool_prefix', scope)
}

function textMarks(
  text: QueryValue,
  analyzer: string | null,
  fuzziness: Fuzziness | null,
  prefix: boolean,
  scope: MarkScope,
): readonly Mark[] {
  const tokens = tokensOf(analyzer === null ? scope.analyzer : analyzerByName(analyzer), String(text))
  return tokens.map(({ term }, index): Mark => {
    const close = fuzziness === null ? null : closeTo(term, fuzziness)
    const isPrefix = prefix && index === tokens.length - 1
    const test = (other: string): boolean =>
      other === term || (isPrefix && other.startsWith(term)) || (close !== null && close(other))
    return { kind: 'words', label: term, test, whole: false }
  })
}

function phraseMarks(
  text: QueryValue,
  analyzer: string | null,
  slop: number,
  prefix: boolean,
  scope: MarkScope,
): readonly Mark[] {
  const tokens = tokensOf(analyzer === null ? scope.analyzer : analyzerByName(analyzer), String(text))
  const [only] = tokens
  if (only === undefined) return []
  if (tokens.length === 1) {
    const test = (term: string): boolean => (prefix ? term.startsWith(only.term) : term === only.term)
    return [{ kind: 'words', label: only.term, test, whole: false }]
  }
  return [{ kind: 'phrase', label: String(text), tokens, slop, prefix }]
}

function wholeWords(values: readonly QueryValue[]): Mark {
  const wanted = new Set(values.map(String))
  return { kind: 'words', label: [...wanted].join(' '), test: (term) => wanted.has(term), whole: true }
}

function acceptedBy(automata: readonly Automaton[]): (term: string) => boolean {
  return (term) =>
    automata.some((automaton) => {
      let state = automaton.start
      for (const character of term) {
        if (state === DEAD) return false
        state = automaton.step(state, character.codePointAt(0) ?? 0)
      }
      return state !== DEAD && automaton.accepts(state)
    })
}

function closeTo(word: string, fuzziness: Fuzziness): (term: string) => boolean {
  const characters = Array.from(word)
  const edits = editsFor(fuzziness, characters.length)
  const prefix = characters.slice(0, fuzziness.prefixLength).join('')
  return (term) => {
    if (!term.startsWith(prefix)) return false
    const distance = new EditDistance(word, edits, fuzziness.transpositions)
    let depth = 0
    for (const character of term) {
      if (!distance.enter(depth, character.codePointAt(0) ?? 0)) return false
      depth += 1
    }
    return distance.distance(depth) <= edits
  }
}

/** Steps between two looks at the budget. */
const CHECK_EVERY = 16_384

/** Which tokens of a text are marked, each with the labels of what marks it. */
export function markedTokens(
  marks: readonly Mark[],
  tokens: readonly Token[],
  budget: Budget,
): ReadonlyMap<number, ReadonlySet<string>> {
  const marked = new Map<number, Set<string>>()
  let steps = 0
  const spend = (count: number): void => {
    steps += count
    if (steps < CHECK_EVERY) return
    steps = 0
    budget.check()
  }
  const add = (index: number, label: string): void => {
    const labels = marked.get(index) ?? new Set<string>()
    marked.set(index, labels.add(label))
  }
  for (const mark of marks) {
    if (mark.kind === 'words') {
      for (const [index, { term }] of tokens.entries()) if (mark.test(term)) add(index, mark.label)
      continue
    }
    const last = mark.tokens.length - 1
    const slots = mark.tokens.map(({ term, position }, at) => {
      const fits = (other: string): boolean =>
        mark.prefix && at === last ? other.startsWith(term) : other === term
      spend(tokens.length)
      const positions = tokens.filter((token) => fits(token.term)).map((token) => token.position)
      return {
        positions,
        count: positions.length,
        offset: position - (mark.tokens[0]?.position ?? 0),
        shared: true,
      }
    })
    const positions = phrasePositions(slots, mark.slop, spend)
    for (const [index, { position }] of tokens.entries()) if (positions.has(position)) add(index, mark.label)
  }
  return marked
}
