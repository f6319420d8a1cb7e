// The log on a simulated machine against a model; `npm run test:simulation -- --seeds N` runs more of the same.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { LogSimulation, type SimulationOptions } from '../../src/log/testing/log-simulation.ts'
import { plantedBugs } from '../../src/log/testing/planted-bugs.ts'

async function run(seed: number, options: SimulationOptions = {}): Promise<void> {
  try {
    await new LogSimulation(seed, options).run()
  } catch (error) {
    throw new Error(`seed ${seed}: ${String(error)}`, { cause: error })
  }
}

describe('the log in the simulation', () => {
  it('keeps what it acknowledged, whatever the seed', async () => {
    for (let seed = 0; seed < 250; seed++) await run(seed)
  })

  // Seeds that found something once.
  for (const seed of [163, 199, 201, 274, 1085, 1089, 1123, 2334, 2374, 2474, 23372, 41205]) {
    it(`seed ${seed}`, () => run(seed, { compacted: false }))
  }

  for (const sync of ['interval', 'os'] as const) {
    it(`loses nothing to a kill and nothing but a tail to a power cut with wal.sync=${sync}`, async () => {
      for (let seed = 0; seed < 40; seed++) await run(seed, { sync })
    })
  }

  it('survives a crash at every disk operation of a life', async () => {
    for (const seed of [7, 12]) {
      const options = { sync: 'commit', lives: 2, steps: 40, faults: false } as const
      const { operations } = await new LogSimulation(seed, { ...options, crashAt: 1e9 }).run()
      assert.ok(operations > 100)
      for (let crashAt = 0; crashAt < operations; crashAt += 2) await run(seed, { ...options, crashAt })
    }
  })

  it('does the same again for the same seed', async () => {
    for (const seed of [3, 4, 5]) {
      const first = await new LogSimulation(seed).run()
      const second = await new LogSimulation(seed).run()
      assert.equal(second.traceHash, first.traceHash)
      assert.ok(first.acked > 0)
    }
  })
})

describe('the simulation finds planted bugs', () => {
  for (const { name, plant, patch } of plantedBugs) {
    it(name, async (context) => {
      const undo = patch?.()
      try {
        for (let seed = 0; seed < 500; seed++) {
          // Through the WAL everything has a second place where it may be missing.
          const options = {
            sync: 'commit',
            directBytesMin: Infinity,
            ...(plant === undefined ? {} : { plant }),
          } as const
          const failure = await run(seed, options).then(
            () => null,
            (error: Error) => error.message,
          )
          if (failure === null) continue
          context.diagnostic(failure.split('\n')[0] ?? '')
          return
        }
        assert.fail('500 seeds did not find it')
      } finally {
        undo?.()
      }
    })
  }
})
