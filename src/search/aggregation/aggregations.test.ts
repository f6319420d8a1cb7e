import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { naiveAggregations, type NaiveMatch } from '../testing/naive-aggregations.ts'
import type { NaiveDocument } from '../testing/naive-fields.ts'
import { runAggregations } from '../testing/run-aggregations.ts'

const START = Date.UTC(2026, 9, 20)

const word = fc.constantFrom('alpha', 'beta', 'gamma', 'delta', 'épsilon', '𝛇eta', '\uffee')
const amount = fc.oneof(fc.integer({ min: -30, max: 60 }), fc.constantFrom(0.5, -2.25, 1e9, 100_000))
const some = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 6, arbitrary }, fc.constant(undefined), fc.array(arbitrary, { maxLength: 3 }))

const record = fc.record({
  name: some(word),
  size: some(amount),
  plain: fc.integer({ min: 0, max: 20 }),
  flag: fc.option(fc.boolean()),
  mixed: some(fc.oneof(word, fc.integer({ min: 0, max: 5 }), fc.boolean())),
  inner: fc.record({ kind: word }),
})

const documents = fc
  .array(fc.tuple(record, fc.integer({ min: 0, max: 90 * 86_400_000 })), { maxLength: 30 })
  .map((rows) =>
    rows.map(([value, after], index): NaiveDocument => ({ offset: index, timestamp: START + after, value })),
  )

const stringField = fc.constantFrom(
  'name',
  'name.keyword',
  'inner.kind',
  'mixed',
  'flag',
  'plain',
  'size',
  'absent',
)
const numberField = fc.constantFrom('size', 'plain', 'absent', '_offset')

const metric = fc.oneof(
  fc
    .tuple(fc.constantFrom('avg', 'sum', 'min', 'max', 'stats'), numberField, fc.boolean())
    .map(([kind, field, missing]) => ({ [kind]: missing ? { field, missing: 7 } : { field } })),
  stringField.map((field) => ({ value_count: { field } })),
  stringField.map((field) => ({ cardinality: { field } })),
  numberField.map((field) => ({ percentiles: { field, percents: [0, 10, 50, 99, 100] } })),
  fc.constant({ weighted_avg: { value: { field: 'plain' }, weight: { field: '_offset', missing: 1 } } }),
  fc
    .tuple(numberField, fc.constantFrom('asc', 'desc'))
    .map(([field, order]) => ({ top_hits: { size: 3, sort: [{ [field]: order }] } })),
)

const { tree } = fc.letrec<{ tree: Record<string, unknown>; below: Record<string, unknown> }>((tie) => {
  const withBelow = (arbitrary: fc.Arbitrary<object>): fc.Arbitrary<object> =>
    fc.tuple(arbitrary, tie('below')).map(([agg, aggs]) => ({ ...agg, aggs }))
  const bucket = fc.oneof(
    fc
      .record(
        {
          field: stringField,
          size: fc.integer({ min: 1, max: 6 }),
          missing: fc.constantFrom('none', 3),
          min_doc_count: fc.integer({ min: 1, max: 3 }),
          order: fc.constantFrom(
            { _key: 'asc' },
            { _key: 'desc' },
            { _count: 'asc' },
            { _count: 'desc' },
            { m: 'desc' },
          ),
          include: fc.constant(['alpha', 'beta', 3, true]),
          exclude: fc.constant(['beta']),
        },
        { requiredKeys: ['field'] },
      )
      .map((terms) => ({ terms })),
    fc
      .record(
        {
          field: numberField,
          interval: fc.constantFrom(1, 5, 10, 1000),
          offset: fc.constantFrom(1, 3),
          min_doc_count: fc.constantFrom(1, 2),
          missing: fc.constant(13),
        },
        { requiredKeys: ['field', 'interval'] },
      )
      // The few values far out would make a million empty buckets.
      .map((histogram) => ({
        histogram: histogram.field === 'size' ? { min_doc_count: 1, ...histogram } : histogram,
      })),
    fc
      .record(
        {
          min_doc_count: fc.constantFrom(0, 1),
          extended_bounds: fc.constant({ min: START, max: START + 8e9 }),
        },
        { requiredKeys: [] },
      )
      .chain((options) =>
        fc
          .constantFrom(
            { calendar_interval: 'day' },
            { calendar_interval: 'week' },
            { calendar_interval: 'month' },
            { calendar_interval: 'quarter' },
            { calendar_interval: 'year' },
            { fixed_interval: '2d' },
          )
          .map((interval) => ({ date_histogram: { field: '_timestamp', ...interval, ...options } })),
      ),
    fc.constant({ range: { field: 'size', ranges: [{ to: 0 }, { from: -5, to: 10 }, { from: 10 }] } }),
    fc.constant({ filter: { word: 'alpha' } }),
    fc.constant({ filters: { filters: { a: { word: 'alpha' }, b: { word: 'beta' } } } }),
    stringField.map((field) => ({ missing: { field } })),
  )
  return {
    below: fc.oneof(
      { maxDepth: 1 },
      { weight: 2, arbitrary: metric.map((m) => ({ m })) },
      fc.tuple(metric, tie('tree')).map(([m, t]) => ({ ...t, m })),
    ),
    tree: withBelow(bucket).map((b) => ({ b })),
  }
})

const matches: NaiveMatch = (document, query) => {
  const { name } = document.value as { name?: unknown }
  return [name].flat().includes((query as { word: string }).word)
}

/** Sums are right to the last digits only up to the order of their terms. */
function rounded(answer: unknown): unknown {
  return JSON.parse(
    JSON.stringify(answer, (_key, value: unknown) =>
      typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(11)) : value,
    ),
  )
}

/** Orders by a metric that is no single number are refused, and so not of interest here. */
function orderable(aggs: Record<string, unknown>): boolean {
  return Object.values(aggs).every((agg) => {
    const { terms, aggs: below } = agg as {
      terms?: { order?: { m?: string } }
      aggs?: Record<string, unknown>
    }
    if (below === undefined) return true
    const m = below['m'] as Record<string, unknown>
    const single = ['avg', 'sum', 'min', 'max', 'value_count', 'cardinality', 'weighted_avg'].some(
      (kind) => kind in m,
    )
    return (terms?.order?.m === undefined || single) && orderable(below)
  })
}

test('any tree of aggregations over any split into readers and shards says what brute force says', () => {
  fc.assert(
    fc.property(
      tree.filter(orderable),
      documents,
      fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 30, maxLength: 30 }),
      (aggs, docs, places) => {
        const readers = Array.from({ length: 6 }, (_, place) =>
          docs.filter((_doc, index) => places[index] === place),
        )
        const shards = [readers.slice(0, 1), readers.slice(1, 3), readers.slice(3)]
        const expected = naiveAggregations(aggs, docs, matches)
        assert.deepEqual(rounded(runAggregations(aggs, shards, matches)), rounded(expected))
      },
    ),
    { numRuns: 100 },
  )
})
