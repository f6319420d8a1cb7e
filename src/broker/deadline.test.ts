import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Scheduler } from '../env/scheduler.ts'
import { KafkaError } from '../protocol/errors.ts'
import { within } from './deadline.ts'

/** Fires its one timer when told to. */
function manualScheduler() {
  let fire: (() => void) | null = null
  const delays: number[] = []
  const scheduler: Scheduler = {
    after(delayMs, work) {
      delays.push(delayMs)
      fire = work
      return { cancel: () => (fire = null) }
    },
    every: () => assert.fail('no periodic work is expected'),
    endOfTurn: () => assert.fail('no deferred work is expected'),
  }
  return { scheduler, delays, expire: () => fire?.(), pending: () => fire !== null }
}

test('work that is done in time gives its result and leaves no timer', async () => {
  const { scheduler, delays, pending } = manualScheduler()
  assert.equal(await within(scheduler, 50, Promise.resolve('done')), 'done')
  assert.deepEqual(delays, [50])
  assert.equal(pending(), false)
})

test('work that fails in time gives its own error', async () => {
  const { scheduler, pending } = manualScheduler()
  const failure = new Error('own')
  await assert.rejects(within(scheduler, 50, Promise.reject(failure)), failure)
  assert.equal(pending(), false)
})

test('work that takes longer times out, and its later failure bothers nobody', async () => {
  const { scheduler, delays, expire } = manualScheduler()
  const work = Promise.withResolvers<never>()
  const waiting = within(scheduler, -1, work.promise)
  expire()
  await assert.rejects(
    waiting,
    (error) => error instanceof KafkaError && error.errorName === 'REQUEST_TIMED_OUT' && error.retriable,
  )
  assert.deepEqual(delays, [0])
  work.reject(new Error('too late'))
})
