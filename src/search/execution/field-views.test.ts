import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { wildcardOf } from '../testing/brute-force-text.ts'
import { fitsGlob } from './field-views.ts'

test('a name fits a pattern as a regular expression would say', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '?'), maxLength: 8 })
  const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 })
  fc.assert(
    fc.property(text, pattern, (name, pattern) => {
      assert.equal(fitsGlob(name, pattern), wildcardOf(pattern, false).test(name))
    }),
    { numRuns: 2000 },
  )
})

test('many stars take no more time than a few', () => {
  assert.equal(fitsGlob('a'.repeat(250), `${'*a'.repeat(100)}*b`), false)
})
