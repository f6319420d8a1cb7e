import assert from 'node:assert/strict'
import { test } from 'node:test'
import { QueryError } from '../budget.ts'
import { minimumShouldMatch } from './minimum-should-match.ts'
import { parseQueryDsl } from './query-dsl.ts'
import type { Query } from './query.ts'
import { utcZone } from '../time-zone.ts'

const now = Date.UTC(2026, 10, 21, 12)
const parse = (json: unknown): Query => parseQueryDsl(json, { now, timeZone: utcZone })

function part(json: unknown): Readonly<Record<string, unknown>> {
  return parse(json) as unknown as Readonly<Record<string, unknown>>
}

test('each kind of query, in its short and its long form', () => {
  assert.deepEqual(parse({ match_all: {} }), { kind: 'all' })
  assert.deepEqual(parse({ match_all: { boost: 2 } }), { kind: 'boost', query: { kind: 'all' }, boost: 2 })
  assert.deepEqual(parse({ match_none: {} }), { kind: 'none' })
  const term = { kind: 'term', field: 'a', value: 'x', caseInsensitive: false }
  assert.deepEqual(parse({ term: { a: 'x' } }), term)
  assert.deepEqual(parse({ term: { a: { value: 'x', case_insensitive: true } } }), {
    ...term,
    caseInsensitive: true,
  })
  assert.deepEqual(parse({ terms: { a: ['x', 1, true] } }), {
    kind: 'terms',
    field: 'a',
    values: ['x', 1, true],
  })
  assert.deepEqual(parse({ prefix: { a: 'x' } }), {
    kind: 'prefix',
    field: 'a',
    value: 'x',
    caseInsensitive: false,
  })
  assert.deepEqual(parse({ wildcard: { a: { wildcard: 'x?' } } }), {
    kind: 'wildcard',
    field: 'a',
    pattern: 'x?',
    caseInsensitive: false,
  })
  assert.equal(part({ regexp: { a: { value: 'a~b<1-2>', flags: 'INTERVAL' } } })['pattern'], 'a\\~b<1-2>')
  assert.equal(part({ regexp: { a: { value: 'a~b<1-2>', flags: 'NONE' } } })['pattern'], 'a\\~b\\<1-2\\>')
  assert.deepEqual(part({ fuzzy: { a: { value: 'x', fuzziness: 1, prefix_length: 2 } } })['fuzziness'], {
    edits: 1,
    prefixLength: 2,
    maxExpansions: 50,
    transpositions: true,
  })
  assert.deepEqual(parse({ exists: { field: 'a' } }), { kind: 'exists', field: 'a' })
  assert.deepEqual(parse({ ids: { values: ['t:0:1'] } }), { kind: 'ids', values: ['t:0:1'] })
  assert.equal(part({ match: { a: 'x y' } })['operator'], 'or')
  assert.equal(
    part({ match: { a: { query: 'x', operator: 'AND', minimum_should_match: 2 } } })['minimumShouldMatch'],
    '2',
  )
  assert.equal(part({ match_phrase: { a: { query: 'x y', slop: 3 } } })['slop'], 3)
  assert.equal(part({ match_phrase_prefix: { a: 'x y' } })['maxExpansions'], 50)
  assert.equal(part({ match_bool_prefix: { a: 'x y' } })['kind'], 'match_bool_prefix')
  assert.deepEqual(part({ multi_match: { query: 'x', fields: ['a^2', 'b*'] } })['fields'], [
    { field: 'a', boost: 2 },
    { field: 'b*', boost: 1 },
  ])
  assert.equal(part({ multi_match: { query: 'x', type: 'most_fields' } })['tieBreaker'], 1)
  assert.equal(part({ query_string: { query: 'a b', default_field: 'f' } })['kind'], 'bool')
  assert.equal(part({ simple_query_string: { query: '"a b" + c*', fields: ['f'] } })['kind'], 'bool')
})

