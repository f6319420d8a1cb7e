import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { minimalWindows } from '../testing/brute-force-text.ts'
import { phraseFrequency } from './phrase-frequency.ts'

test('a phrase occurs as often as trying every choice of positions says', () => {
  const word = fc.constantFrom('a', 'b', 'c')
  const text = fc.array(word, { maxLength: 8 })
  const phrase = fc.array(word, { minLength: 2, maxLength: 4 })
  fc.assert(
    fc.property(text, phrase, fc.integer({ min: 0, max: 5 }), (text, phrase, slop) => {
      const slots = phrase.map((term, offset) => {
        const positions = [...text.keys()].filter((position) => text[position] === term)
        const shared = phrase.some((other, at) => at !== offset && other === term)
        return { positions, count: positions.length, offset, shared }
      })
      const wanted = minimalWindows(slots, slop).reduce((sum, distance) => sum + 1 / (1 + distance), 0)
      assert.ok(
        Math.abs(phraseFrequency(slots, slop, () => {}) - wanted) < 1e-9,
        `${phraseFrequency(slots, slop, () => {})} for ${wanted}`,
      )
    }),
    { numRuns: 2000 },
  )
})
