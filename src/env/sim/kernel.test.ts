import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { simEnv } from './env.ts'
import { Kernel } from './kernel.ts'
import { Prng } from './prng.ts'

describe('the kernel', () => {
  it('runs events in order of time and lets promises settle in between', async () => {
    const kernel = new Kernel(1)
    const seen: string[] = []
    for (const delay of [30, 10, 20]) {
      kernel.schedule(delay, 'event', () => {
        seen.push(`${kernel.nowMs} event`)
        void Promise.resolve()
          .then(() => Promise.resolve())
          .then(() => seen.push(`${kernel.nowMs} promise`))
      })
    }
    await kernel.run()
    assert.deepEqual(seen, ['10 event', '10 promise', '20 event', '20 promise', '30 event', '30 promise'])
  })

  it('orders events of one time by the seed, and those for the end of the turn after them', async () => {
    const orders = new Set<string>()
    for (let seed = 0; seed < 60; seed++) {
      const kernel = new Kernel(seed)
      const seen: string[] = []
      kernel.schedule(0, 'first', () => {
        kernel.scheduleLast('last', () => seen.push('last'))
        for (const name of ['a', 'b', 'c']) kernel.schedule(0, name, () => seen.push(name))
      })
      await kernel.run()
      assert.equal(seen.pop(), 'last')
      orders.add(seen.join(''))
    }
    assert.equal(orders.size, 6)
  })

  it('keeps thousands of events in order', async () => {
    const kernel = new Kernel(5)
    const random = new Prng('times')
    const seen: number[] = []
    for (let i = 0; i < 3000; i++) kernel.schedule(random.below(500), 'event', () => seen.push(kernel.nowMs))
    await kernel.run(250)
    assert.ok(seen.every((time) => time <= 250))
    assert.equal(kernel.nowMs, 250)
    await kernel.run()
    assert.equal(seen.length, 3000)
    assert.deepEqual(
      seen,
      seen.toSorted((a, b) => a - b),
    )
  })

  it('says when nothing is left to happen, and when there is no end', async () => {
    const kernel = new Kernel(1, { maxEvents: 100 })
    await assert.rejects(kernel.settle(new Promise(() => {})), /deadlock at 0 ms/)
    const again = (): void => void kernel.schedule(1, 'again', again)
    again()
    await assert.rejects(kernel.run(), /no rest after 100 events; the next is again/)
    assert.throws(() => kernel.schedule(-1, 'past', () => {}), RangeError)
    assert.throws(() => kernel.schedule(Number.NaN, 'never', () => {}), RangeError)
  })

  it('hands on how a promise settled', async () => {
    const { kernel, scheduler } = simEnv(1)
    const later = new Promise<number>((resolve) => void scheduler.after(1000, () => resolve(7)))
    assert.equal(await kernel.settle(later), 7)
    assert.equal(kernel.nowMs, 1000)
    await assert.rejects(kernel.settle(Promise.reject(new Error('broken'))), /broken/)
  })
})

describe('simulated timers and clocks', () => {
  it('fire once, or again and again, until cancelled', async () => {
    const { kernel, scheduler } = simEnv(1)
    const seen: string[] = []
    scheduler.after(5, () => seen.push('once'))
    scheduler.after(5, () => seen.push('never')).cancel()
    const timer = scheduler.every(10, () => {
      seen.push(`at ${kernel.nowMs}`)
      if (kernel.nowMs === 30) timer.cancel()
    })
    await kernel.run(100)
    assert.deepEqual(seen, ['once', 'at 10', 'at 20', 'at 30'])
    assert.throws(() => scheduler.every(0, () => {}), RangeError)
  })

  it('end with their process', async () => {
    const { kernel, scheduler, node } = simEnv(1)
    const seen: string[] = []
    scheduler.after(5, () => seen.push('timer'))
    scheduler.every(5, () => seen.push('period'))
    scheduler.endOfTurn(() => seen.push('turn'))
    node.kill()
    await kernel.run(100)
    assert.deepEqual(seen, [])
  })

  it('follow virtual time; the wall clock can jump, the monotonic one cannot', async () => {
    const { kernel, clock, node } = simEnv(1)
    const start = clock.now()
    await kernel.run(1500)
    assert.equal(clock.now() - start, 1500)
    node.clock.jump(-600_000)
    assert.equal(clock.now() - start, 1500 - 600_000)
    assert.equal(clock.monotonic(), 1500)
  })
})

describe('the generator', () => {
  it('draws evenly and within bounds, and forks are independent', () => {
    const random = new Prng('x')
    const counts = new Map<number, number>()
    for (let i = 0; i < 60_000; i++) {
      const value = random.below(6)
      counts.set(value, (counts.get(value) ?? 0) + 1)
    }
    assert.equal(counts.size, 6)
    for (const count of counts.values()) assert.ok(Math.abs(count - 10_000) < 500, `${count}`)
    const fork = random.fork('child').next()
    random.next()
    assert.equal(random.fork('child').next(), fork)
    assert.notEqual(random.fork('other').next(), fork)
    for (const bound of [0, 1.5, 2 ** 32 + 1, Number.NaN])
      assert.throws(() => random.below(bound), RangeError)
    assert.equal(new Prng('x').below(1), 0)
    assert.ok(new Prng('x').below(2 ** 32) >= 0)
  })
})
