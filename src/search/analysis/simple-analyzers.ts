import type { Analyzer } from './analyzer.ts'

/** Runs of letters in lower case. */
export const simpleAnalyzer: Analyzer = splitting('simple', /\p{L}+/gu, (word) => word.toLowerCase())

/** What stands between spaces, as it is. */
export const whitespaceAnalyzer: Analyzer = splitting('whitespace', /\S+/gu, (word) => word)

/** The whole text as one term. */
export const keywordAnalyzer: Analyzer = {
  name: 'keyword',
  tokens(text, sink) {
    sink(text, 0, 0, text.length, 'word')
  },
  normalize: (text) => text,
}

function splitting(name: string, words: RegExp, normalize: (text: string) => string): Analyzer {
  return {
    name,
    tokens(text, sink) {
      let position = 0
      for (const { 0: word, index } of text.matchAll(words)) {
        sink(normalize(word), position, index, index + word.length, 'word')
        position += 1
      }
    },
    normalize,
  }
}
