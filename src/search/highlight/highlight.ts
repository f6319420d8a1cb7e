import { tokensOf, type Analyzer, type Token } from '../analysis/analyzer.ts'
import type { Budget } from '../budget.ts'
import { expandGlob } from '../execution/field-views.ts'
import type { Query } from '../query/query.ts'
import { documentTexts, type HighlightDocument } from './document-texts.ts'
import type { FieldHighlight, HighlightOptions } from './highlight-options.ts'
import { markedTokens, marksOf, type Mark } from './marks.ts'

export interface HighlightContext {
  readonly budget: Budget
  readonly statesMax: number
  readonly analyzerOf: (field: string) => Analyzer
}

/** Characters of a text that are looked at. */
const TEXT_MAX = 1_000_000

/** Where a record matches: for each field with something to show the fragments, with tags around what the query looks for. */
export function highlight(
  document: HighlightDocument,
  query: Query,
  options: HighlightOptions,
  context: HighlightContext,
): Readonly<Record<string, readonly string[]>> {
  const texts = documentTexts(document)
  const result: [string, readonly string[]][] = []
  for (const settings of options.fields)
    for (const name of expandGlob([...texts.keys()], settings.field)) {
      const values = texts.get(name) ?? texts.get(name.replace(/\.keyword$/, '')) ?? []
      const field = texts.has(name) ? name : name.replace(/\.keyword$/, '')
      const fragments = fieldFragments(values, field, settings, query, context)
      if (fragments.length > 0) result.push([name, fragments])
    }
  return Object.fromEntries(result)
}

interface Fragment {
  readonly text: string
  readonly score: number
}

function fieldFragments(
  values: readonly string[],
  field: string,
  settings: FieldHighlight,
  query: Query,
  { analyzerOf, budget, statesMax }: HighlightContext,
): readonly string[] {
  budget.check()
  const analyzer = analyzerOf(field)
  const anyField = !settings.requireFieldMatch
  const marks = marksOf(settings.query ?? query, { field, analyzer, anyField, budget, statesMax })
  const fragments = values.flatMap((text) =>
    textFragments(text.slice(0, TEXT_MAX), marks, analyzer, settings, budget),
  )
  if (fragments.length === 0) {
    const [first] = values
    if (settings.noMatchSize === 0 || first === undefined) return []
    return [encode(leading(first, settings.noMatchSize), settings)]
  }
  if (settings.numberOfFragments === 0) return fragments.map(({ text }) => text)
  const best = [...fragments.keys()]
    .sort((a, b) => (fragments[b]?.score ?? 0) - (fragments[a]?.score ?? 0) || a - b)
    .slice(0, settings.numberOfFragments)
  if (settings.order === 'none') best.sort((a, b) => a - b)
  return best.map((index) => fragments[index]?.text ?? '')
}

/** The fragments of a text that have something marked. */
function textFragments(
  text: string,
  marks: readonly Mark[],
  analyzer: Analyzer,
  settings: FieldHighlight,
  budget: Budget,
): readonly Fragment[] {
  const tokens = tokensOf(analyzer, text)
  const marked = markedTokens(marks, tokens, budget)
  // The whole text only when none of its words is what was looked for.
  if (marked.size === 0 && marks.some((mark) => mark.kind === 'words' && mark.whole && mark.test(text)))
    return [{ text: settings.preTag + encode(text, settings) + settings.postTag, score: 1 }]
  if (marked.size === 0) return []
  const fragments: Fragment[] = []
  for (const { from, to, start, end } of pieces(text, tokens, settings)) {
    const labels = new Set<string>()
    for (let index = from; index < to; index++) for (const label of marked.get(index) ?? []) labels.add(label)
    if (labels.size === 0) continue
    fragments.push({
      text: tagged(text, tokens, marked, { from, to, start, end }, settings),
      score: labels.size,
    })
  }
  return fragments
}

interface Piece {
  /** Tokens [from, to) in the characters [start, end). */
  readonly from: number
  readonly to: number
  readonly start: number
  readonly end: number
}

function pieces(text: string, tokens: readonly Token[], settings: FieldHighlight): readonly Piece[] {
  if (settings.numberOfFragments === 0) return [{ from: 0, to: tokens.length, start: 0, end: text.length }]
  const list: Piece[] = []
  let from = 0
  let start = 0
  for (const [index, token] of tokens.entries()) {
    if (index === from || token.end - start <= settings.fragmentSize) continue
    list.push({ from, to: index, start, end: token.start })
    from = index
    start = token.start
  }
  list.push({ from, to: tokens.length, start, end: text.length })
  return list
}

function tagged(
  text: string,
  tokens: readonly Token[],
  marked: ReadonlyMap<number, ReadonlySet<string>>,
  { from, to, start, end }: Piece,
  settings: FieldHighlight,
): string {
  let result = ''
  let at = start
  for (let index = from; index < to; index++) {
    const token = tokens[index]
    // Tokens may overlap (pairs of characters); what is marked already is not marked again.
    if (token === undefined || !marked.has(index) || token.start < at) continue
    result += encode(text.slice(at, token.start), settings)
    result += settings.preTag + encode(text.slice(token.start, token.end), settings) + settings.postTag
    at = token.end
  }
  return (result + encode(text.slice(at, Math.max(at, end)), settings)).trim()
}

function leading(text: string, size: number): string {
  if (text.length <= size) return text
  const cut = text.slice(0, size)
  const space = cut.search(/\s\S*$/)
  return space > 0 ? cut.slice(0, space) : cut
}

function encode(text: string, { encoder }: FieldHighlight): string {
  if (encoder === 'default') return text
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
