import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importCycles } from './import-cycles.ts'

test('a tree has no cycle', () => {
  assert.deepEqual(
    importCycles(
      new Map([
        ['a', ['b', 'c']],
        ['b', ['c']],
        ['c', []],
      ]),
    ),
    [],
  )
})

test('a circle of three is one cycle, and a file that imports itself too', () => {
  const cycles = importCycles(
    new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['a', 'd']],
      ['d', ['d']],
    ]),
  )
  assert.deepEqual(
    cycles.map((cycle) => cycle.toSorted()),
    [['d'], ['a', 'b', 'c']],
  )
})
