import type { Analyzer } from './analyzer.ts'

/** Runs of letters, digits and marks; ideographs one by one, because nothing separates their words. */
const words = /\p{Ideographic}|[[\p{L}\p{N}\p{M}]--\p{Ideographic}]+/gv
const ideograph = /^\p{Ideographic}/u
const number = /^\p{N}+$/u

/** Words of any script in lower case. What every field has unless its topic says otherwise. */
export const standardAnalyzer: Analyzer = {
  name: 'standard',
  tokens(text, sink) {
    let position = 0
    for (const match of text.matchAll(words)) {
      const word = match[0]
      const type = ideograph.test(word) ? '<IDEOGRAPHIC>' : number.test(word) ? '<NUM>' : '<ALPHANUM>'
      sink(word.toLowerCase(), position, match.index, match.index + word.length, type)
      position += 1
    }
  },
  normalize: (text) => text.toLowerCase(),
}
