import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { SearchServer } from '../../../test/support/search-server.ts'

const RECORDS = 6000
const BATCH = 2000
/** What hostile searches may leave behind: caches, and heaps that the workers may keep (search.heap.bytes). */
const GROWTH_MAX = 700 * 2 ** 20

let directory = ''
let server: SearchServer

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'chronik-hostile-'))
  server = await SearchServer.start(directory, {
    'search.timeout.ms': '3s',
    'search.request.memory.bytes': String(32 * 2 ** 20),
  })
  await server.create('t', 2)
  for (let from = 0; from < RECORDS; from += BATCH) {
    const records = Array.from({ length: BATCH }, (_, index) => {
      const n = from + index
      return {
        value: { id: `id-${n}`, n, x: n / 7, text: `aaaaaaaaaaaaaaaaaaaaaaaa${n} the word ${n % 9} again` },
      }
    })
    await server.produce('t', records)
  }
  // What is measured is the search, not the wait for the index.
  await server.search({ topics: 't', size: 0, timeout: '120s' })
})
after(async () => {
  await server.close()
  await rm(directory, { recursive: true })
})

function nested(depth: number, wrap: (inner: object) => object, innermost: object): object {
  let body = innermost
  for (let level = 0; level < depth; level++) body = wrap(body)
  return body
}

const all = { match_all: {} }
const words = (count: number, of: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => of(index)).join(' ')
const aggregate = (aggregations: object): object => ({ size: 0, aggregations })
const perRecord = { field: 'id.keyword', size: 1_000_000 }

/** Searches that want too much, and what they are told; the empty text for those that are just answered. */
const searches: readonly (readonly [string, object, string])[] = [
  [
    'a query nested deeply',
    { query: nested(3000, (must) => ({ bool: { must: [must] } }), all) },
    'INVALID_QUERY',
  ],
  ['groups nested deeply', { query: `${'('.repeat(20_000)}a${')'.repeat(20_000)}` }, 'INVALID_QUERY'],
  [
    '10,000 clauses',
    { query: { bool: { should: Array.from({ length: 9_999 }, (_, n) => ({ term: { text: `w${n}` } })) } } },
    'SEARCH_LIMIT_EXCEEDED',
  ],
  ['10,000 words', { query: { match: { text: words(10_000, (n) => `${n % 9} aa${n}`) } } }, ''],
  [
    'a phrase of 10,000 words',
    { query: { match_phrase: { text: words(10_000, (n) => (n % 2 === 0 ? 'the' : 'word')) } } },
    'SEARCH_LIMIT_EXCEEDED',
  ],
  [
    'a phrase of 4,000 words',
    {
      query: {
        match_phrase: { text: { query: words(4_000, (n) => (n % 2 === 0 ? 'the' : 'word')), slop: 10_000 } },
      },
    },
    '',
  ],
  [
    'a phrase with any order',
    { query: { match_phrase: { text: { query: words(60, () => 'the'), slop: 10_000 } } } },
    '',
  ],
  ['a backtracking regular expression', { query: { regexp: { text: '(a*)*b' } } }, ''],
  ['alternatives in a repetition', { query: { regexp: { text: '(a|aa|aaa)+(a|b)*c{0,200}x' } } }, ''],
  ['a regular expression with many states', { query: { regexp: { text: '(.*a){1,200}.{0,200}' } } }, ''],
  ['a wildcard of stars', { query: { wildcard: { text: `${'*a'.repeat(300)}*b` } } }, ''],
  ['every term of a field', { query: { prefix: { 'id.keyword': '' } } }, ''],
  [
    'close to everything',
    { query: { fuzzy: { 'id.keyword': { value: 'id-1', fuzziness: 2, max_expansions: 1000 } } } },
    '',
  ],
  ['a billion hits', { size: 1_000_000_000 }, 'INVALID_BODY'],
  ['hits far away', { offset: 1_000_000_000, size: 1 }, 'SEARCH_LIMIT_EXCEEDED'],
  [
    'all hits of the window, highlighted',
    { query: { match: { text: 'the again' } }, size: 6000, highlight: { fields: { '*': {} } } },
    '',
  ],
  [
    'buckets in buckets of each record',
    aggregate({
      a: {
        terms: perRecord,
        aggs: {
          b: { histogram: { field: 'n', interval: 0.000_1, min_doc_count: 1 } },
          c: { terms: perRecord },
        },
      },
    }),
    '',
  ],
  [
    'sketches for each record',
    aggregate({
      a: {
        terms: perRecord,
        aggs: {
          p: { percentiles: { field: 'x' } },
          c: { cardinality: { field: 'id.keyword', precision_threshold: 40_000 } },
        },
      },
    }),
    '',
  ],
  [
    'aggregations nested deeply',
    aggregate(nested(200, (inner) => ({ a: { filter: all, aggs: inner } }), { m: { avg: { field: 'n' } } })),
    'INVALID_QUERY',
  ],
  [
    'empty buckets without end',
    aggregate({
      h: { histogram: { field: 'n', interval: 1e-9, extended_bounds: { min: -1e15, max: 1e15 } } },
    }),
    'SEARCH_LIMIT_EXCEEDED',
  ],
  [
    'empty milliseconds of centuries',
    aggregate({
      h: {
        date_histogram: {
          field: '_timestamp',
          fixed_interval: '1ms',
          extended_bounds: { min: 0, max: 9e14 },
        },
      },
    }),
    'SEARCH_LIMIT_EXCEEDED',
  ],
  [
    'pages of combinations',
    aggregate({
      c: {
        composite: {
          size: 65_536,
          sources: [
            { a: { terms: { field: 'id.keyword' } } },
            { b: { histogram: { field: 'x', interval: 1e-7 } } },
          ],
        },
      },
    }),
    '',
  ],
  [
    'a pattern of terms',
    aggregate({ t: { terms: { field: 'id.keyword', include: '(i|d|-)*(.*1){1,100}', size: 10 } } }),
    '',
  ],
  [
    'functions upon functions',
    {
      scored: true,
      query: nested(
        40,
        (query) => ({ function_score: { query, gauss: { n: { origin: 0, scale: 1 } } } }),
        all,
      ),
    },
    '',
  ],
]

for (const [name, body, expected] of searches)
  test(`${name}: an answer, or an error that names the limit`, async () => {
    const response = await fetch(`${server.url}/api/v1/search`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ topics: 't', ...body }),
    })
    const answer = (await response.json()) as { readonly code?: string; readonly detail?: string }
    // Those that are no matter of a limit alone may also run out of their time or memory, on a slow machine.
    const allowed = expected === '' ? [undefined, 'SEARCH_TIMEOUT', 'SEARCH_LIMIT_EXCEEDED'] : [expected]
    assert.ok(allowed.includes(answer.code), `${response.status} ${JSON.stringify(answer).slice(0, 300)}`)
    const next = await server.search({ topics: 't', query: { term: { n: 17 } } })
    assert.equal(next.total.value, 1)
  })

test('no worker died of it, and the memory is what limits allow', async () => {
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  assert.match(metrics, /^chronik_search_worker_restarts_total 0$/m)
  const before = process.memoryUsage.rss()
  for (const [, body] of searches)
    await (
      await fetch(`${server.url}/api/v1/search`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ topics: 't', ...body }),
      })
    ).text()
  const growth = process.memoryUsage.rss() - before
  assert.ok(growth < GROWTH_MAX, `${Math.round(growth / 2 ** 20)} MiB more than before`)
})
