import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spread } from './statistics.ts'

test('the median of an odd number of values is the one in the middle, whatever their order', () => {
  assert.deepEqual(spread([9, 1, 5]), { median: 5, min: 1, max: 9 })
})

test('the median of an even number of values is the mean of the two in the middle', () => {
  assert.deepEqual(spread([4, 1, 2, 9]), { median: 3, min: 1, max: 9 })
})

test('there is no median of nothing', () => {
  assert.ok(Number.isNaN(spread([]).median))
})