test('queries made of queries', () => {
  const a = parse({ term: { a: 1 } })
  assert.deepEqual(
    parse({ bool: { must: { term: { a: 1 } }, must_not: [{ term: { a: 1 } }], minimum_should_match: 0 } }),
    {
      kind: 'bool',
      must: [a],
      filter: [],
      should: [],
      mustNot: [a],
      minimumShouldMatch: '0',
    },
  )
  assert.deepEqual(parse({ constant_score: { filter: { term: { a: 1 } }, boost: 3 } }), {
    kind: 'boost',
    query: { kind: 'constant_score', query: a, score: 1 },
    boost: 3,
  })
  assert.deepEqual(parse({ dis_max: { queries: [{ term: { a: 1 } }], tie_breaker: 0.5 } }), {
    kind: 'dis_max',
    queries: [a],
    tieBreaker: 0.5,
  })
  assert.equal(
    part({ boosting: { positive: { term: { a: 1 } }, negative: { match_none: {} }, negative_boost: 0.5 } })[
      'negativeBoost'
    ],
    0.5,
  )
  assert.deepEqual(
    part({ function_score: { gauss: { t: { origin: 'now', scale: '1d', decay: 0.3 } } } })['functions'],
    [
      {
        filter: null,
        weight: 1,
        value: {
          kind: 'decay',
          shape: 'gauss',
          field: 't',
          origin: now,
          scale: 86_400_000,
          offset: 0,
          decay: 0.3,
          mode: 'min',
        },
      },
    ],
  )
  assert.equal(
    (
      part({
        function_score: {
          functions: [{ weight: 2, filter: { term: { a: 1 } } }, { random_score: { seed: 5 } }],
        },
      })['functions'] as unknown[]
    ).length,
    2,
  )
})

test('ranges know dates, time zones and formats', () => {
  const millis = (range: object): unknown => {
    const query = parse({ range: { t: range } })
    return query.kind === 'range' ? [query.from?.millis ?? null, query.to?.millis ?? null] : null
  }
  const day = Date.UTC(2026, 10, 20)
  assert.deepEqual(millis({ gte: '2026-11-20', lte: '2026-11-20' }), [day, day + 86_399_999])
  assert.deepEqual(millis({ gt: '2026-11-20', lt: '2026-11-22' }), [day + 86_399_999, day + 2 * 86_400_000])
  assert.deepEqual(millis({ gte: '2026-11-20', time_zone: '+01:00' }), [day - 3_600_000, null])
  assert.deepEqual(millis({ gte: '20/11/2026', format: 'dd/MM/yyyy' }), [day, null])
  assert.deepEqual(millis({ gte: 1_795_132_800, format: 'epoch_second' }), [day, null])
  assert.deepEqual(millis({ gte: 'now-1d/d', lt: 'now/d' }), [day, day + 86_400_000])
  assert.deepEqual(millis({ from: 1, to: 2, include_lower: false }), [1, 2])
})

