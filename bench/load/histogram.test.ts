import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { Histogram } from './histogram.ts'

test('a quantile is at most one percent above the exact one and never below it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 60_000_000 }), { minLength: 1, maxLength: 200 }),
      fc.double({ min: 0.001, max: 1, noNaN: true }),
      (micros, fraction) => {
        const histogram = new Histogram()
        for (const value of micros) histogram.add(value / 1000)
        const sorted = micros.toSorted((a, b) => a - b)
        const exact = sorted[Math.ceil(sorted.length * fraction) - 1]! / 1000
        const found = histogram.quantile(fraction)
        assert.ok(found >= exact - 1e-9, `${found} is below ${exact}`)
        assert.ok(found <= exact * 1.01 + 0.001, `${found} is far above ${exact}`)
      },
    ),
  )
})

test('an empty histogram is all zeros', () => {
  assert.deepEqual(new Histogram().summary(), { count: 0, p50: 0, p99: 0, p999: 0, max: 0 })
})
