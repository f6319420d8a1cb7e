import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Query } from '../query/query.ts'
import type { SearchRequest, SortKey } from '../search-request.ts'
import { naiveReader } from '../testing/naive-reader.ts'
import { searchAll, searchRequest, testContext } from '../testing/search-world.ts'

const word = fc.constantFrom('a', 'b', 'c', 'd')
const document = fc.record({
  timestamp: fc.integer({ min: 0, max: 30 }),
  value: fc.record({
    msg: fc.array(word, { maxLength: 5 }).map((words) => words.join(' ')),
    title: fc.array(word, { maxLength: 2 }).map((words) => words.join(' ')),
    n: fc.integer({ min: 0, max: 20 }),
  }),
})
const world = fc
  .tuple(
    fc.array(document, { minLength: 20, maxLength: 60 }),
    fc.array(document, { minLength: 10, maxLength: 40 }),
  )
  .map(([older, newer]) => {
    const numbered = [...older, ...newer].map((fields, offset) => ({ ...fields, offset }))
    const reader = (partition: number, from: number, to?: number) =>
      naiveReader(numbered.slice(from, to), { topic: 't', partition })
    // Two indexes of one partition, and the same documents once more as another partition, so that scores tie.
    return [[reader(0, 0, older.length), reader(0, older.length)], [reader(1, 10)]]
  })

function match(field: string, text: string): Query {
  const rest = {
    operator: 'or',
    minimumShouldMatch: null,
    fuzziness: null,
    analyzer: null,
    zeroTerms: 'none',
  } as const
  return { kind: 'match', field, text, ...rest }
}
const words = fc.array(word, { minLength: 1, maxLength: 3 }).map((list) => list.join(' '))
const query: fc.Arbitrary<Query> = fc.oneof(
  words.map((text) => match('msg', text)),
  fc.tuple(words, words).map(([a, b]): Query => ({
    kind: 'dis_max',
    queries: [match('msg', a), match('title', b)],
    tieBreaker: 0.3,
  })),
  fc.tuple(word, word).map(([a, b]): Query => ({
    kind: 'bool',
    must: [],
    filter: [],
    should: [
      { kind: 'dis_max', queries: [match('msg', a), match('title', a)], tieBreaker: 0.3 },
      match('msg', b),
      { kind: 'constant_score', query: match('title', b), score: 0.4 },
    ],
    mustNot: [],
    minimumShouldMatch: null,
  })),
)
const context = { ...testContext, limits: { ...testContext.limits, windowDocs: 3 } }

function sameHits(readers: Parameters<typeof searchAll>[0], request: SearchRequest): void {
  // With every hit counted nothing is left out; with none, all that can be is.
  const all = searchAll(readers, { ...request, trackTotalHits: 1_000_000 }, context)
  for (const trackTotalHits of [0, 10]) {
    const some = searchAll(readers, { ...request, trackTotalHits }, context)
    assert.deepEqual(some.hits, all.hits)
    assert.ok(
      some.totalIsExact ? some.total === all.total : some.total > trackTotalHits && some.total <= all.total,
    )
    if (request.sort.length === 0 && request.scored && request.size > 0)
      assert.equal(some.maxScore, all.maxScore)
  }
}

test('leaping over blocks loses none of the best scores', () => {
  fc.assert(
    fc.property(world, query, fc.integer({ min: 1, max: 6 }), (readers, query, size) => {
      sameHits(readers, searchRequest(query, { size }))
    }),
    { numRuns: 100 },
  )
})

test('looking at the best windows first loses none of the first hits', () => {
  const sort = fc.constantFrom<SortKey[][]>(
    [],
    [{ field: 'n', order: 'asc', missing: 'last', mode: 'min' }],
    [{ field: 'n', order: 'desc', missing: 'last', mode: 'max' }],
    [{ field: '_offset', order: 'desc', missing: 'last', mode: 'max' }],
    [
      { field: '_timestamp', order: 'asc', missing: 'last', mode: 'max' },
      { field: 'n', order: 'desc', missing: 'first', mode: 'max' },
    ],
  )
  fc.assert(
    fc.property(world, query, sort, fc.integer({ min: 1, max: 6 }), (readers, query, sort, size) => {
      sameHits(readers, searchRequest(query, { size, sort, scored: false }))
    }),
    { numRuns: 100 },
  )
})

test('little is looked at when only the newest are wanted', () => {
  const documents = Array.from({ length: 2000 }, (_, offset) => ({
    offset,
    timestamp: offset,
    value: { msg: 'a b' },
  }))
  const reader = naiveReader(documents, { topic: 't' })
  let read = 0
  const counting = { ...reader, timestampOf: (doc: number) => ((read += 1), reader.timestampOf(doc)) }
  const request = searchRequest(match('msg', 'a'), { size: 3, scored: false, trackTotalHits: 10 })
  const found = searchAll([[counting]], request, context)
  assert.deepEqual(
    found.hits.map((hit) => hit.offset),
    [1999, 1998, 1997],
  )
  assert.ok(read < 100, `${read} documents were read`)
  assert.equal(found.total, 2000)
})
