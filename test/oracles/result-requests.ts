/** What a search may ask for besides its query: order, pages, filters of the hits and of their sources, highlights. */
import fc from 'fast-check'
import { levels, words } from './corpus.ts'
import { narrowing } from './aggregation-requests.ts'

type Body = { readonly [name: string]: unknown }

const word = fc.constantFrom(...words)
const way = fc.constantFrom('asc', 'desc')
const sortKey = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('n', 'd', 'a.c', 'objs.c', 'ts', 'ok', 'level.keyword', 'tags.keyword', 'a.b.keyword'),
      fc.record(
        { order: way, missing: fc.constantFrom('_first', '_last'), mode: fc.constantFrom('min', 'max') },
        { requiredKeys: [] },
      ),
    )
    .map(([field, options]) => ({ [field]: options })),
  fc.tuple(fc.constantFrom('n', 'd', 'level.keyword'), way).map(([field, order]) => ({ [field]: order })),
  fc.constantFrom('n', 'ts', '_score'),
  fc.integer({ min: -3, max: 9 }).map((missing) => ({ n: { order: 'asc', missing } })),
  fc.constant({ level: 'asc' }),
)
/** Ends with a key that no two documents share, so that the order is one. */
const sort = fc
  .tuple(fc.array(sortKey, { maxLength: 2 }), way)
  .map(([keys, order]) => [...keys, { num: order }])

export const sorted: fc.Arbitrary<Body> = fc
  .tuple(
    narrowing,
    sort,
    fc.record({ from: fc.integer({ min: 0, max: 8 }), size: fc.integer({ min: 0, max: 12 }) }),
  )
  .map(([query, keys, page]) => ({ query, sort: keys, ...page }))

/** Pages after given values. */
export const pages: fc.Arbitrary<Body> = fc.oneof(
  fc.tuple(way, fc.integer({ min: -3, max: 9 }), fc.integer({ min: 0, max: 40 })).map(([order, n, num]) => ({
    sort: [{ n: order }, { num: 'asc' }],
    search_after: [n, num],
    query: { exists: { field: 'n' } },
  })),
  fc.tuple(way, fc.constantFrom(...levels), fc.integer({ min: 0, max: 40 })).map(([order, level, num]) => ({
    sort: [{ 'level.keyword': order }, { num: 'desc' }],
    search_after: [level, num],
    query: { exists: { field: 'level' } },
  })),
)

