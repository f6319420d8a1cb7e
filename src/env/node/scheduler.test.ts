import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { nodeScheduler } from './scheduler.ts'

/** Timers are unref'ed, so a test that waits for one must keep the process alive itself. */
async function kept<T>(promise: Promise<T>): Promise<T> {
  const keeper = setInterval(() => {}, 1000)
  try {
    return await promise
  } finally {
    clearInterval(keeper)
  }
}

describe('timers', () => {
  it('never fire early, not even when the event loop was busy before', async () => {
    for (let i = 0; i < 30; i++) {
      const busyUntil = performance.now() + (i % 5)
      while (performance.now() < busyUntil);
      const start = performance.now()
      const delay = (i % 7) + 0.5
      await kept(new Promise<void>((resolve) => void nodeScheduler.after(delay, resolve)))
      assert.ok(performance.now() - start >= delay)
    }
  })

  it('repeat until cancelled', async () => {
    let count = 0
    await kept(
      new Promise<void>((resolve) => {
        const timer = nodeScheduler.every(1, () => {
          count++
          if (count < 5) return
          timer.cancel()
          nodeScheduler.after(20, resolve)
        })
      }),
    )
    assert.equal(count, 5)
  })

  it('do not fire when cancelled, or with a delay that setTimeout cannot take', async () => {
    const fired: string[] = []
    nodeScheduler.after(1, () => fired.push('cancelled')).cancel()
    const long = nodeScheduler.after(2 ** 32, () => fired.push('long'))
    const forever = nodeScheduler.after(Infinity, () => fired.push('infinite'))
    await kept(new Promise<void>((resolve) => void nodeScheduler.after(20, resolve)))
    assert.deepEqual(fired, [])
    long.cancel()
    long.cancel()
    forever.cancel()
    for (const delay of [-1, Number.NaN])
      assert.throws(() => nodeScheduler.after(delay, () => {}), RangeError)
    assert.throws(() => nodeScheduler.every(0, () => {}), RangeError)
  })

  it('do not keep the process alive', () => {
    const scheduler = new URL('./scheduler.ts', import.meta.url).href
    const program = `import { nodeScheduler } from '${scheduler}'
      nodeScheduler.after(3600_000, () => {}); nodeScheduler.every(3600_000, () => {}); console.log('end')`
    const output = execFileSync(process.execPath, ['--input-type=module-typescript', '-e', program], {
      timeout: 30_000,
    })
    assert.equal(output.toString(), 'end\n')
  })
})
