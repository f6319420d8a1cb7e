import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { ClusterClient } from '../../../client/cluster-client.ts'
import { nodeEnv } from '../../../env/node/env.ts'
import { SearchServer, type SearchedAnswer } from '../../../../test/support/search-server.ts'
import { jsonInit, parsed, type AnswerOf } from '../../../../test/support/test-http.ts'
import type { fieldsAnswer, statusAnswer, valuesAnswer } from '../schemas/search-schemas.ts'

function logs(count: number): object[] {
  return Array.from({ length: count }, (_, n) => ({
    key: `k${n}`,
    value: { n, level: n % 5 === 0 ? 'error' : 'info', host: `web-${n % 3}`, text: `request ${n} took long` },
    headers: { trace: `t${n}` },
  }))
}

describe('search over HTTP', () => {
  let directory: string
  let server: SearchServer

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'chronik-search-'))
    server = await SearchServer.start(directory)
    await server.create('logs', 2)
    await server.produce('logs', logs(100))
  })

  after(async () => {
    await server.close()
    await rm(directory, { recursive: true })
  })

  it('finds what was just acknowledged, as it is in the log', async () => {
    for (let round = 0; round < 8; round++) {
      await server.produce('logs', [{ key: 'late', value: { late: `late${round}` }, headers: { a: 'b' } }])
      const { total, hits, complete } = await server.search({ query: `late:late${round}`, topics: 'logs' })
      assert.deepEqual(total, { value: 1, exact: true })
      assert.equal(complete, true)
      assert.deepEqual(hits[0]?.value, { late: `late${round}` })
      assert.deepEqual(hits[0]?.key, 'late')
      assert.deepEqual(hits[0]?.headers, [{ key: 'a', value: 'b', valueEncoding: 'text' }])
    }
  })

  it('filters, sorts, pages and aggregates', async () => {
    const query = { query: 'level:error AND n:[10 TO 60]', topics: ['logs'], sort: ['n'] }
    const first = await server.search({ ...query, size: 4 })
    assert.equal(first.total.value, 11)
    const numbers = ({ hits }: SearchedAnswer): unknown[] => hits.map(({ sort }) => (sort as unknown[])[0])
    assert.deepEqual(numbers(first), [10, 15, 20, 25])
    const last = first.hits[3]
    assert.ok(last !== undefined)
    const behind = [...(last.sort as (string | number)[]), last.topic, last.partition, last.offset]
    assert.deepEqual(numbers(await server.search({ ...query, size: 4, after: behind })), [30, 35, 40, 45])
    assert.deepEqual(numbers(await server.search({ ...query, size: 4, offset: 8 })), [50, 55, 60])
    const aggregations = { hosts: { terms: { field: 'host' } }, sum: { sum: { field: 'n' } } }
    const answer = await server.search({ ...query, size: 0, aggregations })
    const { hosts, sum } = answer.aggregations as { hosts: { buckets: unknown[] }; sum: { value: number } }
    assert.equal(hosts.buckets.length, 3)
    assert.equal(sum.value, 385)
  })

  it('understands Elasticsearch’s query DSL', async () => {
    const query = { bool: { must: [{ match: { text: 'request' } }], filter: [{ term: { host: 'web-1' } }] } }
    const { total, maxScore } = await server.search({ query, topics: 'logs', scored: true })
    assert.equal(total.value, 33)
    assert.ok(maxScore !== null && maxScore > 0)
  })

  it('gives the best hits of each bucket by relevance, as the search alone does', async () => {
    const query = { match: { text: 'request 7 17 27' } }
    const aggregations = {
      hosts: { terms: { field: 'host' }, aggs: { best: { top_hits: { size: 2 } } } },
    }
    const { aggregations: found, hits } = await server.search({
      query,
      topics: 'logs',
      scored: true,
      size: 100,
      aggregations,
    })
    const { hosts } = found as {
      hosts: { buckets: { key: string; best: { hits: { hits: { _score: number; _id: string }[] } } }[] }
    }
    for (const { key, best } of hosts.buckets) {
      const expected = hits.filter(({ value }) => (value as { host: string }).host === key).slice(0, 2)
      assert.deepEqual(
        best.hits.hits.map(({ _score, _id }) => [_score, _id]),
        expected.map(({ score, topic, partition, offset }) => [score, `${topic}:${partition}:${offset}`]),
      )
    }
    const alone = await server.search({ query, topics: 'logs', scored: true, size: 0, aggregations })
    assert.deepEqual(alone.aggregations, found)
    assert.equal(alone.maxScore, null)
  })

  it('shows where a record matches', async () => {
    const { hits } = await server.search({ query: 'text:"request 7"', topics: 'logs', highlight: true })
    assert.deepEqual(hits[0]?.highlight, { text: ['<em>request</em> <em>7</em> took long'] })
    const highlight = { fields: { text: {} }, pre_tags: ['['], post_tags: [']'] }
    const custom = await server.search({ query: 'text:7', topics: 'logs', highlight })
    assert.deepEqual(custom.hits[0]?.highlight, { text: ['request [7] took long'] })
  })

  it('keeps to times', async () => {
    assert.equal((await server.search({ topics: 'logs', from: 'now-1h', query: 'level:*' })).total.value, 100)
    assert.equal((await server.search({ topics: 'logs', to: 'now-1h', query: 'level:*' })).total.value, 0)
    assert.equal((await server.search({ topics: 'logs', from: Date.now() + 60_000 })).total.value, 0)
  })

  it('streams all hits as lines, across pages, each once', async () => {
    await server.create('many')
    for (let batch = 0; batch < 2; batch++) await server.produce('many', logs(3000))
    const response = await fetch(`${server.url}/api/v1/search`, {
      ...jsonInit('POST', { topics: 'many', size: 100_000 }),
      headers: { 'content-type': 'application/json', accept: 'application/x-ndjson' },
    })
    const lines = (await response.text()).trim().split('\n')
    const offsets = lines.map((line) => parsed<{ offset: number }>(line).offset)
    assert.deepEqual(
      offsets.toSorted((a, b) => a - b),
      [...Array(6000).keys()],
    )
  })

  it('says of a field that no record has what may have been meant', async () => {
    const hints = async (query: string): Promise<unknown> => {
      const answer = await server.search({ query, topics: 'logs' })
      assert.equal(answer.hits.length, 0)
      return answer.hints
    }
    assert.deepEqual(await hints('levl:error AND NOT hots:web*'), [
      'no record has the field "levl"; did you mean "level"?',
      'no record has the field "hots"; did you mean "host"?',
    ])
    assert.deepEqual(await hints('level:nothing AND _key:k'), [])
  })

  it('says which fields and values there are', async () => {
    const { fields } = await server.get<AnswerOf<typeof fieldsAnswer>>('/api/v1/search/fields?topics=logs')
    const host = fields.find(({ name }) => name === 'host')
    assert.ok(host !== undefined && host.types.includes('keyword'))
    const path = '/api/v1/search/values?topics=logs&field=host&prefix=web-&limit=2'
    const { values } = await server.get<AnswerOf<typeof valuesAnswer>>(path)
    assert.deepEqual(values, [
      { value: 'web-0', count: 34 },
      { value: 'web-1', count: 33 },
    ])
  })

  it('follows new records', async () => {
    await server.create('tailed', 2)
    await server.produce('tailed', logs(10))
    const caller = new AbortController()
    const path = '/api/v1/search/tail?topics=tailed&query=level:error'
    const response = await fetch(`${server.url}${path}`, { signal: caller.signal })
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    assert.ok(reader !== undefined)
    let text = (await reader.read()).value ?? ''
    await server.produce(
      'tailed',
      logs(10).map((record, partition) => ({ ...record, partition: partition % 2 })),
    )
    while ((text.match(/^event: hit$/gm) ?? []).length < 2) {
      const { value, done } = await reader.read()
      assert.ok(!done, text)
      text += value
    }
    const found = [...text.matchAll(/^data: (.*)$/gm)].map(([, json = '']) =>
      parsed<{ value: { n: number } }>(json),
    )
    assert.deepEqual(
      found.map(({ value }) => value.n).toSorted((a, b) => a - b),
      [0, 5],
    )
    caller.abort()
  })

  it('does not find what DeleteRecords and the deletion of a topic took away', async () => {
    await server.create('going')
    await server.produce('going', logs(50))
    const search = { topics: 'going', query: 'level:error', size: 100, sort: ['n'] }
    assert.equal((await server.search(search)).total.value, 10)
    {
      const { host, port } = server.kafka
      await using cluster = new ClusterClient(nodeEnv(), [{ host, port }])
      const partition = (await cluster.topic('going')).partitions[0]
      await cluster.node(partition?.leader ?? -1, 'DeleteRecords', {
        topics: [{ name: 'going', partitions: [{ partitionIndex: 0, offset: 21 }] }],
        timeoutMs: 10_000,
      })
    }
    const left = await server.search({ ...search, aggregations: { all: { global: {}, aggs: {} } } })
    assert.equal(left.total.value, 5)
    assert.deepEqual((left.aggregations as { all: { doc_count: number } }).all.doc_count, 29)
    assert.equal(left.coverage[0]?.from, 21)
    await fetch(`${server.url}/api/v1/topics/going`, { method: 'DELETE' })
    assert.equal((await server.problem(search)).code, 'UNKNOWN_TOPIC_OR_PARTITION')
    await server.create('going')
    assert.equal((await server.search(search)).total.value, 0)
  })

  it('does not search topics that are taken out, until they are put in again', async () => {
    await server.create('private', 1, { 'search.enable': 'false' })
    await server.produce('private', logs(5))
    assert.equal((await server.problem({ topics: 'private' })).code, 'TOPIC_NOT_SEARCHABLE')
    assert.equal((await server.search({ topics: 'priv*' })).total.value, 0)
    await server.send('PATCH', '/api/v1/topics/private/configs', { 'search.enable': 'true' })
    assert.equal((await server.search({ topics: 'private' })).total.value, 5)
  })

  it('says what is wrong with a search', async () => {
    const cases: readonly [object, string, RegExp][] = [
      [{ query: 'level:(error' }, 'INVALID_QUERY', /Column/],
      [{ query: { mach: { a: 1 } } }, 'INVALID_QUERY', /mach/],
      [{ aggregations: { a: { termz: {} } } }, 'INVALID_QUERY', /termz/],
      [{ from: 'yesterday' }, 'INVALID_BODY', /"yesterday"/],
      [{ timeout: 'long' }, 'INVALID_BODY', /"long"/],
      [{ topics: ['nolog'] }, 'UNKNOWN_TOPIC_OR_PARTITION', /nolog/],
      [{ size: 10_001 }, 'SEARCH_LIMIT_EXCEEDED', /search.max.result.window/],
      [{ querry: 'x' }, 'INVALID_BODY', /did you mean "query"/],
    ]
    for (const [body, code, detail] of cases) {
      const problem = await server.problem(body)
      assert.equal(problem.code, code, JSON.stringify(body))
      assert.match(problem.detail, detail)
    }
    assert.equal((await server.problem({ query: 'level:(error' })).position, 12)
  })
})

