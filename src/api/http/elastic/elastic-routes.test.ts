import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { loadConfig } from '../../../config/load.ts'
import { nodeEnv } from '../../../env/node/env.ts'
import { type RunningServer, startServer } from '../../../server/server.ts'
import { cursorId, cursorOf } from './cursor.ts'
import { filterPaths } from './filter-path.ts'

interface Answer {
  readonly status: number
  readonly product: string | null
  readonly body: { readonly error?: { readonly type: string; readonly reason: string } } & Readonly<
    Record<string, unknown>
  >
}

describe('the Elasticsearch door', () => {
  let directory: string
  let server: RunningServer
  let http: string
  let elastic: string
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'chronik-elastic-'))
    const settings = {
      'data.dir': directory,
      'kafka.listen': '127.0.0.1:0',
      'http.listen': '127.0.0.1:0',
      'search.elastic.listen': '127.0.0.1:0',
      'log.level': 'silent',
    }
    const config = loadConfig({
      flags: Object.entries(settings).map(([name, raw]) => ({ name, raw, flag: '--set' })),
      machine: { memoryBytes: 1 << 30 },
    })
    server = await startServer(config, { env: nodeEnv() })
    http = `http://127.0.0.1:${server.http.port}`
    elastic = `http://127.0.0.1:${server.elastic?.port ?? 0}`
  })
  after(async () => {
    await server.close()
    await rm(directory, { recursive: true, force: true })
  })

  async function ask(url: string, method = 'GET', body?: unknown): Promise<Answer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const init =
      body === undefined
        ? { method }
        : { method, body: text, headers: { 'content-type': 'application/json' } }
    const response = await fetch(url, init)
    return {
      status: response.status,
      product: response.headers.get('x-elastic-product'),
      body: (await response.json()) as Answer['body'],
    }
  }

  it('is at its own port, below /es, and at the root for paths that are nobody else’s', async () => {
    await ask(`${elastic}/door`, 'PUT')
    const lines = '{"index":{"_id":"1"}}\n{"a":1}\n{"index":{}}\n{"a":2}\n'
    const written = await ask(`${http}/door/_bulk`, 'POST', lines)
    assert.equal(written.body['errors'], false)
    for (const base of [elastic, `${http}/es`, http]) {
      const { status, product, body } = await ask(`${base}/door/_search`, 'POST', {
        query: { range: { a: { gte: 2 } } },
      })
      assert.deepEqual([status, product], [200, 'Elasticsearch'])
      assert.deepEqual((body['hits'] as { total: object }).total, { value: 1, relation: 'eq' })
    }
    assert.equal((await ask(`${elastic}/`)).body['tagline'], 'You Know, for Search')
    assert.equal((await ask(`${http}/door`)).body['code'], 'ROUTE_NOT_FOUND')
  })

  it('shows the field by which hits are collapsed', async () => {
    const lines = [1, 1, null].map((g) => `{"index":{}}\n${JSON.stringify({ g })}\n`)
    await ask(`${elastic}/groups/_bulk`, 'POST', lines.join(''))
    const { body } = await ask(`${elastic}/groups/_search`, 'POST', { collapse: { field: 'g' } })
    const { hits } = body['hits'] as { hits: readonly { fields?: object }[] }
    assert.deepEqual(
      hits.map(({ fields }) => fields),
      [undefined, { g: [1] }],
    )
  })

  it('finds the newest record of a key by the id it was written with', async () => {
    await ask(`${elastic}/keys/_doc/k`, 'PUT', { n: 1 })
    await ask(`${elastic}/keys/_doc/k`, 'PUT', { n: 2 })
    const { body } = await ask(`${elastic}/keys/_doc/k`)
    assert.deepEqual(body['_source'], { n: 2 })
    assert.equal((await ask(`${elastic}/keys/_doc/other`)).status, 404)
  })

  it('says what is wrong in Elasticsearch’s form, and never ignores what it does not know', async () => {
    const wrong: readonly (readonly [string, string, unknown, number, string])[] = [
      ['GET', '/nope/_search', undefined, 404, 'index_not_found_exception'],
      ['POST', '/door/_search', { sise: 1 }, 400, 'parsing_exception'],
      ['POST', '/door/_search', { query: { nope: {} } }, 400, 'parsing_exception'],
      ['POST', '/door/_search', { aggs: { a: { nope: {} } } }, 400, 'parsing_exception'],
      ['POST', '/door/_search', { knn: { k: 1 } }, 400, 'parsing_exception'],
      ['POST', '/door/_search', '{"query"', 400, 'x_content_parse_exception'],
      ['POST', '/door/_search?sise=1', {}, 400, 'illegal_argument_exception'],
      ['POST', '/door/_search', { search_after: [1] }, 400, 'illegal_argument_exception'],
      ['POST', '/door/_search', { sort: ['a'], search_after: [1, 2] }, 400, 'illegal_argument_exception'],
      ['POST', '/door/_search', { size: 1e9 }, 400, 'illegal_argument_exception'],
      ['POST', '/_bulk', '{"nope":{}}\n', 400, 'illegal_argument_exception'],
      ['PUT', '/in*valid', {}, 400, 'invalid_index_name_exception'],
      ['PUT', '/door', {}, 400, 'resource_already_exists_exception'],
      ['DELETE', '/*', undefined, 400, 'illegal_argument_exception'],
      ['GET', '/_search/scroll?scroll_id=abc', undefined, 400, 'illegal_argument_exception'],
      ['GET', '/a/b/c/d', undefined, 400, 'illegal_argument_exception'],
    ]
    for (const [method, path, body, status, type] of wrong) {
      const answer = await ask(`${elastic}${path}`, method, body)
      assert.deepEqual(
        [answer.status, answer.body.error?.type],
        [status, type],
        `${method} ${path} ${JSON.stringify(body)}`,
      )
      assert.equal(answer.product, 'Elasticsearch')
    }
  })

  it('leaves missing topics out when asked, and then searches nothing rather than all', async () => {
    const { status, body } = await ask(`${elastic}/gone/_count?ignore_unavailable=true`)
    assert.deepEqual([status, body['count']], [200, 0])
  })
})

it('a cursor says where it stands, and what is none is refused', () => {
  const offsets = [{ topic: 't', partition: 1, from: 2, to: 30 }]
  assert.deepEqual(cursorOf(cursorId({ kind: 'pit', offsets }), 'pit').offsets, offsets)
  for (const id of ['', 'AAAA', cursorId({ kind: 'pit', offsets: [] })]) {
    assert.throws(() => cursorOf(id, 'scroll'), /is no id of a scroll/)
  }
})

it('filter_path keeps what it names, and leaves out what has a minus', () => {
  const answer = {
    took: 1,
    hits: { total: 2, hits: [{ _id: 'a', _source: { x: { y: 1 }, z: 2 } }, { _id: 'b' }] },
  }
  assert.deepEqual(filterPaths(answer, ['took', 'hits.hits._id']), {
    took: 1,
    hits: { hits: [{ _id: 'a' }, { _id: 'b' }] },
  })
  assert.deepEqual(filterPaths(answer, ['**.y']), { hits: { hits: [{ _source: { x: { y: 1 } } }] } })
  assert.deepEqual(filterPaths(answer, ['h*.total', 'nothing']), { hits: { total: 2 } })
  assert.deepEqual(filterPaths(answer, ['-hits.hits']), { took: 1, hits: { total: 2 } })
})
