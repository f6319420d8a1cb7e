import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Result, resultTable, verdicts } from './results.ts'

function result(state: 'passed' | 'failed' | 'skipped', reason?: string): Result {
  return {
    test: {
      name: '0005_order',
      scenario: 'default',
      unlisted: reason === undefined ? {} : { classic: reason },
    },
    system: 'chronik',
    protocol: 'classic',
    outcome: { state, detail: 'late', seconds: 1 },
    attempt: 1,
  }
}

test('a test of the list has to pass, on this broker', () => {
  assert.equal(verdicts([result('passed')]).ok, true)
  assert.equal(verdicts([result('failed')]).ok, false)
  assert.equal(verdicts([result('skipped')]).ok, false)
  assert.equal(verdicts([{ ...result('failed'), system: 'kafka' }]).ok, true)
})

test('a test outside the list may fail, and is named when it passes', () => {
  assert.equal(verdicts([result('failed', 'needs SASL')]).ok, true)
  const { lines, ok } = verdicts([result('passed', 'needs SASL')])
  assert.equal(ok, true)
  assert.match(lines[0] ?? '', /0005_order \(classic\) passes, and is not on the list: needs SASL/)
})

test('the table has a column for each system and protocol', () => {
  const table = resultTable([result('passed'), { ...result('failed'), system: 'kafka' }])
  assert.match(table, /^test {8}classic  classic on Kafka\n0005_order  ✔ 1 s {4}✖ 1 s/)
})
