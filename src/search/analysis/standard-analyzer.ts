import type { Analyzer } from './analyzer.ts'
import { standardTokens } from './standard-tokenizer.ts'

const ideograph = /^\p{Ideographic}/u
const number = /^\p{N}+$/u

/** Words of any script in lower case. What every field has unless its topic says otherwise. */
export const standardAnalyzer: Analyzer = {
  name: 'standard',
  tokens(text, sink) {
    let position = 0
    standardTokens(text, (term, start, end) => {
      const type = ideograph.test(term) ? '<IDEOGRAPHIC>' : number.test(term) ? '<NUM>' : '<ALPHANUM>'
      sink(term, position, start, end, type)
      position += 1
    })
  },
  normalize: (text) => text.toLowerCase(),
}
