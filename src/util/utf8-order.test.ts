import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareUtf8 } from './utf8-order.ts'

test('strings have the order of their bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      assert.equal(Math.sign(compareUtf8(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
  )
  assert.ok(compareUtf8('\u{1F600}', '\uFFFD') > 0)
})
