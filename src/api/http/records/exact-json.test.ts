import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { isExactNumber, parseExactJson } from './exact-json.ts'

describe('exact JSON', () => {
  it('keeps the digits of every number', () => {
    for (const text of [
      '12345678901234567890',
      '1.10',
      '1.0',
      '1E3',
      '1e-7',
      '-0',
      '0.1',
      '-1.5E+300',
      '1e400',
      '9007199254740993',
    ]) {
      assert.equal(JSON.stringify(parseExactJson(`[${text},{"a":${text}}]`)), `[${text},{"a":${text}}]`)
    }
  })

  it('gives plain numbers where nothing would be lost', () => {
    assert.deepEqual(parseExactJson('[1, 0.5, "1.10", 123456789012345]'), [
      1,
      0.5,
      '1.10',
      123_456_789_012_345,
    ])
    assert.equal(isExactNumber(parseExactJson('1.10')), true)
    assert.equal(isExactNumber(parseExactJson('1.1')), false)
  })

  it('writes whatever JSON.stringify writes back as it was', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const compact = JSON.stringify(JSON.parse(text))
        assert.equal(JSON.stringify(parseExactJson(compact)), compact)
      }),
    )
  })

  it('throws what the callers expect', () => {
    assert.throws(() => parseExactJson('{'), SyntaxError)
    assert.throws(() => parseExactJson(`${'['.repeat(200_000)}1.50${']'.repeat(200_000)}`), RangeError)
  })
})
