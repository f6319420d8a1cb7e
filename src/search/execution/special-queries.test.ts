import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SearchLimitError } from '../budget.ts'
import type { FunctionScoreQuery, Query, ScoreFunctionValue } from '../query/query.ts'
import { parseQueryDsl } from '../query/query-dsl.ts'
import { utcZone } from '../time-zone.ts'
import type { Explanation } from '../search-request.ts'
import { naiveReader } from '../testing/naive-reader.ts'
import { documents, queries } from '../testing/query-arbitrary.ts'
import { endlessBudget, searchAll, searchRequest, testContext } from '../testing/search-world.ts'
import { countPlan } from './count-plan.ts'
import { defaultLimits } from './search-context.ts'
import { matchingDocs } from './search-readers.ts'

const dsl = (json: unknown): Query => parseQueryDsl(json, { now: 0, timeZone: utcZone })

function scores(query: Query, values: readonly object[]): (number | null)[] {
  const reader = naiveReader(
    values.map((value, offset) => ({ offset, timestamp: 0, value })),
    { topic: 't' },
  )
  const found = searchAll([[reader]], searchRequest(query, { size: 100 }))
  return values.map((_, offset) => found.hits.find((hit) => hit.offset === offset)?.score ?? null)
}

function functions(value: ScoreFunctionValue, changes: Partial<FunctionScoreQuery> = {}): Query {
  const functions = [{ filter: null, weight: 1, value }]
  const modes = { scoreMode: 'multiply', boostMode: 'replace', maxBoost: null, minScore: null } as const
  return { kind: 'function_score', query: { kind: 'all' }, functions, ...modes, ...changes }
}

function near(actual: readonly (number | null)[], wanted: readonly (number | null)[]): void {
  const rounded = (list: readonly (number | null)[]) => list.map((value) => value?.toFixed(9) ?? null)
  assert.deepEqual(rounded(actual), rounded(wanted))
}

test('scores by functions of values', () => {
  const values = [{ n: 4 }, { n: 100 }, { n: -1 }, {}]
  const factor = (modifier: 'sqrt' | 'log1p' | 'none'): Query =>
    functions({ kind: 'field_value_factor', field: 'n', factor: 2, modifier, missing: 8 })
  near(scores(factor('sqrt'), values), [Math.sqrt(8), Math.sqrt(200), 0, 4])
  near(scores(factor('log1p'), values), [Math.log10(9), Math.log10(201), 0, Math.log10(17)])
  near(scores(factor('none'), values), [8, 200, 0, 16])
  near(scores(factor('none'), [{ n: [9, 5, 7] }]), [10])
  const decay = (shape: 'gauss' | 'exp' | 'linear'): Query =>
    functions({ kind: 'decay', shape, field: 'n', origin: 0, scale: 10, offset: 4, decay: 0.5, mode: 'min' })
  near(scores(decay('linear'), [{ n: 4 }, { n: 14 }, { n: -24 }, { n: [100, 9] }, {}]), [1, 0.5, 0, 0.75, 1])
  near(scores(decay('gauss'), [{ n: 0 }, { n: -14 }, { n: 24 }]), [1, 0.5, 0.5 ** 4])
  near(scores(decay('exp'), [{ n: 0 }, { n: 14 }, { n: 24 }]), [1, 0.5, 0.25])
  assert.throws(
    () =>
      scores(
        functions({ kind: 'field_value_factor', field: 'n', factor: 1, modifier: 'none', missing: null }),
        [{}],
      ),
    /missing/,
  )
})

test('functions, filters and the score are joined as the modes say', () => {
  const values = [{ a: 'x' }, { a: 'y' }, { a: 'x y' }]
  const weighted = (scoreMode: string, boostMode: string, more: object = {}): Query =>
    dsl({
      function_score: {
        query: { constant_score: { filter: { match_all: {} }, boost: 5 } },
        functions: [
          { filter: { match: { a: 'x' } }, weight: 2 },
          { filter: { match: { a: 'y' } }, weight: 3 },
        ],
        score_mode: scoreMode,
        boost_mode: boostMode,
        ...more,
      },
    })
  near(scores(weighted('sum', 'multiply'), values), [10, 15, 25])
  near(scores(weighted('multiply', 'sum'), values), [7, 8, 11])
  near(scores(weighted('first', 'replace'), values), [2, 3, 2])
  near(scores(weighted('max', 'avg'), values), [3.5, 4, 4])
  near(scores(weighted('min', 'max'), values), [5, 5, 5])
  near(scores(weighted('avg', 'replace'), values), [1, 1, 1])
  near(scores(weighted('sum', 'replace', { max_boost: 2.5 }), values), [2, 2.5, 2.5])
  near(scores(weighted('sum', 'replace', { min_score: 3 }), values), [null, 3, 5])
  near(scores(weighted('sum', 'replace', { boost: 2 }), values), [4, 6, 10])
  near(
    scores(
      {
        kind: 'bool',
        must: [],
        filter: [weighted('sum', 'replace', { min_score: 3 })],
        should: [],
        mustNot: [],
        minimumShouldMatch: null,
      },
      values,
    ),
    [null, 0, 0],
  )
})

test('random scores depend on the seed and the record alone', () => {
  const values = Array.from({ length: 50 }, () => ({}))
  const first = scores(functions({ kind: 'random', seed: 1 }), values)
  assert.deepEqual(scores(functions({ kind: 'random', seed: 1 }), values), first)
  assert.notDeepEqual(scores(functions({ kind: 'random', seed: 2 }), values), first)
  assert.equal(new Set(first).size, 50)
  assert.ok(first.every((score) => score !== null && score >= 0 && score < 1))
})

