import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { PartitionLog } from './partition-log.ts'
import { SimLog } from './testing/sim-log.ts'

/** Several segments, of which a checkpoint covers the first batches. */
async function filled(sync: 'commit' | 'os', covered = 10): Promise<SimLog> {
  const sim = new SimLog(3, { config: { segmentBytes: 4000 }, options: { sync, checkpointIntervalMs: 1e9 } })
  await sim.open()
  for (let i = 0; i < 20; i++) {
    if (i === covered) await sim.settle(sim.logs.checkpoint())
    await sim.append(0, { valueBytes: 700 })
  }
  await sim.settle(sim.log().writeOut())
  return sim
}

function content(
  sim: SimLog,
  segment: PartitionLog['segments'][number] | undefined,
): { flip(at: number, bit: number): void; truncate(size: number): void; readonly size: number } {
  return sim.node.disk.file(segment?.path ?? '', 'damage').content
}

async function restart(sim: SimLog): Promise<void> {
  await sim.kill()
  await sim.open()
}

describe('with a WAL', () => {
  it('what segments hold beyond the checkpoint is written again from the WAL, whatever it looks like', async () => {
    for (const damage of ['none', 'flip', 'cut', 'longer'] as const) {
      const sim = await filled('commit')
      const all = await sim.readAll()
      const file = content(sim, sim.log().segments.at(-1))
      if (damage === 'flip') file.flip(10, 1)
      if (damage === 'cut') file.truncate(100)
      if (damage === 'longer') file.truncate(file.size + 5000)
      await restart(sim)
      assert.deepEqual(await sim.readAll(), all)
      await sim.cutPower('none')
      await sim.open()
      assert.deepEqual(await sim.readAll(), all)
    }
  })

  it('a file that the checkpoint names and that is gone or short takes the partition offline', async () => {
    for (const damage of ['gone', 'short'] as const) {
      const sim = await filled('commit')
      const { segments } = sim.log()
      const covered = segments.findLast((segment) => segment.baseOffset < 10)
      if (damage === 'short') content(sim, covered).truncate(50)
      else await removeFile(sim, covered?.path ?? '')
      await restart(sim)
      assert.match(
        sim.log().offline?.message ?? '',
        /is not served: acknowledged records between offsets/,
        damage,
      )
    }
  })

  it('segments below the log start that a crash left behind are removed', async () => {
    const sim = await filled('commit', 20)
    sim.log().advanceLogStart(12)
    sim.node.disk.fault = ({ kind, path }) => (kind === 'remove' && path.includes('/log/') ? 'EIO' : null)
    const persisted = sim.logs.persistLogStart(sim.log())
    await sim.settle(persisted)
    sim.node.disk.fault = null
    await restart(sim)
    assert.equal(sim.log().logStartOffset, 12)
    assert.equal(
      sim.list(sim.log().directory).filter((name) => name.endsWith('.log')).length,
      sim.log().segments.length,
    )
  })
})

describe('without a WAL', () => {
  it('segments are read beyond the checkpoint, up to what is torn', async () => {
    for (const torn of [false, true]) {
      const sim = await filled('os')
      const all = await sim.readAll()
      const file = content(sim, sim.log().segments.at(-1))
      if (torn) file.truncate(file.size - 5)
      await restart(sim)
      const found = await sim.readAll()
      assert.deepEqual([...found], [...all].slice(0, torn ? 19 : 20))
    }
  })

  it('a file that does not go on where the one before ends is set aside', async () => {
    const sim = await filled('os')
    const segments = sim.log().segments.filter((segment) => segment.baseOffset >= 10)
    assert.ok(segments.length >= 2)
    content(sim, segments[0]).truncate(10)
    await restart(sim)
    assert.ok(sim.lines.has('is set aside'))
    const found = await sim.readAll()
    assert.ok(found.size >= 10 && found.size < 20)
    const id = await sim.append()
    assert.equal([...(await sim.readAll()).values()].at(-1), id)
  })
})

describe('without a checkpoint', () => {
  it('everything comes from segments and WAL', async () => {
    const sim = await filled('commit')
    const all = await sim.readAll()
    await sim.kill()
    sim.node.disk.corrupt('/data/checkpoint', 20)
    await sim.open()
    assert.deepEqual(await sim.readAll(), all)
    const state = [...sim.log().epochs.entries]
    assert.deepEqual(state, [{ epoch: 0, startOffset: 0 }])
  })

  it('damage in the middle of a segment is not cut off: the partition is offline and the file as it was', async () => {
    const sim = await filled('commit', 20)
    await sim.append()
    const first = sim.log().segments[0]
    await sim.kill()
    sim.node.disk.corrupt('/data/checkpoint', 20)
    content(sim, first).flip(900, 2)
    const { size } = content(sim, first)
    await sim.open()
    assert.match(sim.log().offline?.message ?? '', /offsets 1 and \d+ are damaged/)
    assert.equal(content(sim, first).size, size)
  })
})

async function removeFile(sim: SimLog, path: string): Promise<void> {
  await sim.kill()
  await sim.settle(sim.node.boot().files.remove(path))
}
