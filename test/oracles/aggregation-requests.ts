/** Random aggregations of every kind that the guide promises, but those that need a script engine in the oracle. */
import fc from 'fast-check'
import { levels, moments, words } from './corpus.ts'
import { leaves } from './query-requests.ts'

type Body = { readonly [name: string]: unknown }

const numberField = fc.constantFrom('n', 'd', 'a.c', 'objs.c')
const stringField = fc.constantFrom(
  'level',
  'level.keyword',
  'tags.keyword',
  'a.b.keyword',
  'objs.b.keyword',
  'msg.keyword',
)
const number = fc.integer({ min: -4, max: 10 })

/** Some of the options beside what is required. */
function some(
  required: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  options: Readonly<Record<string, fc.Arbitrary<unknown>>>,
): fc.Arbitrary<Body> {
  return fc.record({ ...required, ...options }, { requiredKeys: Object.keys(required) })
}

function metric(
  kind: string,
  options: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  field: fc.Arbitrary<string> = numberField,
): fc.Arbitrary<Body> {
  return some({ field }, options).map((body) => ({ [kind]: body }))
}

const missing = { missing: number }
const metrics: fc.Arbitrary<Body> = fc.oneof(
  ...['avg', 'sum', 'min', 'max', 'value_count', 'stats'].map((kind) => metric(kind, missing)),
  metric('extended_stats', { ...missing, sigma: fc.constantFrom(1, 3) }),
  fc.constantFrom('min', 'max', 'value_count').chain((kind) => metric(kind, {}, fc.constantFrom('ts'))),
  metric('value_count', {}, fc.constantFrom('level.keyword', 'tags.keyword', 'ok', 'nowhere')),
  metric(
    'cardinality',
    {},
    fc.constantFrom('level.keyword', 'tags.keyword', 'n', 'd', 'ts', 'ok', 'objs.c', 'nowhere'),
  ),
  fc.tuple(numberField, fc.constant('a.c')).map(([value, weight]) => ({
    weighted_avg: { value: { field: value, missing: 1 }, weight: { field: weight, missing: 2 } },
  })),
  metric('sum', { format: fc.constantFrom('0.00', '#,##0.0') }),
)

const order = fc.constantFrom({ _key: 'asc' }, { _key: 'desc' }, { _count: 'asc' }, [
  { _count: 'desc' },
  { _key: 'desc' },
])
const minimum = { min_doc_count: fc.integer({ min: 0, max: 3 }) }
const atLeastOne = { min_doc_count: fc.integer({ min: 1, max: 3 }) }
const zone = fc.constantFrom('+02:00', 'Europe/Berlin', 'America/New_York', '-08:00', 'Asia/Kolkata')
const calendar = fc.constantFrom('hour', 'day', '1d', 'week', 'month', 'quarter', 'year', '1M')
const fixed = fc.constantFrom('30m', '12h', '1d', '36h', '100d')

const terms = fc
  .oneof(
    some(
      { field: stringField },
      {
        size: fc.integer({ min: 1, max: 12 }),
        order,
        ...atLeastOne,
        missing: fc.constant('none'),
        show_term_doc_count_error: fc.boolean(),
        include: fc.subarray(levels, { minLength: 1 }),
        exclude: fc.subarray(levels, { minLength: 1 }),
      },
    ),
    some(
      { field: stringField },
      { include: fc.constantFrom('.*o.*', '[A-Z].*'), exclude: fc.constantFrom('i.*') },
    ),
    some(
      { field: numberField },
      {
        size: fc.integer({ min: 1, max: 12 }),
        order,
        ...atLeastOne,
        missing: number,
        include: fc.array(number, { minLength: 1, maxLength: 4 }),
        exclude: fc.array(number, { minLength: 1, maxLength: 3 }),
      },
    ),
    some(
      { field: fc.constantFrom('ts', 'ok') },
      { size: fc.integer({ min: 3, max: 12 }), order, ...atLeastOne },
    ),
  )
  .map((body) => ({ terms: body }))

