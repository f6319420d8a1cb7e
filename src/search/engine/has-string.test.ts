import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasString } from './has-string.ts'

function record(value: unknown): Parameters<typeof hasString>[0] {
  const isText = typeof value === 'string'
  return {
    timestamp: 0,
    key: Buffer.from('the key'),
    value: Buffer.from(isText ? value : JSON.stringify(value)),
    valueIsJson: !isText,
    headers: [{ key: 'trace', value: Buffer.from('abc') }],
  }
}

test('whole strings are found by their dotted name, in objects and arrays', () => {
  const value = { a: { b: ['x', { c: 'y' }] }, 'd.e': 'z', f: 1 }
  assert.ok(hasString(record(value), 'a.b', 'x'))
  assert.ok(hasString(record(value), 'a.b.c', 'y'))
  assert.ok(hasString(record(value), 'd.e', 'z'))
  assert.ok(!hasString(record(value), 'a.b', 'y'))
  assert.ok(!hasString(record(value), 'a', 'x'))
  assert.ok(!hasString(record(value), 'f', '1'))
})

test('plain text, keys and headers have fields of their own', () => {
  assert.ok(hasString(record('plain'), '_value', 'plain'))
  assert.ok(!hasString(record('plain'), 'plain', 'plain'))
  assert.ok(hasString(record({}), '_key', 'the key'))
  assert.ok(hasString(record({}), '_headers.trace', 'abc'))
  assert.ok(!hasString(record({}), '_headers.other', 'abc'))
})
