import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { Counter, Gauge, Histogram } from './instruments.ts'

test('counters and gauges', () => {
  const counter = new Counter()
  counter.add(2)
  counter.add(3)
  assert.equal(counter.value, 5)
  const gauge = new Gauge()
  gauge.set(7)
  gauge.add(-9)
  assert.equal(gauge.value, -2)
})

test('a histogram counts at powers of two exactly, bounds included', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 31 - 1 }), { maxLength: 50 }), (values) => {
      const histogram = new Histogram(1)
      for (const value of values) histogram.observe(value)
      assert.equal(histogram.count, values.length)
      for (let octave = 2; octave <= 30; octave++) {
        const expected = values.filter((value) => value <= 2 ** octave).length
        assert.equal(histogram.countUpTo(octave), expected)
      }
    }),
  )
})

test('a quantile is an upper bound that is at most a quarter too high', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 2 ** 30 }), { minLength: 1, maxLength: 60 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, q) => {
        const histogram = new Histogram(1)
        for (const value of values) histogram.observe(value)
        const sorted = values.toSorted((a, b) => a - b)
        const exact = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1] ?? 0
        const estimate = histogram.quantile(q)
        assert.ok(estimate >= exact, `${estimate} >= ${exact}`)
        assert.ok(estimate <= exact * 1.25 + 1, `${estimate} <= 1.25 * ${exact}`)
      },
    ),
  )
})

test('milliseconds are counted in microseconds', () => {
  const histogram = new Histogram(1000)
  histogram.observe(0.064)
  histogram.observe(0.0641)
  assert.equal(histogram.countUpTo(6), 1)
  assert.equal(histogram.countUpTo(7), 2)
  assert.ok(Math.abs(histogram.sum - 0.1281) < 1e-9)
})

test('values outside the range count in the outermost buckets', () => {
  const histogram = new Histogram(1)
  for (const value of [-5, 0, 1e12]) histogram.observe(value)
  assert.equal(histogram.countUpTo(2), 2)
  assert.equal(histogram.count, 3)
  assert.equal(histogram.countUpTo(30), 2)
})

test('a histogram without values has the quantile 0', () => {
  assert.equal(new Histogram(1).quantile(0.99), 0)
})
