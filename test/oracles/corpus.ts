/** Random documents over a small world of words, so that they meet queries. */
import fc from 'fast-check'

export const words = [
  'error',
  'Error',
  'timeout',
  'time',
  'peer',
  'reset',
  'by',
  'web-1',
  'wéb',
  'naïve',
  '42',
  'true',
  'the',
]
export const levels = ['ERROR', 'info', 'Warn', 'ok then', 'web-1']
export const moments = [
  '2026-11-20T00:00:00Z',
  '2026-11-20T23:30:00+02:00',
  '2026-11-21T10:00:00Z',
  '2026-11-21T23:59:59.999Z',
  '2026-10-25T00:30:00Z',
  '2026-10-25T01:30:00Z',
  '2026-03-29T01:15:00Z',
  '2025-12-31T23:59:59Z',
  '2024-02-29T12:00:00.5Z',
  '1969-12-31T23:59:59Z',
]

const word = fc.constantFrom(...words)
const sentence = fc.array(word, { maxLength: 8 }).map((list) => list.join(' '))
const level = fc.constantFrom(...levels)
const count = fc.integer({ min: -3, max: 9 })
const amount = fc.oneof(
  fc.integer({ min: -400, max: 400 }).map((value) => value / 4),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => Number(value.toPrecision(6))),
)
const moment = fc.constantFrom(...moments)

/** One value, none, or several. */
function some<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | readonly T[] | null> {
  return fc.oneof(
    { weight: 6, arbitrary },
    { weight: 2, arbitrary: fc.array(arbitrary, { maxLength: 3 }) },
    { weight: 1, arbitrary: fc.constant(null) },
  )
}

const inner = fc.record({ b: word, c: count }, { requiredKeys: [] })

const document = fc.record(
  {
    msg: some(sentence),
    level: some(level),
    n: some(count),
    d: some(amount),
    ts: some(moment),
    at: moment,
    ok: some(fc.boolean()),
    tags: fc.array(level, { maxLength: 4 }),
    a: inner,
    objs: fc.array(inner, { maxLength: 3 }),
    mix: some(fc.oneof(word, count, fc.boolean())),
  },
  { requiredKeys: [] },
)

export type Document = { readonly [name: string]: unknown }

export interface Corpus {
  readonly documents: readonly Document[]
  readonly partitions: number
}

export const corpora: fc.Arbitrary<Corpus> = fc.record({
  documents: fc.array(document, { maxLength: 40 }),
  partitions: fc.constantFrom(1, 1, 3),
})

const exact = { type: 'keyword', ignore_above: 256, similarity: 'rarity' }
const text = { type: 'text', fields: { keyword: exact } }

/** One shard has the statistics of all documents, as our scores do; replicas would stay unassigned. */
export const settings = {
  number_of_shards: 1,
  number_of_replicas: 0,
  // Whole strings score by their rarity alone, not also by how many of them a document has on average (documented).
  similarity: { rarity: { type: 'BM25', b: 0 } },
}

/** What our server makes of such documents by itself, as a mapping of the oracle's. */
export const mapping = {
  properties: {
    num: { type: 'long' },
    msg: text,
    level: text,
    n: { type: 'long' },
    d: { type: 'double' },
    ts: { type: 'date' },
    at: { type: 'date' },
    ok: { type: 'boolean' },
    tags: text,
    a: { properties: { b: text, c: { type: 'long' } } },
    objs: { properties: { b: text, c: { type: 'long' } } },
    mix: text,
  },
}
