import fc from 'fast-check'
import { difference } from './compare.ts'
import { type Door, type Json, listOf, member } from './door.ts'

/** Scripts whose words both know: blocks that were complete before Lucene's version of Unicode. */
const scripts = [
  [0x30, 0x39],
  [0x61, 0x7a],
  [0x41, 0x5a],
  [0xc0, 0xd6],
  [0xe0, 0xf6],
  [0x3b1, 0x3c9],
  [0x410, 0x44f],
  [0x5d0, 0x5ea],
  [0x620, 0x63a],
  [0x905, 0x939],
  [0xe01, 0xe2e],
  [0x4e00, 0x4eff],
  [0xac00, 0xacff],
] as const
const word = fc
  .constantFrom(...scripts)
  .chain(([from, to]) => fc.array(fc.integer({ min: from, max: to }), { minLength: 1, maxLength: 6 }))
  .map((codes) => String.fromCodePoint(...codes))
/** Longer than a word may be: 'standard' cuts it, as Lucene does; ours of the other names leave it whole. */
const longWord = 'a'.repeat(300)
const common = fc.constantFrom('the', 'Web', 'not', 'e\u0301te\u0301', 'GRÖSSE', 'straße', longWord)
/** Not `_`, `'`, `.` and the like: within a word Lucene keeps them, ours never does (documented). */
const separator = fc.constantFrom(' ', '-', '/', ' (', ') ', '; ', '\n', ' — ')
const text = fc
  .array(fc.tuple(fc.oneof(word, common), separator), { maxLength: 6 })
  .map((pieces) => pieces.flat().join(''))

/** Texts are split into the same words, at the same places, as by Lucene's analyzers of the same names. */
export async function compareAnalyzers(
  ours: Door,
  theirs: Door,
  runs: number,
  seed: number,
): Promise<string> {
  const analyze = async (door: Door, body: object): Promise<Json> =>
    listOf(member(await door.must('POST', '/_analyze', body), 'tokens')).map((token) =>
      ['token', 'start_offset', 'end_offset', 'position'].map((name) => member(token, name)),
    )
  const analyzers = fc.constantFrom('standard', 'standard', 'simple', 'whitespace', 'keyword', 'stop')
  const property = fc.asyncProperty(text, analyzers, async (value, analyzer) => {
    fc.pre(analyzer === 'standard' || !value.includes(longWord))
    const body = { analyzer, text: value }
    const found = difference(await analyze(ours, body), await analyze(theirs, body), 'tokens')
    if (found !== null) throw new Error(`${found}\n  ${JSON.stringify(body)}`)
  })
  const { failed, errorInstance } = await fc.check(property, { numRuns: runs, seed })
  if (failed) throw errorInstance
  return `${runs} texts have the same words`
}
