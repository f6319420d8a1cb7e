import assert from 'node:assert/strict'
import { it } from 'node:test'
import { LeaderEpochs } from './leader-epochs.ts'

function epochs(...entries: readonly (readonly [number, number])[]): LeaderEpochs {
  const made = new LeaderEpochs()
  for (const [epoch, start] of entries) made.assign(epoch, start)
  return made
}

const pairs = (of: LeaderEpochs): unknown => of.entries.map(({ epoch, startOffset }) => [epoch, startOffset])

it('notes the first batch of each epoch only', () => {
  assert.deepEqual(pairs(epochs([0, 0], [0, 5], [2, 7], [1, 9], [2, 11])), [
    [0, 0],
    [2, 7],
  ])
})

it('forgets an epoch that has no batch because the next one begins at the same offset', () => {
  assert.deepEqual(pairs(epochs([0, 0], [1, 5], [2, 5])), [
    [0, 0],
    [2, 5],
  ])
})

it('tells where an epoch ends', () => {
  const known = epochs([1, 0], [3, 10], [5, 20])
  const end = (epoch: number, current = 7): unknown => Object.values(known.endOffsetFor(epoch, current, 30))
  assert.deepEqual(end(1), [1, 10])
  assert.deepEqual(end(2), [1, 10])
  assert.deepEqual(end(3), [3, 20])
  assert.deepEqual(end(4), [3, 20])
  assert.deepEqual(end(5), [5, 30])
  assert.deepEqual(end(6), [6, 30])
  assert.deepEqual(end(8), [-1, -1])
  assert.deepEqual(end(0), [0, 0])
  assert.deepEqual(Object.values(epochs().endOffsetFor(0, 0, 0)), [0, 0])
})

it('tells the epoch of an offset', () => {
  const known = epochs([1, 2], [3, 10])
  assert.deepEqual(
    [0, 1, 2, 9, 10, 99].map((offset) => known.epochAt(offset)),
    [-1, -1, 1, 1, 3, 3],
  )
})

it('moves its start with the log', () => {
  const cases: readonly [number, unknown][] = [
    [
      0,
      [
        [1, 0],
        [3, 10],
      ],
    ],
    [
      5,
      [
        [1, 5],
        [3, 10],
      ],
    ],
    [10, [[3, 10]]],
    [15, [[3, 15]]],
  ]
  for (const [start, expected] of cases) {
    const known = epochs([1, 0], [3, 10])
    known.truncateFromStart(start)
    assert.deepEqual(pairs(known), expected)
  }
  assert.deepEqual(pairs(epochs([1, 0], [3, 10]).before(10)), [[1, 0]])
})