test('what is not understood is an error with its path', () => {
  const errors: readonly (readonly [unknown, RegExp])[] = [
    [null, /^query must be an object/],
    [[], /^query must be an object; it is a list/],
    [{}, /^query is empty/],
    [{ match_all: {}, match_none: {} }, /has both 'match_all' and 'match_none'/],
    [{ geo_shape: {} }, /^query\.geo_shape: there is no query 'geo_shape'\. Known are bool,/],
    [{ bool: { must: [{ match: { a: 'x' } }, { mach: { a: 'x' } }] } }, /^query\.bool\.must\[1\]\.mach:/],
    [{ bool: { musst: [] } }, /^query\.bool\.musst: there is no option/],
    [{ match: { a: { query: 'x', fuzzyness: 1 } } }, /^query\.match\.a\.fuzzyness:/],
    [{ match: { a: {} } }, /^query\.match\.a needs 'query'/],
    [{ match: { a: 'x', b: 'y' } }, /has 'a' and 'b'; it takes one field/],
    [{ match: { a: { query: ['x'] } } }, /must be a string, a number or a boolean; it is a list/],
    [{ match: { a: { query: 'x', operator: 'xor' } } }, /must be one of or, and/],
    [{ match: { a: { query: 'x', fuzziness: 3 } } }, /must be 0, 1, 2, AUTO/],
    [{ match: { a: { query: 'x', minimum_should_match: 'few' } } }, /'few' is no minimum_should_match/],
    [{ terms: { a: 'x' } }, /must be a list/],
    [{ range: { a: { gte: 1, gt: 2 } } }, /two lower ends/],
    [{ range: { a: { above: 1 } } }, /^query\.range\.a\.above/],
    [{ range: { a: { gte: 'now+1q' } } }, /no date math/],
    [{ range: { a: { gte: 1, time_zone: 'Mars' } } }, /'Mars' is no time zone/],
    [{ regexp: { a: '(' } }, /Regular expression/],
    [{ wildcard: { a: { value: 'x*', rewrite: 'top_terms_10' } } }, /constant score/],
    [{ query_string: { query: 'a AND' } }, /Column 6/],
    [
      { query_string: { query: 'a', allow_leading_wildcard: false } },
      /allow_leading_wildcard can only be true/,
    ],
    [{ simple_query_string: { query: 'a', flags: 'MAYBE' } }, /no flag 'MAYBE'/],
    [{ function_score: { script_score: {} } }, /^query\.function_score\.script_score:/],
    [{ function_score: { functions: [{}] } }, /has no function/],
    [{ function_score: { gauss: { a: { origin: 0, scale: 0 } } } }, /scale must be above 0/],
    [{ match_all: { boost: -1 } }, /must not be negative/],
    [{ match_all: { boost: 'x' } }, /boost must be a number; it is a string \("x"\)/],
    [{ term: { a: { value: 'x', _name: 'n' } } }, /^query\.term\.a\._name/],
  ]
  for (const [json, message] of errors)
    assert.throws(
      () => parse(json),
      (error) => error instanceof QueryError && message.test(error.message),
      `${JSON.stringify(json)} ${String(message)}`,
    )
})

test('hostile bodies are refused', () => {
  let deep: unknown = { match_all: {} }
  for (let depth = 0; depth < 5000; depth++) deep = { bool: { must: [deep] } }
  assert.throws(() => parse(deep), /nested more than 100/)
  const many = Array.from({ length: 10_001 }, () => ({ match_all: {} }))
  assert.throws(() => parse({ bool: { should: many } }), /more than 10000 clauses/)
  assert.throws(
    () => parse({ terms: { a: Array.from({ length: 65_537 }, (_, value) => value) } }),
    /at most 65536/,
  )
  assert.throws(() => parse(JSON.parse('{"__proto__": {"match_all": {}}}')), /no query '__proto__'/)
})

test('minimum_should_match counts as Elasticsearch does', () => {
  const counts: readonly (readonly [string, number, number])[] = [
    ['2', 5, 2],
    ['-2', 5, 3],
    ['75%', 5, 3],
    ['-25%', 5, 4],
    ['3<90%', 3, 3],
    ['3<90%', 10, 9],
    ['2<-25% 9<-3', 2, 2],
    ['2<-25% 9<-3', 8, 6],
    ['2<-25% 9<-3', 12, 9],
    ['9', 3, 9],
    ['-9', 3, 0],
    ['0%', 3, 0],
  ]
  for (const [text, count, wanted] of counts)
    assert.equal(minimumShouldMatch(text, count), wanted, `${text} of ${count}`)
  for (const text of ['', 'x', '1.5', '2<x', '1 2'])
    assert.throws(() => minimumShouldMatch(text, 3), QueryError, text)
})

test('simple query strings: the first of several operators counts, and one at the start does not', () => {
  const read = (query: string): object => part({ simple_query_string: { query, fields: ['f'] } })
  const operators: readonly (readonly [string, string])[] = [
    ['a | +b', 'a | b'],
    ['a + |b', 'a + b'],
    ['+a b', 'a b'],
    ['| a + b', 'a + b'],
  ]
  for (const [written, meant] of operators) assert.deepEqual(read(written), read(meant), written)
  const { should } = read('-a') as { should: readonly object[] }
  assert.deepEqual(should, [{ kind: 'all' }])
})