const histogram = some(
  { field: numberField, interval: fc.constantFrom(0.5, 1, 3, 1000) },
  { offset: fc.constantFrom(0.25, 1), ...atLeastOne, missing: number, keyed: fc.boolean(), order },
)
const smallHistogram = some(
  { field: fc.constantFrom('n', 'a.c', 'objs.c'), interval: fc.constantFrom(1, 2, 2.5) },
  {
    offset: fc.constantFrom(0.5, 1),
    ...minimum,
    missing: number,
    keyed: fc.boolean(),
    order,
    extended_bounds: fc.constantFrom({ min: -5, max: 12 }),
  },
)
/** With an offset the oracle compares the bounds with a bucket's start without its offset. */
const boundHistogram = some(
  {
    field: fc.constantFrom('n', 'a.c', 'objs.c'),
    interval: fc.constantFrom(1, 2, 2.5),
    hard_bounds: fc.constantFrom({ min: 0, max: 6 }, { min: 1, max: 4 }, { min: 3 }),
  },
  minimum,
)
const dateOptions = {
  time_zone: zone,
  ...atLeastOne,
  keyed: fc.boolean(),
  order,
  format: fc.constantFrom('yyyy-MM-dd', 'yyyy-MM-dd HH:mm', 'epoch_millis'),
  missing: fc.constantFrom(...moments),
  offset: fc.constantFrom('+6h', '-1h', '+1d'),
}
const dateHistogram = fc.oneof(
  some(
    { field: fc.constant('ts'), calendar_interval: fc.constantFrom('month', 'quarter', 'year') },
    {
      time_zone: zone,
      ...minimum,
      // On the edge of a bucket: the oracle rounds the upper bound down, ours does not.
      hard_bounds: fc.constantFrom({ min: '2023-01-01', max: '2026-01-01' }, { min: '2025-02-03' }),
    },
  ),
  some({ field: fc.constant('ts'), calendar_interval: calendar }, dateOptions),
  some({ field: fc.constant('ts'), fixed_interval: fixed }, dateOptions),
  some(
    { field: fc.constant('ts'), calendar_interval: fc.constantFrom('month', 'quarter', 'year') },
    {
      ...dateOptions,
      min_doc_count: fc.constant(0),
      extended_bounds: fc.constant({ min: '2023-05-01', max: '2027-01-01' }),
    },
  ),
)
const ranges = fc.array(
  fc.oneof(
    some({ from: number }, {}),
    some({ to: number }, {}),
    fc.tuple(number, number).map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) })),
    some({ from: number, key: fc.constantFrom('a', 'b') }, {}),
  ),
  { minLength: 1, maxLength: 4 },
)
const dateRanges = fc.array(
  fc.oneof(
    some({ from: fc.constantFrom(...moments, '2026-11||/M', '2026') }, {}),
    some({ to: fc.constantFrom(...moments, '2026-11-21||+1d/d') }, {}),
  ),
  { minLength: 1, maxLength: 3 },
)
const clause = fc.oneof(...Object.values(leaves))

const sources = fc
  .uniqueArray(
    fc.oneof(
      some(
        { field: fc.constantFrom('level.keyword', 'a.b.keyword', 'tags.keyword', 'a.c') },
        { order: fc.constantFrom('asc', 'desc'), missing_bucket: fc.boolean() },
      ).map((terms) => ({ terms })),
      // Of one value each: the oracle counts a document twice that has two values in one bucket.
      some(
        { field: fc.constant('a.c'), interval: fc.constantFrom(1, 5) },
        { order: fc.constantFrom('asc', 'desc'), missing_bucket: fc.boolean() },
      ).map((histogram) => ({ histogram })),
      some(
        { field: fc.constant('at'), calendar_interval: calendar },
        {
          order: fc.constantFrom('asc', 'desc'),
          missing_bucket: fc.boolean(),
          time_zone: zone,
          format: fc.constantFrom('yyyy-MM-dd'),
        },
      ).map((date_histogram) => ({ date_histogram })),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((list) => list.map((source, index) => ({ [`s${index}`]: source })))

const buckets: fc.Arbitrary<Body> = fc.oneof(
  { weight: 3, arbitrary: terms },
  { weight: 1, arbitrary: histogram.map((body) => ({ histogram: body })) },
  { weight: 1, arbitrary: smallHistogram.map((body) => ({ histogram: body })) },
  { weight: 1, arbitrary: boundHistogram.map((body) => ({ histogram: body })) },
  { weight: 2, arbitrary: dateHistogram.map((body) => ({ date_histogram: body })) },
  {
    weight: 1,
    arbitrary: some({ field: numberField, ranges }, { keyed: fc.boolean(), ...missing }).map((body) => ({
      range: body,
    })),
  },
  {
    weight: 1,
    arbitrary: some(
      { field: fc.constant('ts'), ranges: dateRanges },
      { keyed: fc.boolean(), format: fc.constant('yyyy-MM-dd'), time_zone: zone },
    ).map((body) => ({ date_range: body })),
  },
  { weight: 1, arbitrary: clause.map((filter) => ({ filter })) },
  {
    weight: 1,
    arbitrary: fc
      .oneof(
        fc.array(clause, { minLength: 1, maxLength: 3 }),
        fc.dictionary(fc.constantFrom('x', 'y'), clause, { minKeys: 1 }),
      )
      .chain((filters) =>
        some(
          { filters: fc.constant(filters) },
          { other_bucket: fc.boolean(), other_bucket_key: fc.constant('rest') },
        ),
      )
      .map((filters) => ({ filters })),
  },
  {
    weight: 1,
    arbitrary: fc
      .oneof(stringField, numberField, fc.constantFrom('ts', 'ok', 'nowhere'))
      .map((field) => ({ missing: { field } })),
  },
)

const pipelines = fc.oneof(
  fc
    .constantFrom('derivative', 'cumulative_sum')
    .chain((kind) => fc.constantFrom('_count', 'm').map((path) => ({ [kind]: { buckets_path: path } }))),
  fc.constantFrom(1, 2).map((lag) => ({ serial_diff: { buckets_path: 'm', lag } })),
  fc
    .tuple(
      fc.constantFrom('_count', 'm', '_key'),
      fc.constantFrom('asc', 'desc'),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 2 }),
    )
    .map(([path, order, size, from]) => ({
      bucket_sort: { sort: [{ [path]: { order } }, { _key: { order: 'asc' } }], size, from },
    })),
)
const overBuckets: fc.Arbitrary<Body> = fc
  .tuple(
    fc.oneof(
      smallHistogram.map((body) => ({
        histogram: { ...body, order: { _key: 'asc' }, min_doc_count: 0, keyed: false },
      })),
      fc.constant({ date_histogram: { field: 'ts', calendar_interval: 'month' } }),
    ),
    fc.constantFrom('sum', 'value_count', 'cardinality').map((kind) => ({ [kind]: { field: 'n' } })),
    pipelines,
  )
  .map(([histogram, m, p]) => ({ ...histogram, aggs: { m, p } }))

