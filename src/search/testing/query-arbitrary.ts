/** Random documents and queries over a small world of words, so that they meet. */
import fc from 'fast-check'
import { dateInterval } from '../query/date-math.ts'
import type { Fuzziness, Query, QueryValue, RangeBound } from '../query/query.ts'
import type { NaiveDocument } from './naive-fields.ts'

const words = [
  'error',
  'Error',
  'timeout',
  'time',
  'peer',
  'reset',
  'by',
  'web-1',
  'wéb',
  '日本',
  '42',
  'true',
]
const word = fc.constantFrom(...words)
const sentence = fc.array(word, { maxLength: 6 }).map((list) => list.join(' '))
const level = fc.constantFrom('ERROR', 'info', 'Warn', 'ok then')
const count = fc.integer({ min: -2, max: 6 })
const date = fc.constantFrom(
  '2026-11-20',
  '2026-11-21T10:00:00Z',
  '2026-11-21T23:59:59.999Z',
  '2026-11-22T00:00:00+02:00',
)

const value = fc.record(
  {
    msg: fc.oneof(
      { weight: 3, arbitrary: sentence },
      { weight: 1, arbitrary: fc.array(sentence, { maxLength: 3 }) },
    ),
    level,
    n: fc.oneof(count, fc.array(count, { maxLength: 3 })),
    d: fc.double({ min: -1, max: 1, noNaN: true }),
    ts: date,
    ok: fc.boolean(),
    tags: fc.array(level, { maxLength: 3 }),
    a: fc.record({ b: word, c: fc.option(count) }, { requiredKeys: [] }),
    mix: fc.oneof(word, count, fc.boolean(), date, fc.constant(null)),
    constructor: word,
  },
  { requiredKeys: [] },
)

const record = fc.record(
  {
    timestamp: fc.integer({ min: 1000, max: 1020 }),
    value: fc.oneof({ weight: 6, arbitrary: value }, { weight: 1, arbitrary: sentence }),
    key: fc.option(word),
    headers: fc.dictionary(fc.constantFrom('trace', 'host'), word),
  },
  { requiredKeys: ['timestamp', 'value'] },
)

/** Documents of one index, with holes in their offsets. */
export const documents: fc.Arbitrary<NaiveDocument[]> = fc
  .array(fc.tuple(record, fc.integer({ min: 1, max: 3 })), { maxLength: 12 })
  .map((list) => {
    let offset = 0
    return list.map(([fields, step]) => ({ ...fields, offset: (offset += step) }))
  })

const fieldNames = [
  'msg',
  'level',
  'n',
  'd',
  'ts',
  'ok',
  'tags',
  'a.b',
  'a.c',
  'mix',
  '_key',
  '_value',
  '_headers.trace',
  'none',
  'constructor',
]
const field = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('msg', 'level') },
  { weight: 8, arbitrary: fc.constantFrom(...fieldNames) },
  { weight: 2, arbitrary: fc.constantFrom('level.keyword', 'msg.keyword', 'mix.keyword', 'none.keyword') },
  { weight: 1, arbitrary: fc.constantFrom('*', 'a.*', '_headers.*') },
)
const anyValue: fc.Arbitrary<QueryValue> = fc.oneof(word, level, count, fc.boolean(), date, count.map(String))
const text: fc.Arbitrary<QueryValue> = fc.oneof(
  { weight: 3, arbitrary: sentence },
  { weight: 2, arbitrary: anyValue },
)
const fuzziness: fc.Arbitrary<Fuzziness> = fc.record({
  edits: fc.constantFrom<Fuzziness['edits'][]>(0, 1, 2, { low: 3, high: 6 }),
  prefixLength: fc.integer({ min: 0, max: 2 }),
  maxExpansions: fc.constant(1000),
  transpositions: fc.boolean(),
})
const maybeFuzziness: fc.Arbitrary<Fuzziness | null> = fc.option(fuzziness)
const minimum = fc.option(fc.constantFrom('1', '2', '-1', '50%', '-30%', '1<50%', '1<-1 3<2'))
const operator = fc.constantFrom('or' as const, 'and' as const)
const zeroTerms = fc.constantFrom('none' as const, 'all' as const)
const slop = fc.integer({ min: 0, max: 4 })
const boost = fc.constantFrom(0.5, 1, 2)
const analyzer = fc.constant(null)
const caseInsensitive = fc.boolean()

const bound: fc.Arbitrary<RangeBound> = fc
  .tuple(fc.oneof(count, word, level, date, count.map(String)), fc.boolean(), fc.boolean())
  .map(([value, inclusive, up]) => {
    const interval = dateInterval(String(value))
    return { value, inclusive, millis: interval === null ? null : up ? interval.to : interval.from }
  })

