import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VerifiableLedger } from './verifiable-ledger.ts'

function place(offset: number): { partition: number; offset: number } {
  return { partition: 0, offset }
}

test('what was acknowledged and read once has no problems, nor has a second read or a failed send that came through', () => {
  const ledger = new VerifiableLedger()
  ledger.acked('a', place(0))
  ledger.failed('b', 'late')
  ledger.read('a', place(0))
  ledger.read('b', place(1))
  ledger.read('a', place(0))
  assert.deepEqual(ledger.problems(), [])
  assert.deepEqual(ledger.counts, { acked: 1, failed: 1, read: 2, readAgain: 1, sent: 0 })
  assert.ok(ledger.isComplete)
})

test('a lost, moved, doubled, invented or passed over record is a problem', () => {
  const cases: readonly [(ledger: VerifiableLedger) => void, RegExp][] = [
    [(ledger) => ledger.acked('a', place(0)), /nothing was read/],
    [
      (ledger) => (ledger.failed('a', 'late'), ledger.read('a', place(0)), ledger.read('a', place(1))),
      /0@0 and 0@1/,
    ],
    [(ledger) => ledger.read('a', place(0)), /never sent/],
    [(ledger) => (ledger.acked('a', place(1)), ledger.read('a', place(1))), /1 offsets were read, up to 1/],
    [
      (ledger) => {
        for (const value of ['a', 'b']) ledger.failed(value, 'late')
        ledger.read('a', place(0))
        ledger.read('b', place(0))
      },
      /had a and then b/,
    ],
  ]
  for (const [happens, expected] of cases) {
    const ledger = new VerifiableLedger()
    happens(ledger)
    assert.match(ledger.problems().join('\n'), expected)
  }
})
