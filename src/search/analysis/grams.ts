import type { Analyzer } from './analyzer.ts'
import { standardAnalyzer } from './standard-analyzer.ts'

/**
 * Pieces of `min` to `max` characters of each word: finds parts of words without a pattern, at the price of an index several times as
 * large. With `edges` only those at its start. Each piece has a position of its own.
 */
export function gramAnalyzer(name: string, min: number, max: number, edges: boolean): Analyzer {
  return {
    name,
    tokens(text, sink) {
      let position = 0
      standardAnalyzer.tokens(text, (word, _, start, end, type) => {
        const characters = Array.from(word)
        const lastStart = edges ? 0 : characters.length - min
        for (let from = 0; from <= lastStart; from++)
          for (let size = min; size <= max && from + size <= characters.length; size++) {
            sink(characters.slice(from, from + size).join(''), position, start, end, type)
            position += 1
          }
      })
    },
    normalize: (text) => standardAnalyzer.normalize(text),
  }
}

const cjk = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u
const cjkRuns =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+|[[\p{L}\p{N}\p{M}]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]]+/gv

/** Pairs of neighbouring characters where a script has no spaces, words elsewhere; full and half width forms are the same. */
export const cjkAnalyzer: Analyzer = {
  name: 'cjk',
  tokens(text, sink) {
    let position = 0
    for (const { 0: run, index } of text.matchAll(cjkRuns)) {
      if (!cjk.test(run)) {
        sink(fold(run), position, index, index + run.length, '<ALPHANUM>')
        position += 1
        continue
      }
      const characters = Array.from(run)
      let at = index
      for (let first = 0; first < Math.max(1, characters.length - 1); first++) {
        const pair = characters.slice(first, first + 2).join('')
        sink(
          fold(pair),
          position,
          at,
          at + pair.length,
          characters.length === 1 ? '<IDEOGRAPHIC>' : '<DOUBLE>',
        )
        position += 1
        at += characters[first]?.length ?? 0
      }
    }
  },
  normalize: fold,
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}