const pattern = fc
  .array(fc.constantFrom('e', 'r', 't', 'i', 'm', 'o', 'W', 'é', '4', '*', '?', '*'), { maxLength: 6 })
  .map((list) => list.join(''))
const regexp = fc.constantFrom(
  '.*r.*',
  'e(r|x)+or',
  '[a-t]{4}',
  '[^e].*',
  't.m?e?',
  '(time|out)*',
  'E?.rror',
  '\\d+',
  '日.?',
  'a{2,3}|by',
)

const multiMatch: fc.Arbitrary<Query> = fc.record({
  kind: fc.constant('multi_match' as const),
  type: fc.constantFrom('best_fields', 'most_fields', 'phrase', 'phrase_prefix', 'bool_prefix'),
  fields: fc.array(fc.record({ field, boost }), { minLength: 1, maxLength: 3 }),
  text,
  operator,
  minimumShouldMatch: minimum,
  fuzziness: maybeFuzziness,
  slop,
  maxExpansions: fc.constant(1000),
  analyzer,
  zeroTerms,
  tieBreaker: fc.constantFrom(0, 0.3, 1),
})

const leaf: fc.Arbitrary<Query> = fc.oneof(
  fc.constant<Query>({ kind: 'all' }),
  fc.constant<Query>({ kind: 'none' }),
  fc.record({ kind: fc.constant('term' as const), field, value: anyValue, caseInsensitive }),
  fc.record({ kind: fc.constant('terms' as const), field, values: fc.array(anyValue, { maxLength: 4 }) }),
  fc.record({
    kind: fc.constant('match' as const),
    field,
    text,
    operator,
    minimumShouldMatch: minimum,
    fuzziness: maybeFuzziness,
    analyzer,
    zeroTerms,
  }),
  fc.record({ kind: fc.constant('match_phrase' as const), field, text, slop, analyzer, zeroTerms }),
  fc.record({
    kind: fc.constant('match_phrase_prefix' as const),
    field,
    text,
    slop,
    maxExpansions: fc.constant(1000),
    analyzer,
    zeroTerms,
  }),
  fc.record({
    kind: fc.constant('match_bool_prefix' as const),
    field,
    text,
    operator,
    minimumShouldMatch: minimum,
    fuzziness: maybeFuzziness,
    analyzer,
  }),
  multiMatch,
  fc.record({ kind: fc.constant('range' as const), field, from: fc.option(bound), to: fc.option(bound) }),
  fc.record({
    kind: fc.constant('prefix' as const),
    field,
    value: fc.constantFrom('', 'e', 'E', 'ti', 'w', '日'),
    caseInsensitive,
  }),
  fc.record({ kind: fc.constant('wildcard' as const), field, pattern, caseInsensitive }),
  fc.record({
    kind: fc.constant('regexp' as const),
    field,
    pattern: regexp,
    caseInsensitive: fc.constant(false),
  }),
  fc.record({
    kind: fc.constant('fuzzy' as const),
    field,
    value: fc.constantFrom('eror', 'tmie', 'peer', 'wéb', 'x', '日'),
    fuzziness,
  }),
  fc.record({
    kind: fc.constant('exists' as const),
    field: fc.oneof(field, fc.constantFrom('a', '_headers')),
  }),
  fc.record({
    kind: fc.constant('ids' as const),
    values: fc.array(fc.constantFrom('t:0:1', 't:0:2', 't:1:3', 'u:0:2', 'x'), { maxLength: 4 }),
  }),
)

/** Queries within queries, except the function scores and `cross_fields`, which have tests of their own. */
export const queries: fc.Arbitrary<Query> = fc.letrec<{ query: Query }>((tie) => {
  const inner = tie('query')
  const list = fc.array(inner, { maxLength: 3 })
  return {
    query: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      leaf,
      leaf,
      fc.record({
        kind: fc.constant('bool' as const),
        must: list,
        filter: fc.array(inner, { maxLength: 2 }),
        should: list,
        mustNot: fc.array(inner, { maxLength: 2 }),
        minimumShouldMatch: minimum,
      }),
      fc.record({ kind: fc.constant('constant_score' as const), query: inner, score: boost }),
      fc.record({ kind: fc.constant('boost' as const), query: inner, boost }),
      fc.record({
        kind: fc.constant('dis_max' as const),
        queries: list,
        tieBreaker: fc.constantFrom(0, 0.5),
      }),
      fc.record({
        kind: fc.constant('boosting' as const),
        positive: inner,
        negative: inner,
        negativeBoost: fc.constant(0.25),
      }),
    ),
  }
}).query
