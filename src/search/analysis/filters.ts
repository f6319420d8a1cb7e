import type { Analyzer } from './analyzer.ts'

/** Words that say nothing about what a text is about: those that Lucene's `stop` and `english` leave out. */
export const englishStopWords: ReadonlySet<string> = new Set(
  'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with'.split(
    ' ',
  ),
)

/** Leaves out words; the positions of the others stay, so that a phrase knows of the hole. */
export function withoutWords(name: string, base: Analyzer, stopWords: ReadonlySet<string>): Analyzer {
  return {
    name,
    tokens(text, sink) {
      base.tokens(text, (term, position, start, end, type) => {
        if (!stopWords.has(term)) sink(term, position, start, end, type)
      })
    },
    normalize: (text) => base.normalize(text),
  }
}

/** Changes each term. */
export function mapped(name: string, base: Analyzer, change: (term: string) => string): Analyzer {
  return {
    name,
    tokens(text, sink) {
      base.tokens(text, (term, position, start, end, type) => sink(change(term), position, start, end, type))
    },
    normalize: (text) => base.normalize(text),
  }
}
