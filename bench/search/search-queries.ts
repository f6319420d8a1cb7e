import { SeededNumbers } from './seeded-numbers.ts'
import { vocabulary } from './vocabulary.ts'

/** A query in a form that each engine translates into its own. */
export type SearchQuery =
  /** The best ten of the records that have one of the words, by BM25. */
  | { readonly kind: 'any'; readonly words: readonly string[] }
  /** With all of the words, of this level, and of this status at least. */
  | {
      readonly kind: 'all'
      readonly words: readonly string[]
      readonly level: string
      readonly statusFrom: number
    }
  | { readonly kind: 'phrase'; readonly words: readonly string[] }
  /** Records of each service in each hour, of those with this status at least. */
  | { readonly kind: 'histogram'; readonly statusFrom: number }
  /** The one record with this trace. */
  | { readonly kind: 'trace'; readonly trace: string }

/** What is measured of queries: one line of the table. */
export interface QueryClass {
  readonly label: string
  readonly queries: readonly SearchQuery[]
}

const QUERIES = 60

/** The classes that engines for text are compared in; `values` are records of the corpus, from which phrases are taken. */
export function textQueries(values: readonly string[]): QueryClass[] {
  const numbers = new SeededNumbers(11)
  const words = (count: number): string[] => {
    const chosen = new Set<string>()
    while (chosen.size < count) chosen.add(vocabulary[mixedRank(numbers)] ?? '')
    return [...chosen]
  }
  const many = (make: () => SearchQuery): SearchQuery[] => Array.from({ length: QUERIES }, make)
  return [
    { label: '1 term', queries: many(() => ({ kind: 'any', words: words(1) })) },
    { label: '3 terms OR', queries: many(() => ({ kind: 'any', words: words(3) })) },
    {
      label: 'AND, 2 filters',
      queries: many(() => ({ kind: 'all', words: words(2), level: 'ERROR', statusFrom: 400 })),
    },
    { label: 'phrase', queries: many(() => ({ kind: 'phrase', words: phraseFrom(values, numbers) })) },
  ]
}

export const histogramQuery: SearchQuery = { kind: 'histogram', statusFrom: 200 }

/** Every order of magnitude of ranks equally often: frequent words, and rare ones. */
function mixedRank(numbers: SeededNumbers): number {
  return Math.floor(vocabulary.length ** numbers.unit()) % vocabulary.length
}

/** Two words that follow each other in a record. */
function phraseFrom(values: readonly string[], numbers: SeededNumbers): string[] {
  for (;;) {
    const { msg } = JSON.parse(values[numbers.below(values.length)] ?? '') as { readonly msg: string }
    const words = msg.split(' ')
    const at = numbers.below(words.length - 1)
    const pair = words.slice(at, at + 2)
    if (pair[0] !== pair[1]) return pair
  }
}
