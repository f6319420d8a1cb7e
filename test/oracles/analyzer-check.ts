import fc from 'fast-check'
import { difference } from './compare.ts'
import { type Door, type Json, listOf, member } from './door.ts'

const ANALYZERS = ['standard', 'simple', 'whitespace', 'keyword', 'stop']

/** Blocks that were complete long ago: Lucene 9 and Node know different versions of Unicode. */
const blocks = [
  [0x20, 0x24f],
  [0x3a3, 0x3ff],
  [0x410, 0x44f],
  [0x5d0, 0x5ea],
  [0x620, 0x64a],
  [0x905, 0x939],
  [0xe01, 0xe2e],
  [0x2010, 0x2027],
  [0x2190, 0x21ff],
  [0x3041, 0x3096],
  [0x30a1, 0x30fa],
  [0x4e00, 0x4eff],
  [0xac00, 0xacff],
  [0xff10, 0xff5a],
  [0x1f600, 0x1f64f],
] as const
const character = fc
  .constantFrom(...blocks)
  .chain(([from, to]) => fc.integer({ min: from, max: to }))
  .map((code) => String.fromCodePoint(code))

const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'Error',
        'web-1',
        "don't",
        'a.b.c',
        '1,000.5',
        'x_y',
        'größe',
        '日本語',
        'ทดสอบ',
        'e\u0301',
        '👩‍👩‍👧',
        '10.0.0.1',
        'user@host.org',
        '—',
        'ﬁ',
        'İ',
        'Ⅷ',
        '3\u00a0px',
        '한국어',
        'カタカナ',
      ),
      fc.array(character, { maxLength: 6 }).map((list) => list.join('')),
    ),
    { maxLength: 6 },
  )
  .chain((pieces) => fc.constantFrom(' ', '', ', ').map((between) => pieces.join(between)))

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
  const property = fc.asyncProperty(text, fc.constantFrom(...ANALYZERS), async (value, analyzer) => {
    const body = { analyzer, text: value }
    const found = difference(await analyze(ours, body), await analyze(theirs, body), 'tokens')
    if (found !== null) throw new Error(`${found}\n  ${JSON.stringify(body)}`)
  })
  await fc.assert(property, { numRuns: runs, seed })
  return `${runs} texts have the same words`
}
