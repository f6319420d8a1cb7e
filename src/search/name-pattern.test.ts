import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { namePattern } from './name-pattern.ts'
import { filteredSource, sourceFilterOf } from './source-filter.ts'

test('a pattern matches what the same regular expression matches', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 })
  fc.assert(
    fc.property(text, text, (pattern, name) => {
      const source = pattern.replaceAll('.', String.raw`\.`).replaceAll('*', '.*')
      assert.equal(namePattern([pattern])(name), new RegExp(`^${source}$`).test(name))
    }),
    { numRuns: 500 },
  )
})

test('a pattern of many stars is matched at once', () => {
  assert.equal(namePattern(['a*'.repeat(5000)])('a'.repeat(4999)), false)
})

test('a source shows what is included and not excluded', () => {
  const text = JSON.stringify({ user: { id: 1, name: 'x', tags: [{ a: 1, b: 2 }] }, other: 3 })
  const shown = (json: unknown): unknown => JSON.parse(filteredSource(text, sourceFilterOf(json)))
  assert.deepEqual(shown('user.id'), { user: { id: 1 } })
  assert.deepEqual(shown(['user']), { user: { id: 1, name: 'x', tags: [{ a: 1, b: 2 }] } })
  assert.deepEqual(shown({ includes: ['user.*'], excludes: ['*.b', 'user.name'] }), {
    user: { id: 1, tags: [{ a: 1 }] },
  })
  assert.deepEqual(shown({ excludes: ['user'] }), { other: 3 })
  assert.deepEqual(shown({ includes: ['user.tags'], excludes: ['*.a', '*.b'] }), { user: { tags: [] } })
  assert.throws(() => sourceFilterOf({ include_all: true }), /unknown key \[include_all\]/)
})
