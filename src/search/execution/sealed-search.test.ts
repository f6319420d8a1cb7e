import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { TailIndex } from '../index/tail-index.ts'
import type { Query } from '../query/query.ts'
import type { NaiveDocument } from '../testing/naive-fields.ts'
import { naiveReader } from '../testing/naive-reader.ts'
import { queries } from '../testing/query-arbitrary.ts'
import { searchAll, searchRequest, testContext } from '../testing/search-world.ts'

const identity = { topic: 't', topicId: 'AAAAAAAAAAAAAAAAAAAAAA', partition: 0 }
const DOCS = 700

/** Enough documents that terms have several blocks of postings, in an order that looks like chance. */
function world(): NaiveDocument[] {
  let seed = 7
  const below = (bound: number): number => (seed = (seed * 48_271) % 0x7fffffff) % bound
  const words = ['error', 'timeout', 'time', 'peer', 'reset', 'by', 'web-1', 'wéb', '日本', '42']
  return Array.from({ length: DOCS }, (_, doc) => {
    const msg = Array.from({ length: below(6) }, () => words[Math.min(below(10), below(10))]).join(' ')
    const value = {
      msg,
      level: ['ERROR', 'info', 'Warn'][below(3)],
      n: below(7) - 2,
      ts: `2026-11-2${below(3)}`,
      ok: below(2) === 0,
    }
    return { offset: doc * 2, timestamp: 1000 + doc + below(5), value }
  })
}

test('real indexes answer as plain documents do', () => {
  const documents = world()
  const plain = naiveReader(documents, { ...identity, baseOffset: 0 })
  const tail = new TailIndex({ ...identity, baseOffset: 0 })
  for (const { offset, timestamp, value } of documents)
    tail.append({ offset, timestamp, key: null, value: Buffer.from(JSON.stringify(value)), headers: [] })
  const readers = tail.readers()
  const common = fc.constantFrom('error', 'timeout', 'peer', 'time', 'reset')
  const match: fc.Arbitrary<Query> = fc
    .tuple(fc.array(common, { minLength: 1, maxLength: 3 }), fc.constantFrom('or' as const, 'and' as const))
    .map(([words, operator]) => ({
      kind: 'match',
      field: 'msg',
      text: words.join(' '),
      operator,
      minimumShouldMatch: null,
      fuzziness: null,
      analyzer: null,
      zeroTerms: 'none',
    }))
  const phrase: fc.Arbitrary<Query> = fc
    .tuple(common, common, fc.integer({ min: 0, max: 2 }))
    .map(([a, b, slop]) => ({
      kind: 'match_phrase',
      field: 'msg',
      text: `${a} ${b}`,
      slop,
      analyzer: null,
      zeroTerms: 'none',
    }))
  const settings = fc.record({
    scored: fc.boolean(),
    size: fc.integer({ min: 1, max: 20 }),
    trackTotalHits: fc.constantFrom(0, 50, 10_000),
  })
  const context = { ...testContext, limits: { ...testContext.limits, windowDocs: 128 } }
  fc.assert(
    fc.property(fc.oneof(match, match, phrase, queries), settings, (query, changes) => {
      const request = searchRequest(query, changes)
      const wanted = searchAll([[plain]], { ...request, trackTotalHits: 10_000 }, context)
      const found = searchAll([readers], request, context)
      const shown = (hits: typeof found.hits) =>
        hits.map(({ offset, score }) => `${offset} ${score?.toFixed(9) ?? ''}`)
      assert.deepEqual(shown(found.hits), shown(wanted.hits))
      if (found.totalIsExact) assert.equal(found.total, wanted.total)
    }),
    { numRuns: 150 },
  )
})

test('whole strings without a dictionary are found by their words, and the log confirms them', () => {
  const value = (offset: number): string =>
    `Request ${offset} of a client that asks for something else each time${offset % 3 === 0 ? '!' : ''}`
  const tail = new TailIndex({ ...identity, baseOffset: 0 })
  for (let offset = 0; offset < 600; offset++) {
    const json = Buffer.from(JSON.stringify({ msg: offset === 599 ? '?!'.repeat(30) : value(offset) }))
    tail.append({ offset, timestamp: 0, key: null, value: json, headers: [] })
  }
  const readers = tail.readers()
  assert.equal(readers[0]?.field('msg')?.keyword, null)
  const asked: number[] = []
  const verify = (_: unknown, doc: number, field: string, wanted: string): boolean => {
    asked.push(doc)
    return field === 'msg' && wanted === (doc === 599 ? '?!'.repeat(30) : value(doc))
  }
  const found = (text: string): number[] =>
    searchAll(
      [readers],
      searchRequest(
        { kind: 'term', field: 'msg.keyword', value: text, caseInsensitive: false },
        { scored: false },
      ),
      { ...testContext, verify },
    ).hits.map(({ offset }) => offset)
  assert.deepEqual(found(value(300)), [300])
  assert.deepEqual(found('?!'.repeat(30)), [599])
  assert.ok(asked.length < 10)
  // The same words in other letters, and words that are not there.
  assert.deepEqual(found(value(300).toLowerCase()), [])
  assert.deepEqual(found('a sentence of unknown words'), [])
})
