import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunnerTest } from './tests.ts'
import { verdictOf } from './verdict.ts'

const order: RunnerTest = { name: '0005_order', scenario: 'default', unlisted: {} }
const report = (state: string): string =>
  `{"tests": {"0005_order": {"name": "0005_order", "state": "${state}", "extra": "", "duration": 1.5, "report": [ ] }}}`
const row = (state: string, reason: string): string =>
  `|\u001b[31m 0005_order                               | ${state} |   1.000s \u001b[0m|\u001b[31m ${reason}\u001b[0m\n`

test('a test that the report calls passed has passed', () => {
  const output = `${row('PASSED', '')}\nended with 0\n`
  assert.deepEqual(verdictOf(order, report('PASSED'), output), { state: 'passed', detail: '', seconds: 1.5 })
})

test('threads that are left after the report are no failure', () => {
  const output = '3 thread(s) still active\nended with SIGABRT\n'
  assert.equal(verdictOf(order, report('PASSED'), output).state, 'passed')
})

test('a failure says the first complaint of the test', () => {
  const at = (line: number): string =>
    `failed at 0005-order.c:${line}:do_test() at Sat Nov 21 19:31:50 2026: ###`
  const output =
    `\u001b[31m### Test "0005_order (do_test:1: a)" ${at(12)}\nexpected 1, got 3\n### Test "<MAIN>" ${at(14)}\nSee above\n` +
    'ended with SIGABRT\n'
  const detail = '0005-order.c:12:do_test(): expected 1, got 3'
  assert.deepEqual(verdictOf(order, report('FAILED'), output), { state: 'failed', detail, seconds: 1.5 })
})

test('a skipped test says why in its own row, without colours', () => {
  const output = `${row('SKIPPED', 'needs a | b')}# end\nended with 0\n`
  assert.deepEqual(verdictOf(order, report('SKIPPED'), output), {
    state: 'skipped',
    detail: 'needs a | b',
    seconds: 1.5,
  })
})

test('a runner that leaves no report has failed', () => {
  assert.equal(verdictOf(order, '', 'timed out\nended with SIGKILL\n').state, 'failed')
})

test('a part that does not exist is not a pass', () => {
  const verdict = verdictOf({ ...order, part: 'do_test_x' }, report('PASSED'), '\nended with 0\n')
  assert.equal(verdict.state, 'skipped')
})
