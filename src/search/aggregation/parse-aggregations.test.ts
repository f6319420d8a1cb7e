import assert from 'node:assert/strict'
import { test } from 'node:test'
import { QueryError, SearchLimitError, type Budget } from '../budget.ts'
import { parseForTest, runAggregations, type Shard, unlimited } from '../testing/run-aggregations.ts'
import type { TermsPartial } from './aggregation-partial.ts'
import { mergePartials } from './merge-partials.ts'

const field = 'f'

test('what is wrong is told with its path', () => {
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [
      { a: { terms: { field, sise: 3 } } },
      /unknown key \[sise\] at \[aggs\.a\.terms\.sise\]; there are: .*size/,
    ],
    [
      { a: { terms: { field }, aggs: { b: { avg: { feld: 1 } } } } },
      /\[aggs\.a\.aggs\.b\.avg\.field\] is missing/,
    ],
    [{ a: { trems: { field } } }, /unknown aggregation type \[trems\] at \[aggs\.a\.trems\]/],
    [{ a: {} }, /\[aggs\.a\] has no type/],
    [{ a: { terms: { field }, avg: { field } } }, /several types of aggregation: terms, avg/],
    [{ 'a>b': { avg: { field } } }, /invalid name/],
    [{ a: { avg: { field }, aggs: { b: { avg: { field } } } } }, /takes no sub-aggregations/],
    [{ a: { terms: { field, order: { b: 'asc' } } } }, /orders by \[b\], which is no aggregation below it/],
    [{ a: { terms: { field, size: 0 } } }, /\[aggs\.a\.terms\.size\] must be a whole number from 1/],
    [{ a: { terms: { script: 'x' } } }, /there is no script engine/],
    [{ a: { histogram: { field, interval: 0 } } }, /must be greater than 0/],
    [{ a: { date_histogram: { field } } }, /calendar_interval\] or fixed_interval must be given/],
    [
      { a: { date_histogram: { field, calendar_interval: '2d' } } },
      /is "2d"; for other lengths use fixed_interval/,
    ],
    [
      { a: { date_histogram: { field, fixed_interval: '1d', time_zone: 'Nowhere' } } },
      /'Nowhere' is no time zone/,
    ],
    [{ a: { derivative: { buckets_path: 'x' } } }, /must be below an aggregation that makes buckets/],
    [
      { a: { terms: { field }, aggs: { b: { derivative: { buckets_path: 'x' } } } } },
      /only be below a histogram/,
    ],
    [{ a: { terms: { field }, aggs: { b: { global: {} } } } }, /global aggregation can only be at the top/],
    [{ a: { percentiles: { field, percents: [101] } } }, /between 0 and 100/],
    [{ a: { top_hits: { size: 101 } } }, /from 0 to 100/],
    [[], /must be an object, and is an array/],
  ]
  for (const [json, message] of wrong) {
    assert.throws(
      () => parseForTest(json),
      (error) => error instanceof QueryError && message.test(error.message),
      String(message),
    )
  }
})

test('hostile requests are bounded', () => {
  let deep: object = { avg: { field } }
  for (let i = 0; i < 1000; i += 1) deep = { terms: { field }, aggs: { a: deep } }
  assert.throws(() => parseForTest({ a: deep }), /nested deeper than 16/)
  const many = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`a${i}`, { avg: { field } }]))
  assert.throws(() => parseForTest(many), /more than 1000 aggregations/)
})

