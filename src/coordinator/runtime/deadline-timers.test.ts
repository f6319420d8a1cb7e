import assert from 'node:assert/strict'
import test from 'node:test'
import { ManualTime } from '../testing/manual-time.ts'
import { DeadlineTimers } from './deadline-timers.ts'

function setup(): { time: ManualTime; timers: DeadlineTimers<string>; fired: string[] } {
  const time = new ManualTime()
  const fired: string[] = []
  const timers = new DeadlineTimers<string>(time, time, (event) =>
    fired.push(`${event}@${time.now() - 1_000_000}`),
  )
  return { time, timers, fired }
}

test('a deadline that is moved back fires once, at its last place, with its last event', async () => {
  const { time, timers, fired } = setup()
  timers.schedule('k', 100, 'first')
  await time.advance(60)
  timers.schedule('k', 100, 'second')
  assert.equal(time.timers, 1)
  await time.advance(99)
  assert.deepEqual(fired, [])
  await time.advance(1)
  assert.deepEqual(fired, ['second@160'])
  assert.equal(timers.size, 0)
})

test('a deadline that is moved forward fires early, one that is cancelled not at all', async () => {
  const { time, timers, fired } = setup()
  timers.schedule('k', 100, 'late')
  timers.schedule('k', 10, 'early')
  timers.schedule('gone', 10, 'gone')
  timers.cancel('gone')
  await time.advance(200)
  assert.deepEqual(fired, ['early@10'])
})

test('disposing stops everything', async () => {
  const { time, timers, fired } = setup()
  timers.schedule('k', 100, 'x')
  timers[Symbol.dispose]()
  await time.advance(200)
  assert.deepEqual(fired, [])
  assert.equal(time.timers, 0)
})
