/**
 * What the console knows of the query language: enough to colour it, to complete it, and to add a condition. Whether a query is valid
 * is decided by the server alone.
 */

export type TokenKind =
  | 'field'
  | 'operator'
  | 'phrase'
  | 'term'
  | 'range'
  | 'regexp'
  | 'paren'
  | 'modifier'
  | 'space'

export interface Token {
  readonly kind: TokenKind
  readonly from: number
  readonly to: number
}

const patterns: readonly (readonly [TokenKind, RegExp])[] = [
  ['space', /\s+/y],
  ['operator', /(?:AND|OR|NOT)(?=[\s()]|$)|&&|\|\||[!+-](?=\S)/y],
  ['phrase', /"(?:\\.|[^"\\])*"?/y],
  ['regexp', /\/(?:\\.|[^/\\])+\//y],
  ['range', /[[{][^\]}]*[\]}]?|[<>]=?\s*[^\s()]+/y],
  ['paren', /[()]/y],
  ['field', /(?:\\.|[^\s()"[\]{}:^~<>/\\])+:/y],
  ['modifier', /[~^]\d*(?:\.\d+)?/y],
  ['term', /(?:\\.|[^\s()"[\]{}:^~\\])+/y],
]

/** Covers the text without gaps. */
export function tokens(text: string): readonly Token[] {
  const found: Token[] = []
  let at = 0
  while (at < text.length) {
    const token = tokenAt(text, at)
    found.push(token)
    at = token.to
  }
  return found
}

function tokenAt(text: string, from: number): Token {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = from
    const match = pattern.exec(text)
    if (match !== null && match[0].length > 0) return { kind, from, to: from + match[0].length }
  }
  return { kind: 'term', from, to: from + 1 }
}

export type CompletionPlace =
  | { readonly kind: 'field'; readonly prefix: string; readonly from: number }
  | { readonly kind: 'value'; readonly field: string; readonly prefix: string; readonly from: number }

/** What is being typed at the position: a field's name, or a value of one. */
export function completionPlace(text: string, position: number): CompletionPlace | null {
  const before = tokens(text.slice(0, position))
  const last = before.at(-1)
  const previous = before.at(-2)
  if (last === undefined || last.kind === 'space' || last.kind === 'paren' || last.kind === 'operator')
    return { kind: 'field', prefix: '', from: position }
  if (last.kind === 'field')
    return { kind: 'value', field: fieldName(text, last), prefix: '', from: position }
  if (last.kind !== 'term' && last.kind !== 'phrase') return null
  const prefix = text.slice(last.from, position)
  if (previous?.kind === 'field') {
    const field = fieldName(text, previous)
    return { kind: 'value', field, prefix: prefix.replace(/^"/, '').replaceAll('\\', ''), from: last.from }
  }
  return last.kind === 'term' ? { kind: 'field', prefix: prefix.replaceAll('\\', ''), from: last.from } : null
}

function fieldName(text: string, token: Token): string {
  return text.slice(token.from, token.to - 1).replaceAll(/\\(.)/g, '$1')
}

/** The name as it stands before a colon. */
export function escapeField(name: string): string {
  return name.replaceAll(/[\s()"[\]{}:^~<>/\\!+&|*?]/g, String.raw`\$&`)
}

/** The value as it stands behind a colon: bare when it is a plain word or number. */
export function quoteValue(value: string): string {
  if (/^[\p{L}\p{N}_][\p{L}\p{N}_.@-]*$/u.test(value) && !/^(?:AND|OR|NOT)$/.test(value)) return value
  return `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}

export function clause(field: string, value: string, negative: boolean): string {
  return `${negative ? 'NOT ' : ''}${escapeField(field)}:${quoteValue(value)}`
}

/** The query that also demands the clause. A clause that it has already is taken out, and its opposite is replaced. */
export function toggleClause(text: string, field: string, value: string, negative: boolean): string {
  const wanted = clause(field, value, negative)
  const opposite = clause(field, value, !negative)
  const parts = conjunction(text)
  if (parts === null) return `(${text.trim()}) AND ${wanted}`
  if (parts.some((part) => sameClause(part, wanted)))
    return parts.filter((part) => !sameClause(part, wanted)).join(' AND ')
  return [...parts.filter((part) => !sameClause(part, opposite)), wanted].join(' AND ')
}

export function hasClause(text: string, field: string, value: string, negative: boolean): boolean {
  return conjunction(text)?.some((part) => sameClause(part, clause(field, value, negative))) ?? false
}

/** Quotes around a plain word change nothing. */
function sameClause(a: string, b: string): boolean {
  const plain = (text: string): string =>
    text.replace(/"((?:\\.|[^"\\])*)"$/, (_all, inner: string) =>
      quoteValue(inner.replaceAll(/\\(.)/g, '$1')),
    )
  return plain(a) === plain(b)
}

/** The conditions of a query that is nothing but conditions joined by AND; null for any other. */
export function conjunction(text: string): readonly string[] | null {
  if (text.trim() === '' || text.trim() === '*') return []
  const parts: string[] = []
  let current = ''
  let depth = 0
  let terms = 0
  for (const { kind, from, to } of tokens(text.trim())) {
    const piece = text.trim().slice(from, to)
    if (kind === 'paren') depth += piece === '(' ? 1 : -1
    if (depth === 0 && kind === 'operator' && piece !== 'NOT') {
      if (piece !== 'AND' && piece !== '&&') return null
      parts.push(current.trim())
      current = ''
      terms = 0
      continue
    }
    if (depth === 0 && (kind === 'term' || kind === 'phrase' || kind === 'range' || kind === 'regexp'))
      terms += 1
    if (terms > 1) return null
    current += piece
  }
  if (depth !== 0) return null
  parts.push(current.trim())
  return parts.every((part) => part !== '') ? parts : null
}

/** Words and phrases that a hit is likely to contain, for marking them. */
export function searchedWords(text: string): readonly string[] {
  const words: string[] = []
  let negative = false
  for (const { kind, from, to } of tokens(text)) {
    const piece = text.slice(from, to)
    if (kind === 'operator') negative = piece === 'NOT' || piece === '-' || piece === '!'
    else if (kind === 'term' || kind === 'phrase') {
      const word = piece.replaceAll(/^"|"$/g, '').replaceAll(/\\(.)/g, '$1').replace(/\*$/, '')
      if (!negative && word.length > 1 && !/[*?]/.test(word)) words.push(word)
      negative = false
    }
  }
  return words
}
