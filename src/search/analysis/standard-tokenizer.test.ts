import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hashBytes } from '../document/byte-hash.ts'
import { standardTokens, tokenizeStandard } from './standard-tokenizer.ts'
import { TokenBuffer } from './token-buffer.ts'

function fromBytes(text: string): string[] {
  const bytes = Buffer.from(`x${text}x`)
  const tokens = new TokenBuffer()
  tokenizeStandard(bytes, 1, bytes.length - 1, tokens)
  return Array.from({ length: tokens.count }, (_, index) => {
    const start = tokens.starts[index] ?? 0
    const end = tokens.ends[index] ?? 0
    assert.equal(tokens.hashes[index], hashBytes(tokens.bytes, start, end))
    assert.equal(tokens.positions[index], index)
    return Buffer.from(tokens.bytes.subarray(start, end)).toString()
  })
}

function fromText(text: string): string[] {
  const terms: string[] = []
  standardTokens(text, (term, start, end) => {
    terms.push(term)
    assert.ok(end > start && end <= text.length)
  })
  return terms
}

test('bytes and text give the same tokens', () => {
  const piece = fc.oneof(
    fc.constantFrom(' ', '-', '.', 'Straße', 'ΟΔΟΣ', 'İ', '日本語', 'e\u0301', '١٢', 'ABC', '_', '😀', 'K'),
    fc.string({ unit: 'grapheme' }),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = Buffer.from(pieces.join('')).toString()
      assert.deepEqual(fromBytes(text), fromText(text))
    }),
    { numRuns: 1500 },
  )
})

test('words are lowered, cut at everything that is no letter, digit or mark; ideographs stand alone', () => {
  assert.deepEqual(fromBytes("GET /api/v1?User_Id=42 don't 10.0.0.1 日本 Ünï"), [
    'get',
    'api',
    'v1',
    'user',
    'id',
    '42',
    'don',
    't',
    '10',
    '0',
    '0',
    '1',
    '日',
    '本',
    'ünï',
  ])
  assert.deepEqual(fromBytes(''), [])
  assert.deepEqual(fromBytes(' - '), [])
})

test('words beyond 255 units are cut into pieces', () => {
  for (const unit of ['a', 'ü', '𝒳'])
    for (const count of [127, 128, 254, 255, 256, 511, 1000]) {
      const text = unit.repeat(count)
      const tokens = fromBytes(text)
      assert.deepEqual(tokens, fromText(text))
      assert.equal(tokens.join(''), text.toLowerCase())
      assert.ok(tokens.every((token) => token.length <= 255))
    }
})