describe('indexes', () => {
  it('stay over a restart, are made again when they are damaged, and go with their topic', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'chronik-search-'))
    const settings = { 'search.segment.bytes': '65536' }
    let server = await SearchServer.start(directory, settings)
    await server.create('kept')
    for (let batch = 0; batch < 4; batch++) await server.produce('kept', logs(300))
    const body = { topics: 'kept', query: 'level:error AND text:request', size: 20, sort: ['n'] }
    const answer = async (): Promise<unknown> => {
      const { total, hits, complete } = await server.search(body)
      return { total, hits, complete }
    }
    const before = await answer()
    await server.close()
    const [topicId = ''] = await readdir(join(directory, 'search'))
    const folder = join(directory, 'search', topicId, '0')
    const files = await readdir(folder)
    assert.ok(files.length > 0)
    server = await SearchServer.start(directory, settings)
    assert.deepEqual(await answer(), before)
    await server.close()
    for (const file of await readdir(folder)) await truncate(join(folder, file), 5000)
    server = await SearchServer.start(directory, settings)
    assert.deepEqual(await answer(), before)
    await server.send('POST', '/api/v1/search/rebuild', { topics: 'kept' })
    assert.deepEqual(await answer(), before)
    const { partitions } = await server.get<AnswerOf<typeof statusAnswer>>(
      '/api/v1/search/status?topics=kept',
    )
    assert.equal(partitions[0]?.end, 1200)
    await fetch(`${server.url}/api/v1/topics/kept`, { method: 'DELETE' })
    await server.close()
    server = await SearchServer.start(directory, settings)
    await server.close()
    assert.deepEqual(await readdir(join(directory, 'search', topicId)), [])
    await rm(directory, { recursive: true })
  })
})