test('cross_fields takes words from any field, and their rarity from where they are common', () => {
  const values = [
    { first: 'anna', last: 'smith' },
    { first: 'smith', last: 'jones' },
    { first: 'bert', last: 'smith' },
    { first: 'anna', last: 'jones' },
  ]
  const query = dsl({
    multi_match: { query: 'anna smith', type: 'cross_fields', operator: 'and', fields: ['first', 'last'] },
  })
  const found = scores(query, values)
  assert.deepEqual(
    found.map((score) => score !== null),
    [true, false, false, false],
  )
  const [, odd, common] = scores(
    dsl({ multi_match: { query: 'smith', type: 'cross_fields', fields: ['first', 'last'] } }),
    values,
  )
  assert.equal(odd?.toFixed(9), common?.toFixed(9))
})

test('an explanation has the value of the score', () => {
  const check = ({ value, details, description }: Explanation): void => {
    if (description === 'sum of')
      assert.ok(Math.abs(details.reduce((sum, part) => sum + part.value, 0) - value) < 1e-9)
    for (const part of details) check(part)
  }
  fc.assert(
    fc.property(documents, queries, (list, query) => {
      const found = searchAll([[naiveReader(list, { topic: 't' })]], searchRequest(query, { explain: true }))
      for (const hit of found.hits) {
        assert.equal(hit.explanation?.value, hit.score)
        if (hit.explanation !== null) check(hit.explanation)
      }
    }),
    { numRuns: 100 },
  )
})

test('the documents as bits and the count are those of the search', () => {
  fc.assert(
    fc.property(documents, queries, (list, query) => {
      const reader = naiveReader(list, { topic: 't' })
      const found = searchAll([[reader]], searchRequest(query, { size: 100, scored: false }))
      const words = matchingDocs(reader, query, testContext)
      const docs = list.flatMap((_, doc) =>
        ((words[doc >>> 5] ?? 0) >>> (doc & 31)) & 1 ? [reader.offsetOf(doc)] : [],
      )
      assert.deepEqual(
        docs,
        found.hits.map((hit) => hit.offset).sort((a, b) => a - b),
      )
      assert.equal(searchAll([[reader]], searchRequest(query, { size: 0 })).total, found.total)
    }),
    { numRuns: 100 },
  )
  assert.equal(countPlan({ kind: 'all', score: 1 }, 7, 100, endlessBudget), 7)
})

test('candidates from fingerprints count only when the log confirms them', () => {
  const values = [{ id: 'abc' }, { id: 'abd' }, { id: 'abc' }]
  const reader = naiveReader(
    values.map((value, offset) => ({ offset, timestamp: 0, value })),
    { topic: 't' },
  )
  const prints = {
    ...reader,
    field(name: string) {
      const field = reader.field(name)
      return field === null || name !== 'id'
        ? field
        : { ...field, keyword: null, strings: null, text: null, candidates: () => Int32Array.of(0, 1, 2) }
    },
  }
  const asked: number[] = []
  const verify = (_: unknown, doc: number, field: string, value: string): boolean => {
    asked.push(doc)
    return field === 'id' && values[doc]?.id === value
  }
  for (const query of [
    dsl({ term: { id: 'abc' } }),
    dsl({ term: { 'id.keyword': 'abc' } }),
    dsl({ match: { id: 'abc' } }),
    dsl({ terms: { id: ['abc'] } }),
  ]) {
    const found = searchAll([[prints]], searchRequest(query, { scored: false }), { ...testContext, verify })
    assert.deepEqual(
      found.hits.map((hit) => hit.offset),
      [2, 0],
      query.kind,
    )
  }
  assert.deepEqual(new Set(asked), new Set([0, 1, 2]))
})

test('limits are errors that name them', () => {
  const words = Array.from({ length: 60 }, (_, index) => `w${index}`).join(' ')
  const reader = naiveReader([{ offset: 0, timestamp: 0, value: { msg: words } }])
  const search = (query: Query, changes: object): unknown =>
    searchAll([[reader]], searchRequest(query), { ...testContext, ...changes })
  assert.throws(
    () => search(dsl({ match: { msg: words } }), { limits: { ...defaultLimits, clausesMax: 50 } }),
    (error) =>
      error instanceof SearchLimitError &&
      error.code === 'too_many_clauses' &&
      /search\.max\.clauses/.test(error.message),
  )
  assert.throws(
    () => search(dsl({ regexp: { msg: 'w(1|2|3)+[0-9]*' } }), { limits: { ...defaultLimits, statesMax: 2 } }),
    (error) => error instanceof SearchLimitError && error.code === 'too_complex',
  )
  assert.throws(() => search(dsl({ wildcard: { msg: `${'*a'.repeat(600)}b` } }), {}), /at most 1000/)
  let nested: Query = { kind: 'all' }
  for (let depth = 0; depth < 1000; depth++) nested = { kind: 'boost', query: nested, boost: 1 }
  assert.throws(() => search(nested, {}), /nested more than 200/)
})

test('a search that is cancelled stops at the next look at its budget', () => {
  const many = Array.from({ length: 9000 }, (_, offset) => ({
    offset,
    timestamp: offset,
    value: { n: offset },
  }))
  const reader = naiveReader(many, { topic: 't' })
  let looks = 0
  const budget = {
    ...endlessBudget,
    check() {
      looks += 1
      if (looks > 2) throw new SearchLimitError('cancelled', 'The search was cancelled.')
    },
  }
  assert.throws(
    () => searchAll([[reader]], searchRequest(dsl({ range: { n: { gte: 1 } } })), { ...testContext, budget }),
    (error) => error instanceof SearchLimitError && error.code === 'cancelled',
  )
})
