import assert from 'node:assert/strict'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

type Json = Record<string, unknown>

/** One client, called by the names of its methods: the two versions have types of their own, which are not installed here. */
export interface ElasticClient {
  readonly call: (method: string, ...parameters: unknown[]) => Promise<unknown>
  /** The hits of helpers.scrollSearch, all of them. */
  readonly scroll: (parameters: Json) => Promise<readonly Json[]>
  readonly close: () => Promise<void>
}

export async function openClient(folder: string, name: string, node: string): Promise<ElasticClient> {
  const module = (await import(pathToFileURL(join(folder, 'node_modules', name, 'index.js')).href)) as {
    readonly Client: new (options: Json) => Json
  }
  const client = new module.Client({ node })
  const call = async (method: string, ...parameters: unknown[]): Promise<unknown> => {
    let owner: unknown = client
    const path = method.split('.')
    for (const part of path.slice(0, -1)) owner = (owner as Json)[part]
    const made = (owner as Json)[path.at(-1) ?? ''] as (...given: unknown[]) => unknown
    return await made.apply(owner, parameters)
  }
  return {
    call,
    scroll: async (parameters) => {
      const pages = (
        client['helpers'] as { scrollDocuments: (given: Json) => AsyncIterable<Json> }
      ).scrollDocuments(parameters)
      const hits: Json[] = []
      for await (const hit of pages) hits.push(hit)
      return hits
    },
    close: async () => void (await call('close')),
  }
}

/** A part of an answer: `hits.total.value`. */
function at(answer: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((found, name) => (found as Json | undefined)?.[name], answer)
}

const index = 'js-logs'