test('names are only names', () => {
  const json = JSON.parse(
    '{"__proto__": {"terms": {"field": "f"}, "meta": {"x": 1}}, "constructor": {"avg": {"field": "n"}}}',
  ) as unknown
  const documents = [{ offset: 0, timestamp: 0, value: { f: '__proto__', n: 2 } }]
  const answer = JSON.stringify(runAggregations(json, [[documents]]))
  assert.match(
    answer,
    /"__proto__":\{"meta":\{"x":1\}.*"key":"__proto__","doc_count":1.*"constructor":\{"value":2\}/,
  )
})

test('too many buckets are an error that names the limit, as they are made and as they are written', () => {
  const documents = Array.from({ length: 50 }, (_, offset) => ({
    offset,
    timestamp: offset * 1000,
    value: { n: offset * 10 },
  }))
  const histogram = { h: { histogram: { field: 'n', interval: 1 } } }
  let made = 0
  const counting: Budget = { ...unlimited, buckets: (count) => void (made += count) }
  runAggregations(histogram, [[documents]], () => true, counting)
  assert.equal(made, 50)
  assert.throws(
    () => runAggregations(histogram, [[documents]], () => true, unlimited, 200),
    (error) =>
      error instanceof SearchLimitError &&
      error.code === 'too_many_buckets' &&
      /more than 200 buckets/.test(error.message),
  )
  const terms = { t: { terms: { field: 'n', size: 5 } } }
  assert.ok(runAggregations(terms, [[documents]], () => true, unlimited, 5))
})

test('what shards had to cut off is counted as error', () => {
  const specs = parseForTest({ t: { terms: { field, size: 2, show_term_doc_count_error: true } } })
  const partial = (
    counts: Record<string, number>,
    otherCount: number,
    error: number,
  ): { t: TermsPartial } => ({
    t: {
      kind: 'terms',
      buckets: Object.entries(counts).map(([key, count]) => ({ key, count, error: 0, aggregations: {} })),
      dates: false,
      otherCount,
      error,
    },
  })
  const merged = mergePartials(specs, partial({ a: 10, b: 5 }, 7, 3), partial({ a: 1, c: 4 }, 2, 2))[
    't'
  ] as TermsPartial
  assert.deepEqual(
    merged.buckets.map(({ key, count, error }) => [key, count, error]),
    [
      ['a', 11, 0],
      ['b', 5, 2],
      ['c', 4, 3],
    ],
  )
  assert.equal(merged.otherCount, 9)
  assert.equal(merged.error, 5)
})

test('significant terms are those that are more frequent here than everywhere', () => {
  const documents = Array.from({ length: 100 }, (_, offset) => ({
    offset,
    timestamp: 0,
    value: {
      crime: offset < 20 && offset % 2 === 0 ? 'bicycle theft' : 'burglary',
      place: offset < 20 ? 'bridge' : 'town',
    },
  }))
  const aggs = { f: { filter: {}, aggs: { s: { significant_terms: { field: 'crime' } } } } }
  const answer = runAggregations(
    aggs,
    [[documents.slice(0, 50), documents.slice(50)]],
    ({ value }) => (value as { place: string }).place === 'bridge',
  )
  const { f } = answer as { f: { s: { doc_count: number; bg_count: number; buckets: object[] } } }
  assert.equal(f.s.doc_count, 20)
  assert.equal(f.s.bg_count, 100)
  assert.deepEqual(f.s.buckets, [
    { key: 'bicycle theft', doc_count: 10, score: (0.5 - 0.1) * (0.5 / 0.1), bg_count: 10 },
  ])
})

test('empty buckets are not asked for where none may be', () => {
  const bounds = (extended: object, hard: object): object => ({
    h: { histogram: { field, interval: 1, extended_bounds: extended, hard_bounds: hard } },
  })
  assert.throws(() => parseForTest(bounds({ min: 0, max: 9 }, { min: 1 })), /must lie inside hard_bounds/)
  assert.throws(() => parseForTest(bounds({ max: 9 }, { min: 1, max: 8 })), /must lie inside hard_bounds/)
  assert.ok(parseForTest(bounds({ min: 2, max: 8 }, { min: 1, max: 8 })))
})

test('numbers are written as Java writes them: halves to the even digit, a sample of one as NaN', () => {
  const one = (value: object): Shard => [[{ offset: 0, timestamp: 0, value }]]
  const sum = (n: number): string =>
    JSON.stringify(runAggregations({ s: { sum: { field: 'n', format: '0.0' } } }, [one({ n })]))
  assert.deepEqual(
    [32.25, 32.35, 32.75, 0.05, -1.25].map((n) => /"value_as_string":"([^"]*)"/.exec(sum(n))?.[1]),
    ['32.2', '32.4', '32.8', '0.1', '-1.2'],
  )
  const { s } = runAggregations({ s: { extended_stats: { field: 'n' } } }, [one({ n: 5 })]) as {
    s: Record<string, unknown>
  }
  assert.deepEqual([s['variance'], s['variance_sampling'], s['std_deviation_sampling']], [0, 'NaN', 'NaN'])
})

test('each value of a record has the weight of the record, and there is one', () => {
  const documents = [
    { offset: 0, timestamp: 0, value: { n: [1, 5], w: 3 } },
    { offset: 1, timestamp: 0, value: { n: 2, w: 2 } },
  ]
  const average = (value: string, weight: string): object => ({
    a: { weighted_avg: { value: { field: value }, weight: { field: weight } } },
  })
  assert.deepEqual(runAggregations(average('n', 'w'), [[documents]]), { a: { value: 22 / 8 } })
  assert.throws(() => runAggregations(average('w', 'n'), [[documents]]), /several numbers in 'n'/)
})
