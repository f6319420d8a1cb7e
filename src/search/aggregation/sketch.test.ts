import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DistinctCounter, distinctCount } from './distinct-counter.ts'
import { binOf, medianDeviation, percentRank, quantile, Sketch, SKETCH_EXACT, valueOfBin } from './sketch.ts'
import { hashKey } from './value-hash.ts'

const number = fc.double({ noNaN: true, noDefaultInfinity: true })

function sketchOf(values: Iterable<number>): Sketch {
  const sketch = new Sketch()
  for (const value of values) sketch.add(value)
  return sketch
}

test('greater values have no lesser bins, and the middle of a bin is within 0.2 % of its values', () => {
  fc.assert(
    fc.property(number, number, (a, b) => {
      if (a < b) assert.ok(binOf(a) <= binOf(b))
      if (Math.abs(a) > 1e-300) assert.ok(Math.abs(valueOfBin(binOf(a)) - a) <= 0.002 * Math.abs(a))
    }),
    {
      examples: [
        [Number.MAX_VALUE, 1],
        [-Number.MAX_VALUE, 1],
        [1.5e308, 1],
      ],
    },
  )
})

test('quantiles of many values are within 0.4 % of the exact ones', () => {
  const values = Array.from({ length: 20_000 }, (_, i) => Math.exp((i % 977) / 100) * (i % 3 === 0 ? -1 : 1))
  const sketch = sketchOf(values).partial(false)
  const sorted = values.toSorted((a, b) => a - b)
  for (const q of [0, 0.01, 0.25, 0.5, 0.9, 0.999, 1]) {
    const exact = sorted[Math.round(q * (sorted.length - 1))] ?? 0
    const found = quantile(sketch, q) ?? Number.NaN
    assert.ok(Math.abs(found - exact) <= 0.004 * Math.abs(exact), `${q}: ${found} is not near ${exact}`)
  }
  const rank = percentRank(sketch, 1) ?? Number.NaN
  const below = (100 * sorted.filter((value) => value <= 1).length) / sorted.length
  assert.ok(Math.abs(rank - below) < 0.5)
  assert.ok((medianDeviation(sketch) ?? 0) > 0)
})

test('sketches merge to the sketch of all values, in any order and across the exact limit', () => {
  const parts = [0, 1, SKETCH_EXACT - 1, SKETCH_EXACT, 2 * SKETCH_EXACT]
  for (const left of parts)
    for (const right of parts) {
      const values = Array.from({ length: left + right }, (_, i) => (i * 7919) % 1013)
      const [a, b] = [
        sketchOf(values.slice(0, left)).partial(false),
        sketchOf(values.slice(left)).partial(false),
      ]
      const whole = sketchOf(values).partial(false)
      for (const [first, second] of [
        [a, b],
        [b, a],
      ] as const) {
        const merged = new Sketch()
        merged.merge(first)
        merged.merge(second)
        assert.deepEqual(merged.partial(false), whole)
      }
    }
})

test('distinct values are exact up to the threshold, then within 3 %', () => {
  for (const [count, threshold] of [
    [100, 3000],
    [3000, 3000],
    [50_000, 3000],
    [200_000, 10],
  ] as const) {
    const counter = new DistinctCounter(threshold)
    for (let i = 0; i < count; i += 1) {
      counter.add(hashKey(`value ${i}`))
      if (i % 3 === 0) counter.add(hashKey(`value ${i}`))
    }
    const found = distinctCount(counter.partial())
    if (count <= threshold) assert.equal(found, count)
    else assert.ok(Math.abs(found - count) < 0.03 * count, `${found} is not near ${count}`)
  }
})

test('counters merge to the counter of all', () => {
  for (const [left, right] of [
    [5, 5],
    [80, 80],
    [500, 3],
  ] as const) {
    const [a, b, whole, merged] = [0, 1, 2, 3].map(() => new DistinctCounter(100)) as [
      DistinctCounter,
      DistinctCounter,
      DistinctCounter,
      DistinctCounter,
    ]
    for (let i = 0; i < left; i += 1) a.add(hashKey(i))
    for (let i = left - 2; i < left + right; i += 1) b.add(hashKey(i))
    for (let i = 0; i < left + right; i += 1) whole.add(hashKey(i))
    merged.merge(b.partial())
    merged.merge(a.partial())
    assert.deepEqual(merged.partial(), whole.partial())
  }
})
