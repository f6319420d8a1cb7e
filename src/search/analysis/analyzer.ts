/** Takes one token: the term, its position, and where it stands in the text (UTF-16 units, `end` exclusive). */
export type TokenSink = (term: string, position: number, start: number, end: number, type: TokenType) => void

export type TokenType = '<ALPHANUM>' | '<NUM>' | '<IDEOGRAPHIC>' | '<DOUBLE>' | 'word'

/** Turns text into terms. The same analyzer must be used for the documents of a field and for the queries on it. */
export interface Analyzer {
  readonly name: string
  /** Positions ascend from 0 and have holes where a stop word was left out. */
  tokens(text: string, sink: TokenSink): void
  /** What happens to single characters (lower case), for patterns and prefixes, which are not split. */
  normalize(text: string): string
}

export interface Token {
  readonly term: string
  readonly position: number
  readonly start: number
  readonly end: number
  readonly type: TokenType
}

export function tokensOf(analyzer: Analyzer, text: string): Token[] {
  const tokens: Token[] = []
  analyzer.tokens(text, (term, position, start, end, type) =>
    tokens.push({ term, position, start, end, type }),
  )
  return tokens
}
