import assert from 'node:assert/strict'
import { it } from 'node:test'
import { SimWorld } from '../env/sim/world.ts'
import { RequestMemory } from './request-memory.ts'

const MiB = 1 << 20

it('keeps a quarter of the memory out of reach for large frames, and admits the waiting ones one by one', async () => {
  const world = new SimWorld(1)
  const { scheduler } = world.node('a').boot()
  const logs = { committer: { pendingBytes: 0 }, backlogged: false }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Only these two are looked at.
  const memory = new RequestMemory(100 * MiB, logs as never, scheduler, { set: () => {} })
  for (let i = 0; i < 2; i++) {
    assert.ok(memory.admits(50 * MiB))
    memory.addFrame(50 * MiB)
  }
  assert.equal(memory.admits(50 * MiB), false)
  assert.equal(memory.admits(MiB), true)
  memory.add(26 * MiB)
  assert.deepEqual([memory.exhausted, memory.admits(MiB)], [true, false])
  memory.add(-26 * MiB)

  let admitted = 0
  for (let i = 0; i < 3; i++) {
    memory.whenFree(50 * MiB, () => {
      admitted += 1
      memory.addFrame(50 * MiB)
    })
  }
  await world.kernel.run(100)
  assert.equal(admitted, 0)
  memory.addFrame(-50 * MiB)
  await world.kernel.run(200)
  assert.equal(admitted, 1)
  memory.addFrame(-50 * MiB)
  memory.addFrame(-50 * MiB)
  await world.kernel.run(300)
  assert.equal(admitted, 3)
})
