import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WorkerEvents } from '../../env/worker.ts'
import type { Timer } from '../../env/scheduler.ts'
import { QueryError } from '../budget.ts'
import { SearchError } from './engine-request.ts'
import { WorkerClient } from './worker-client.ts'

/** A client over threads that do nothing, and a scheduler that is advanced by hand. */
function setUp() {
  const threads: { events: WorkerEvents; posted: { id: number }[] }[] = []
  let terminated = 0
  const timers: { delayMs: number; work: () => void }[] = []
  const deaths: string[] = []
  const scheduler = {
    after: (delayMs: number, work: () => void): Timer => {
      timers.push({ delayMs, work })
      return { cancel: () => {} }
    },
    every: (): Timer => ({ cancel: () => {} }),
    endOfTurn: (work: () => void) => work(),
  }
  let starts = 0
  const client = new WorkerClient({
    start: (events) => {
      const thread = { events, posted: [] as { id: number }[] }
      threads.push(thread)
      return {
        post: (message) => thread.posted.push(message as { id: number }),
        terminate: async () => void (terminated += 1),
      }
    },
    scheduler,
    onStart: () => (starts += 1),
    onDeath: (error) => deaths.push(error.message),
    onState: () => {},
    onLog: () => {},
  })
  return { client, threads, timers, deaths, starts: () => starts, terminated: () => terminated }
}

test('answers and failures reach who asked', async () => {
  const { client, threads } = setUp()
  client.start()
  const [thread] = threads
  assert.ok(thread !== undefined)
  const good = client.request({ kind: 'stop' })
  const bad = client.request({ kind: 'stop' })
  const failure = { name: 'query', code: 'parse', message: 'no', position: 3 } as const
  thread.events.onMessage({ kind: 'failure', id: thread.posted[1]?.id, failure })
  thread.events.onMessage({ kind: 'answer', id: thread.posted[0]?.id, answer: { kind: 'stopped' } })
  assert.deepEqual(await good, { kind: 'stopped' })
  await assert.rejects(bad, (error) => error instanceof QueryError && error.position === 3)
})

test('a thread that dies is replaced, later and later, and what it was asked fails as worth a retry', async () => {
  const { client, threads, timers, deaths, starts } = setUp()
  client.start()
  for (let death = 1; death <= 4; death++) {
    const asked = client.request({ kind: 'stop' })
    threads.at(-1)?.events.onExit(new Error(`death ${death}`))
    await assert.rejects(asked, (error) => error instanceof SearchError && error.code === 'unavailable')
    assert.ok(!client.running)
    await assert.rejects(client.request({ kind: 'stop' }))
    timers.at(-1)?.work()
    assert.equal(starts(), death + 1)
  }
  assert.deepEqual(deaths, ['death 1', 'death 2', 'death 3', 'death 4'])
  assert.deepEqual(
    timers.map(({ delayMs }) => delayMs),
    [200, 400, 800, 1600],
  )
})

test('a thread that does not answer in time is ended', async () => {
  const { client, threads, timers, terminated } = setUp()
  client.start()
  const asked = client.request({ kind: 'stop' }, 1000)
  assert.equal(timers[0]?.delayMs, 1000)
  timers[0]?.work()
  assert.equal(terminated(), 1)
  threads[0]?.events.onExit(new Error('terminated'))
  await assert.rejects(asked, (error) => error instanceof SearchError && error.code === 'unavailable')
})
