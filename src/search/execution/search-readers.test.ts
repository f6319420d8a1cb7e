import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { standardAnalyzer } from '../analysis/standard-analyzer.ts'
import type { Query } from '../query/query.ts'
import { BruteForce, type BruteForceGroup } from '../testing/brute-force.ts'
import { naiveReader } from '../testing/naive-reader.ts'
import { documents, queries } from '../testing/query-arbitrary.ts'
import { searchAll, searchRequest, testContext } from '../testing/search-world.ts'
import type { SortKey, SortValue } from '../search-request.ts'
import { compareHits } from './hit-order.ts'

const groups = fc.tuple(documents, documents, documents).map(([a, b, c]): BruteForceGroup[] => [
  { topic: 't', partition: 0, documents: a },
  { topic: 't', partition: 1, documents: b },
  { topic: 'u', partition: 0, documents: c },
])

function readersOf(list: readonly BruteForceGroup[]) {
  const readers = list.map(({ topic, partition, documents }) => naiveReader(documents, { topic, partition }))
  return [readers.slice(0, 2), readers.slice(2)]
}

/** Every match with its score, in the order of the answer. */
function expected(list: readonly BruteForceGroup[], query: Query) {
  const oracle = new BruteForce(list, standardAnalyzer)
  return oracle.rows
    .flatMap((row) => {
      const score = oracle.score(row, query)
      return score === null ? [] : [{ place: `${row.topic}:${row.partition}:${row.offset}`, score }]
    })
    .sort((a, b) => (a.place < b.place ? -1 : 1))
}

function assertClose(actual: number | null | undefined, wanted: number, message: string): void {
  assert.ok(
    typeof actual === 'number' && Math.abs(actual - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted)),
    message,
  )
}

test('a query finds what the same query means document by document, with the same scores', () => {
  fc.assert(
    fc.property(groups, queries, (list, query) => {
      const wanted = expected(list, query)
      const found = searchAll(readersOf(list), searchRequest(query, { size: 100 }))
      const places = found.hits.map((hit) => ({
        place: `${hit.topic}:${hit.partition}:${hit.offset}`,
        score: hit.score,
      }))
      places.sort((a, b) => (a.place < b.place ? -1 : 1))
      assert.deepEqual(
        places.map(({ place }) => place),
        wanted.map(({ place }) => place),
      )
      for (const [index, { place, score }] of wanted.entries())
        assertClose(places[index]?.score, score, `${place}: ${places[index]?.score} instead of ${score}`)
      assert.equal(found.total, wanted.length)
    }),
    { numRuns: 150 },
  )
})

const sortKey: fc.Arbitrary<SortKey> = fc.record({
  field: fc.constantFrom(
    'n',
    'd',
    'ts',
    'mix',
    'level',
    'level.keyword',
    'ok',
    'tags',
    '_timestamp',
    '_offset',
    '_key',
    'none',
  ),
  order: fc.constantFrom('asc', 'desc'),
  missing: fc.oneof(
    fc.constantFrom<SortKey['missing'][]>('first', 'last'),
    fc.constantFrom<SortKey['missing'][]>({ value: 1 }, { value: 'm' }),
  ),
  mode: fc.constantFrom('min', 'max'),
})

const settings = fc.record({
  scored: fc.boolean(),
  sort: fc.array(sortKey, { maxLength: 2 }),
  size: fc.integer({ min: 0, max: 8 }),
  trackTotalHits: fc.constantFrom(0, 3, 1000),
  minScore: fc.option(fc.constantFrom(0.5, 1)),
  collapse: fc.option(fc.constantFrom('level', 'n', 'mix'), { freq: 4 }),
  paged: fc.boolean(),
})

test('whatever is left out of the work, the best hits are the same, page by page', () => {
  fc.assert(
    fc.property(groups, queries, fc.option(queries), settings, (list, query, postFilter, setting) => {
      const { paged, ...changes } = setting
      const scored = changes.scored || changes.minScore !== null
      const request = searchRequest(query, { ...changes, postFilter, scored })
      const context = { ...testContext, limits: { ...testContext.limits, windowDocs: 2 } }
      const oracle = new BruteForce(list, standardAnalyzer)
      // All hits come from a request in which nothing can be left out; what it finds was compared above.
      const all = searchAll(readersOf(list), searchRequest(query, { size: 1000, scored }))
      const keys: readonly SortKey[] = request.sort.length
        ? request.sort
        : [{ field: scored ? '_score' : '_timestamp', order: 'desc', missing: 'last', mode: 'max' }]
      const groupOf = new Map<string, SortValue>()
      const wanted = all.hits
        .flatMap((hit) => {
          const row = oracle.rows.find(
            ({ topic, partition, offset }) =>
              topic === hit.topic && partition === hit.partition && offset === hit.offset,
          )
          if (row === undefined) throw new Error('a hit that is no document')
          if (postFilter !== null && oracle.score(row, postFilter) === null) return []
          if (request.minScore !== null && (hit.score ?? 0) < request.minScore) return []
          const sort = keys.map((key) => (key.field === '_score' ? hit.score : oracle.sortValue(row, key)))
          const group =
            request.collapse === null
              ? null
              : oracle.sortValue(row, { ...collapseKey, field: request.collapse })
          groupOf.set(`${hit.topic}:${hit.partition}:${hit.offset}`, group)
          return [{ topic: hit.topic, partition: hit.partition, offset: hit.offset, sort, group }]
        })
        .sort((a, b) => compareHits(keys, a, b))
      const total = wanted.length
      const seen = new Set<SortValue>()
      const distinct = wanted.filter(
        ({ group }) => request.collapse === null || (!seen.has(group) && seen.add(group)),
      )
      const first = searchAll(readersOf(list), request, context)
      assert.deepEqual(first.hits.map(place), distinct.slice(0, request.size).map(place))
      assert.ok(
        first.totalIsExact
          ? first.total === total
          : first.total <= total && first.total > request.trackTotalHits,
      )
      const last = first.hits.at(-1)
      if (!paged || last === undefined || request.collapse !== null) return
      const after = [...last.sort, last.topic, last.partition, last.offset]
      const second = searchAll(readersOf(list), { ...request, after }, context)
      assert.deepEqual(second.hits.map(place), distinct.slice(request.size, 2 * request.size).map(place))
    }),
    { numRuns: 150 },
  )
})

const collapseKey: SortKey = { field: '', order: 'asc', missing: 'last', mode: 'min' }

function place({
  topic,
  partition,
  offset,
  sort,
}: {
  topic: string
  partition: number
  offset: number
  sort: readonly SortValue[]
}) {
  return {
    place: `${topic}:${partition}:${offset}`,
    sort: sort.map((value) => (typeof value === 'number' ? value.toPrecision(9) : value)),
  }
}
