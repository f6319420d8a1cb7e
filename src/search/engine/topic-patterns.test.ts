import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SearchError } from './engine-request.ts'
import type { SearchedTopic } from './searched-topic.ts'
import { topicsMatching } from './topic-patterns.ts'

const mapping = { fieldsMax: 10, analyzers: {} }
const topics = new Map<string, SearchedTopic>(
  [
    { name: 'web-1', internal: false, enabled: true },
    { name: 'web-2', internal: false, enabled: true },
    { name: 'web.x', internal: false, enabled: true },
    { name: 'off', internal: false, enabled: false },
    { name: '__internal', internal: true, enabled: false },
  ].map(({ name, internal, enabled }) => [
    name,
    { name, topicId: name, internal, logs: [], options: { enabled, mapping } },
  ]),
)

function names(...patterns: string[]): string[] {
  return topicsMatching(topics, patterns).map(({ name }) => name)
}

test('no pattern means every topic that is searched', () => {
  assert.deepEqual(names(), ['web-1', 'web-2', 'web.x'])
  assert.deepEqual(names('*'), names())
  assert.deepEqual(names('_all'), names())
})

test('patterns add and take away, in their order', () => {
  assert.deepEqual(names('web-*'), ['web-1', 'web-2'])
  assert.deepEqual(names('web-?', '-web-2'), ['web-1'])
  assert.deepEqual(names('-web-*'), ['web.x'])
  assert.deepEqual(names('web.*'), ['web.x'])
  assert.deepEqual(names('none-*'), [])
})

test('a name that is none, and a topic that is not searched, are errors', () => {
  const code = (expected: SearchError['code']) => (error: unknown) =>
    error instanceof SearchError && error.code === expected
  assert.throws(() => names('web-3'), code('unknown_topic'))
  assert.throws(() => names('off'), code('not_searchable'))
  assert.throws(() => names('*a'.repeat(600)), code('unknown_topic'))
})

test('a pattern full of stars does not take long', () => {
  assert.deepEqual(names(`${'*'.repeat(900)}q`), [])
})
