import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SearchLimitError } from '../budget.ts'
import { SearchBudget } from './search-budget.ts'

test('each limit is an error that names it', () => {
  let now = 0
  const cancelled = new SharedArrayBuffer(4)
  const clock = { now: () => 0, monotonic: () => now }
  const limits = { deadlineMs: 10, timeoutMs: 10, bytesMax: 100, bucketsMax: 5, cancelled }
  const budget = new SearchBudget(clock, limits)
  const code = (expected: string) => (error: unknown) =>
    error instanceof SearchLimitError && error.code === expected
  budget.check()
  budget.allocate(100)
  assert.throws(() => budget.allocate(1), code('memory_limit'))
  budget.buckets(5)
  assert.throws(() => budget.buckets(1), code('too_many_buckets'))
  now = 10
  assert.throws(() => budget.check(), code('search_timeout'))
  now = 0
  Atomics.store(new Int32Array(cancelled), 0, 1)
  assert.throws(() => budget.check(), code('cancelled'))
})