const siblings = fc
  .tuple(
    fc.constantFrom('avg_bucket', 'sum_bucket', 'min_bucket', 'max_bucket', 'stats_bucket'),
    fc.constantFrom('b>_count', 'b>m'),
    smallHistogram,
  )
  .map(([kind, path, body]) => ({
    b: { histogram: { ...body, keyed: false }, aggs: { m: { sum: { field: 'n' } } } },
    s: { [kind]: { buckets_path: path } },
  }))

const nested: fc.Arbitrary<Body> = fc.letrec<{ level: Body }>((tie) => ({
  level: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    metrics,
    fc
      .tuple(buckets, fc.option(tie('level')))
      .map(([outer, inner]) => (inner === null ? outer : { ...outer, aggs: { inner } })),
  ),
})).level

/** Groups of aggregations by what they show, each the `aggs` of one request. */
export const aggregations: Readonly<Record<string, fc.Arbitrary<Body>>> = {
  metrics: metrics.map((m) => ({ m })),
  buckets: buckets.map((b) => ({ b })),
  'buckets within buckets': nested.map((a) => ({ a })),
  'terms ordered by a metric': fc
    .tuple(
      stringField,
      fc.constantFrom('asc', 'desc'),
      fc.constantFrom('sum', 'min', 'max', 'avg', 'value_count'),
    )
    .map(([field, way, kind]) => ({
      a: {
        terms: { field, size: 20, order: [{ m: way }, { _key: 'asc' }] },
        aggs: { m: { [kind]: { field: 'n', missing: 0 } } },
      },
    })),
  composite: fc.tuple(sources, fc.integer({ min: 1, max: 5 }), fc.boolean()).map(([list, size, sub]) => ({
    c: { composite: { sources: list, size }, ...(sub ? { aggs: { m: { sum: { field: 'n' } } } } : {}) },
  })),
  pipelines: fc.oneof(
    overBuckets.map((a) => ({ a })),
    siblings,
  ),
  global: nested.map((inner) => ({ g: { global: {}, aggs: { inner } } })),
  'significant terms': fc
    .tuple(
      fc.constantFrom('tags.keyword', 'level.keyword'),
      fc.constantFrom({}, { percentage: {} }, { jlh: {} }),
    )
    .map(([field, heuristic]) => ({
      s: { significant_terms: { field, min_doc_count: 1, size: 20, ...heuristic } },
    })),
  'top hits': fc
    .tuple(stringField, fc.integer({ min: 1, max: 3 }), fc.constantFrom('asc', 'desc'))
    .map(([field, size, way]) => ({
      t: {
        terms: { field, size: 20, order: { _key: 'asc' } },
        aggs: {
          h: { top_hits: { size, sort: [{ n: { order: way } }, { num: 'asc' }], _source: ['num', 'n'] } },
        },
      },
    })),
}

/** Queries under which an aggregation looks at a part of the documents. */
export const narrowing = fc.oneof(
  fc.constant({ match_all: {} }),
  fc.constantFrom(...levels).map((level) => ({ term: { 'level.keyword': level } })),
  fc.constantFrom(...words).map((word) => ({ match: { msg: word } })),
)
