import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pages, stalePages } from '../../scripts/docs.ts'

test('the generated reference pages are those of the tables', () => {
  assert.deepEqual(stalePages(), [], 'run: sh scripts/node.sh scripts/docs.ts')
})

test('the pages name settings and metrics', () => {
  const configuration = pages().get('docs/reference/configuration.md') ?? ''
  for (const text of [
    '### `wal.sync`',
    '`CHRONIK_WAL_SYNC`',
    '| `retention.ms` |',
    '| `log.dirs` | `data.dir` |',
  ]) {
    assert.ok(configuration.includes(text), text)
  }
  assert.ok(pages().get('docs/reference/metrics.md')?.includes('`kafka_consumergroup_lag`'))
})