export const filtered: fc.Arbitrary<Body> = fc
  .tuple(
    narrowing,
    fc.record(
      {
        post_filter: fc.constantFrom(...levels).map((level) => ({ term: { 'tags.keyword': level } })),
        aggs: fc.constant({ n: { sum: { field: 'n' } } }),
        collapse: fc.constantFrom('a.c', 'a.b.keyword').map((field) => ({ field })),
        track_total_hits: fc.constantFrom(true, false, 3),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([query, options]) => ({ query, sort: [{ num: 'asc' }], ...options }))

export const sources: fc.Arbitrary<Body> = fc
  .oneof(
    fc
      .constantFrom<unknown>(
        true,
        false,
        'n',
        ['n', 'a.*'],
        'a',
        ['*.b'],
        { includes: ['a', 'objs'], excludes: ['*.c'] },
        { excludes: ['objs', 'a.b'] },
      )
      .map((source) => ({ _source: source })),
    fc
      .uniqueArray(fc.constantFrom('n', 'a.*', 'objs.b', 'level', 'ok', 'd'), { minLength: 1 })
      .map((fields) => ({ _source: false, fields })),
  )
  .map((shown) => ({ ...shown, sort: [{ num: 'asc' }], size: 50 }))

const highlightQuery = fc.oneof(
  word.map((text) => ({ match: { msg: text } })),
  fc.tuple(word, word).map(([a, b]) => ({ match: { msg: `${a} ${b}` } })),
  fc.tuple(word, word).map(([a, b]) => ({ match_phrase: { msg: { query: `${a} ${b}`, slop: 1 } } })),
  fc.constantFrom(
    { prefix: { msg: 'ti' } },
    { wildcard: { msg: '*r*' } },
    { fuzzy: { msg: { value: 'eror', fuzziness: 1 } } },
  ),
  fc.tuple(word, word).map(([a, b]) => ({
    bool: {
      must: [{ match: { msg: a } }],
      should: [{ match: { level: b } }],
      must_not: [{ match: { msg: 'by' } }],
    },
  })),
)
export const highlights: fc.Arbitrary<Body> = fc
  .tuple(
    highlightQuery,
    fc.record(
      {
        number_of_fragments: fc.constant(0),
        require_field_match: fc.boolean(),
      },
      { requiredKeys: ['number_of_fragments'] },
    ),
    fc.constantFrom({}, { pre_tags: ['<b>'], post_tags: ['</b>'] }),
  )
  .map(([query, options, tags]) => ({
    query,
    sort: [{ num: 'asc' }],
    size: 50,
    _source: false,
    highlight: { fields: { msg: {}, level: {} }, ...options, ...tags },
  }))

/** Requests that both must refuse. */
export const malformed: readonly Body[] = [
  { query: { nope: {} } },
  { query: { match: {} } },
  { query: { match: { msg: 'a', level: 'b' } } },
  { query: { match: { msg: { query: 'a', nope: 1 } } } },
  { query: { match: { msg: { query: 'a', operator: 'xor' } } } },
  { query: { bool: { nope: [] } } },
  { query: { bool: { must: 'x' } } },
  { query: { range: { n: { nope: 1 } } } },
  { query: { terms: { level: 'x' } } },
  { query: { exists: {} } },
  { query: { regexp: { msg: '(' } } },
  { query: { query_string: { query: '(a' } } },
  { query: { query_string: { query: 'a AND' } } },
  { query: { query_string: { query: '"a' } } },
  { query: {}, size: -5 },
  { query: { match_all: {} }, size: -2 },
  { query: { match_all: {} }, size: 20_000 },
  { query: { match_all: {} }, from: -1 },
  { query: { match_all: {} }, from: 9_999, size: 10 },
  { nope: 1 },
  { sort: [{ n: 'up' }] },
  { sort: [{ n: { order: 'asc', nope: 1 } }] },
  { sort: [{ n: 'asc' }], search_after: [1, 2] },
  { search_after: [1] },
  { aggs: { a: {} } },
  { aggs: { a: { nope: {} } } },
  { aggs: { a: { terms: {} } } },
  { aggs: { a: { terms: { field: 'n', size: 0 } } } },
  { aggs: { a: { terms: { field: 'n', size: -1 } } } },
  { aggs: { a: { terms: { field: 'n', order: { nope: 'asc' } } } } },
  { aggs: { a: { terms: { field: 'n' }, avg: { field: 'n' } } } },
  { aggs: { a: { avg: { field: 'n' }, aggs: { b: { avg: { field: 'n' } } } } } },
  { aggs: { a: { histogram: { field: 'n', interval: 0 } } } },
  { aggs: { a: { histogram: { field: 'n' } } } },
  {
    aggs: {
      a: {
        histogram: {
          field: 'n',
          interval: 1,
          extended_bounds: { min: 0, max: 9 },
          hard_bounds: { min: 1, max: 9 },
        },
      },
    },
  },
  { aggs: { a: { date_histogram: { field: 'ts' } } } },
  { aggs: { a: { date_histogram: { field: 'ts', calendar_interval: '2d' } } } },
  { aggs: { a: { date_histogram: { field: 'ts', fixed_interval: '1M' } } } },
  { aggs: { a: { date_histogram: { field: 'ts', calendar_interval: 'day', time_zone: 'Nowhere' } } } },
  { aggs: { a: { range: { field: 'n' } } } },
  { aggs: { a: { range: { field: 'n', ranges: [] } } } },
  { aggs: { a: { filters: {} } } },
  { aggs: { a: { composite: { sources: [] } } } },
  { aggs: { a: { percentiles: { field: 'n', percents: [101] } } } },
  { aggs: { a: { derivative: { buckets_path: 'x' } } } },
  { aggs: { 'a[b]': { avg: { field: 'n' } } } },
  { aggs: { a: { terms: { field: 'n' }, aggs: { g: { global: {} } } } } },
  { highlight: { fields: 1 } },
  { _source: 5 },
]

/** What the oracle refuses because of its mapping: here any field may have any value, and these find none. */
export const findsNothing: readonly Body[] = [
  { query: { term: { n: 'abc' } } },
  { query: { term: { ok: 'abc' } } },
  { query: { term: { ts: 'abc' } } },
  { query: { range: { n: { gte: 'abc' } } } },
  { query: { range: { ts: { gte: 'no date' } } } },
]
