import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NaiveDocument } from '../testing/naive-fields.ts'
import { runAggregations } from '../testing/run-aggregations.ts'

interface Page {
  readonly after_key?: Readonly<Record<string, unknown>>
  readonly buckets: readonly { readonly key: Readonly<Record<string, unknown>>; readonly doc_count: number }[]
}

const DAY = 86_400_000
const start = Date.UTC(2026, 10, 2)
const documents = Array.from({ length: 90 }, (_, i): NaiveDocument => ({
  offset: i,
  timestamp: start + (i % 9) * DAY,
  value: {
    host: i % 5 === 0 ? ['a', 'b'] : `h${i % 4}`,
    size: i % 7,
    ...(i % 6 === 0 ? {} : { level: i % 2 === 0 }),
  },
}))
const shards = [0, 1, 2].map((shard) => [documents.filter(({ offset }) => offset % 3 === shard)])

function pages(sources: readonly object[], size: number): Page['buckets'] {
  const all: Page['buckets'][number][] = []
  let after: Page['after_key'] | undefined
  for (let page = 0; page < 200; page += 1) {
    const composite = { sources, size, ...(after === undefined ? {} : { after }) }
    const { c } = runAggregations({ c: { composite } }, shards) as { c: Page }
    if (c.buckets.length === 0) return all
    assert.ok(c.buckets.length <= size)
    all.push(...c.buckets)
    after = c.after_key
  }
  throw new Error('the pages do not end')
}

test('pages of a composite aggregation have every combination once, in order, with exact counts', () => {
  const sources = [
    { host: { terms: { field: 'host', order: 'desc' } } },
    { week: { date_histogram: { field: '_timestamp', calendar_interval: 'week', format: 'yyyy-MM-dd' } } },
    { step: { histogram: { field: 'size', interval: 3 } } },
    { level: { terms: { field: 'level', missing_bucket: true } } },
  ]
  const expected = new Map<string, number>()
  for (const { timestamp, value } of documents) {
    const { host, size, level = null } = value as { host: string | string[]; size: number; level?: boolean }
    const week = timestamp < start + 7 * DAY ? '2026-11-02' : '2026-11-09'
    for (const one of [host].flat()) {
      const key = JSON.stringify({ host: one, week, step: Math.floor(size / 3) * 3, level })
      expected.set(key, (expected.get(key) ?? 0) + 1)
    }
  }
  for (const size of [1, 7, 1000]) {
    const found = pages(sources, size)
    assert.deepEqual(new Map(found.map(({ key, doc_count }) => [JSON.stringify(key), doc_count])), expected)
    const hosts = found.map(({ key }) => String(key['host']))
    assert.deepEqual(hosts, hosts.toSorted().toReversed())
  }
})

test('a record without a value is in no bucket, unless the source asks for it', () => {
  const level = { terms: { field: 'level' } }
  assert.deepEqual(
    pages([{ level }], 10).map(({ key }) => key['level']),
    [false, true],
  )
  const missing = { terms: { field: 'level', missing_bucket: true, order: 'desc' } }
  assert.deepEqual(
    pages([{ level: missing }], 10).map(({ key }) => key['level']),
    [true, false, null],
  )
})