export const scenarios: readonly (readonly [string, (client: ElasticClient) => Promise<void>])[] = [
  [
    'info and ping',
    async ({ call }) => {
      assert.equal(await call('ping'), true)
      assert.equal(at(await call('info'), 'tagline'), 'You Know, for Search')
    },
  ],
  [
    'create an index, with a warning for its mapping',
    async ({ call }) => {
      assert.equal(await call('indices.exists', { index }), false)
      const mappings = { properties: { at: { type: 'date' } } }
      const created = await call('indices.create', { index, mappings }, { meta: true })
      assert.equal(at(created, 'body.acknowledged'), true)
      assert.match(String(at(created, 'warnings')), /mappings are dynamic/)
      assert.equal(await call('indices.exists', { index }), true)
    },
  ],
  [
    'helpers.bulk, and what it wrote is found at once',
    async ({ call }) => {
      const datasource = Array.from({ length: 300 }, (_, n) => ({
        n,
        at: new Date(Date.UTC(2026, 10, 1 + (n % 10))).toISOString(),
        host: `web-${n % 4}`,
        text: `user ${n} signed in`,
      }))
      const done = await call('helpers.bulk', {
        datasource,
        onDocument: ({ n }: { n: number }) => ({ index: { _index: index, _id: `k${n}` } }),
      })
      assert.equal(at(done, 'successful'), 300)
      const found = await call('search', { index, query: { match_phrase: { text: 'user 17 signed' } } })
      assert.equal(at(found, 'hits.total.value'), 1)
      assert.equal(at(found, 'hits.hits.0._source.n'), 17)
      assert.equal(at(found, 'hits.hits.0._routing'), 'k17')
    },
  ],
  [
    'sort, from, size, _source, fields, highlight',
    async ({ call }) => {
      const found = await call('search', {
        index,
        query: { query_string: { query: 'host.keyword:web-1 AND n:>100' } },
        sort: [{ n: { order: 'desc' } }],
        from: 1,
        size: 2,
        _source: ['n'],
        fields: ['host', '_offset'],
      })
      assert.deepEqual(at(found, 'hits.hits.0._source'), { n: 293 })
      assert.deepEqual(at(found, 'hits.hits.0.sort'), [293])
      assert.deepEqual(at(found, 'hits.hits.0.fields.host'), ['web-1'])
      const marked = await call('search', {
        index,
        q: 'text:signed',
        size: 1,
        highlight: { fields: { text: {} } },
      })
      assert.match(String(at(marked, 'hits.hits.0.highlight.text.0')), /<em>signed<\/em>/)
    },
  ],
  [
    'aggregations, also with typed keys',
    async ({ call }) => {
      const aggs = {
        days: {
          date_histogram: { field: 'at', calendar_interval: 'day' },
          aggs: {
            hosts: { terms: { field: 'host.keyword' } },
            sum: { sum: { field: 'n' } },
            up: { cumulative_sum: { buckets_path: 'sum' } },
          },
        },
        most: { max_bucket: { buckets_path: 'days>sum' } },
        high: { percentiles: { field: 'n', percents: [50] } },
        kinds: { cardinality: { field: 'host' } },
      }
      const found = await call('search', { index, size: 0, aggs })
      assert.equal(at(found, 'aggregations.days.buckets.length'), 10)
      assert.equal(at(found, 'aggregations.days.buckets.0.key_as_string'), '2026-11-01T00:00:00.000Z')
      assert.equal(at(found, 'aggregations.days.buckets.9.up.value'), (299 * 300) / 2)
      assert.deepEqual(at(found, 'aggregations.most.keys'), ['2026-11-10T00:00:00.000Z'])
      const { values } = at(found, 'aggregations.high') as {
        readonly values: Readonly<Record<string, number>>
      }
      assert.equal(values['50.0'], 149.5)
      assert.equal(at(found, 'aggregations.kinds.value'), 4)
      const typed = await call('search', { index, size: 0, aggs, typed_keys: true })
      assert.ok(at(typed, 'aggregations.date_histogram#days'))
    },
  ],
  [
    'helpers.scrollDocuments, search_after',
    async ({ call, scroll }) => {
      const all = await scroll({ index, size: 70, query: { match_all: {} } })
      assert.deepEqual(
        all.map(({ n }) => Number(n)).sort((a, b) => a - b),
        Array.from({ length: 300 }, (_, n) => n),
      )
      const first = await call('search', { index, size: 5, sort: ['n'] })
      const second = await call('search', {
        index,
        size: 5,
        sort: ['n'],
        search_after: at(first, 'hits.hits.4.sort'),
      })
      assert.equal(at(second, 'hits.hits.0._source.n'), 5)
    },
  ],
  [
    'point in time',
    async ({ call }) => {
      const id = at(await call('openPointInTime', { index, keep_alive: '1m' }), 'id')
      await call('index', { index, document: { n: -1 } })
      const then = await call('search', { pit: { id, keep_alive: '1m' }, track_total_hits: true, size: 0 })
      assert.equal(at(then, 'hits.total.value'), 300)
      assert.equal(at(await call('count', { index }), 'count'), 301)
      assert.equal(at(await call('closePointInTime', { id }), 'succeeded'), true)
    },
  ],
  [
    'msearch, get, _source, field_caps, resolve, analyze',
    async ({ call }) => {
      const many = await call('msearch', {
        searches: [{ index }, { size: 0 }, { index: 'no-such' }, { size: 0 }],
      })
      assert.equal(at(many, 'responses.0.hits.total.value'), 301)
      assert.equal(at(many, 'responses.1.error.type'), 'index_not_found_exception')
      assert.equal(at(await call('get', { index, id: 'k5' }), '_source.n'), 5)
      assert.equal(at(await call('getSource', { index, id: 'k5' }), 'n'), 5)
      assert.ok(at(await call('fieldCaps', { index, fields: 'n' }), 'fields.n.long'))
      assert.equal(at(await call('indices.resolveIndex', { name: 'js-*' }), 'indices.0.name'), index)
      assert.equal(at(await call('indices.analyze', { text: 'Quick Fox' }), 'tokens.1.token'), 'fox')
    },
  ],
  [
    'errors have types that the client knows',
    async ({ call }) => {
      await assert.rejects(
        call('search', { index: 'no-such' }),
        (error) =>
          at(error, 'statusCode') === 404 && at(error, 'body.error.type') === 'index_not_found_exception',
      )
      await assert.rejects(
        call('search', { index, aggs: { a: { terms: { field: 'n', sise: 3 } } } }),
        (error) =>
          at(error, 'statusCode') === 400 &&
          /unknown key \[sise\] at \[aggs\.a\.terms\.sise\]/.test(String(at(error, 'body.error.reason'))),
      )
      await assert.rejects(call('delete', { index, id: 'k5' }), (error) => at(error, 'statusCode') === 400)
      await assert.rejects(
        call('indices.create', { index }),
        (error) => at(error, 'body.error.type') === 'resource_already_exists_exception',
      )
    },
  ],
  [
    'delete the index',
    async ({ call }) => {
      assert.equal(at(await call('indices.delete', { index }), 'acknowledged'), true)
      assert.equal(await call('indices.exists', { index }), false)
    },
  ],
]
