import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { LogConfig } from './log-config.ts'
import { deleteRecordsBefore } from './retention.ts'
import { SimLog } from './testing/sim-log.ts'

async function filled(config: Partial<LogConfig>, batches = 30): Promise<SimLog> {
  const sim = new SimLog(4, {
    config: { segmentBytes: 5000, ...config },
    options: { retentionCheckIntervalMs: 1e9 },
  })
  await sim.open()
  const now = sim.node.clock.now()
  for (let i = 0; i < batches; i++) await sim.append(0, { valueBytes: 900, timestamp: now + i * 1000 })
  return sim
}

async function restart(sim: SimLog): Promise<void> {
  await sim.cutPower()
  await sim.open()
}

describe('retention', () => {
  it('by size removes the oldest segments while what remains is not below the limit', async () => {
    const sim = await filled({ retentionBytes: 12_000 })
    await sim.settle(sim.logs.retain())
    const log = sim.log()
    assert.ok(log.size >= 12_000 && log.size < 12_000 + 5000, `${log.size}`)
    assert.equal(log.logStartOffset, log.segments[0]?.baseOffset)
    assert.ok(log.logStartOffset > 0)
    const kept = await sim.readAll()
    await restart(sim)
    assert.deepEqual(await sim.readAll(), kept)
    assert.equal(
      sim.list(sim.log().directory).filter((name) => name.endsWith('.log')).length,
      sim.log().segments.length,
    )
  })

  it('by time removes segments whose newest record is too old, in the end the active one', async () => {
    const sim = await filled({ retentionMs: 60_000 })
    await sim.pass(75_000)
    await sim.settle(sim.logs.retain())
    const { logStartOffset } = sim.log()
    assert.ok(logStartOffset > 5 && logStartOffset < 20, `${logStartOffset}`)
    await sim.pass(60_000)
    await sim.settle(sim.logs.retain())
    assert.equal(sim.log().logStartOffset, 30)
    assert.deepEqual(sim.list(sim.log().directory), [])
    await restart(sim)
    assert.deepEqual([sim.log().logStartOffset, sim.log().logEndOffset], [30, 30])
    await sim.append()
    assert.deepEqual([...(await sim.readAll()).keys()], [30])
  })

  it('keeps what has no timestamp until its file is old enough', async () => {
    const sim = new SimLog(4, { config: { retentionMs: 60_000 }, options: { retentionCheckIntervalMs: 1e9 } })
    await sim.open()
    await sim.append(0, { timestamp: -1 })
    await sim.pass(2000)
    await sim.settle(sim.logs.retain())
    assert.equal(sim.log().logStartOffset, 0)
    await sim.pass(70_000)
    await sim.settle(sim.logs.retain())
    assert.equal(sim.log().logStartOffset, 1)
  })

  it('keeps everything without the delete policy, but for what DeleteRecords asked for', async () => {
    const sim = await filled({ retentionBytes: 1, retentionMs: 1, deleteOldSegments: false })
    await sim.pass(200_000)
    await sim.settle(sim.logs.retain())
    assert.equal(sim.log().logStartOffset, 0)
  })

  it('never takes what is not committed', async () => {
    const sim = await filled({ retentionMs: 1 }, 3)
    await sim.pass(100_000)
    sim.submit(0, { timestamp: 1 })
    await sim.settle(sim.logs.retain())
    assert.ok(sim.log().logStartOffset <= 3)
    await sim.settle(sim.committed())
    assert.equal(sim.log().highWatermark, 4)
  })
})

describe('DeleteRecords', () => {
  it('moves the start to the offset, or to the high watermark, never back and never beyond', async () => {
    const sim = await filled({})
    assert.equal(deleteRecordsBefore(sim.log(), 7), 7)
    assert.equal(deleteRecordsBefore(sim.log(), 3), 7)
    assert.throws(() => deleteRecordsBefore(sim.log(), 31), { errorName: 'OFFSET_OUT_OF_RANGE' })
    assert.throws(() => deleteRecordsBefore(sim.log(), -2), { errorName: 'OFFSET_OUT_OF_RANGE' })
    assert.equal(deleteRecordsBefore(sim.log(), -1), 30)
  })

  it('is durable once it is answered, at whatever state of the segments', async () => {
    for (const checkpointFirst of [false, true]) {
      for (const offset of [1, 7, 29, 30]) {
        const sim = await filled({})
        if (checkpointFirst) await sim.settle(sim.logs.checkpoint())
        deleteRecordsBefore(sim.log(), offset)
        await sim.settle(sim.logs.persistLogStart(sim.log()))
        await restart(sim)
        assert.deepEqual([sim.log().logStartOffset, sim.log().logEndOffset], [offset, 30])
        const id = await sim.append()
        assert.equal((await sim.readAll()).get(30), id)
      }
    }
  })

  it('is still known when the checkpoint is lost or damaged', async () => {
    for (const offset of [1, 7, 29, 30]) {
      for (const harm of ['lost', 'damaged'] as const) {
        const sim = await filled({})
        await sim.settle(sim.logs.checkpoint())
        deleteRecordsBefore(sim.log(), offset)
        await sim.settle(sim.logs.persistLogStart(sim.log()))
        await sim.kill()
        if (harm === 'damaged') sim.node.disk.file('/data/checkpoint', 'look').content.flip(30, 1)
        else await sim.settle(sim.node.boot().files.remove('/data/checkpoint'))
        if (harm === 'lost') await sim.kill()
        await sim.open()
        assert.deepEqual([sim.log().logStartOffset, sim.log().logEndOffset], [offset, 30])
        const id = await sim.append()
        assert.equal((await sim.readAll()).get(30), id)
      }
    }
  })

  it('works while segments can not be written, and frees their space', async () => {
    const sim = await filled({})
    await sim.settle(sim.logs.checkpoint())
    sim.node.disk.fault = ({ kind, path }) =>
      kind === 'write' && path.endsWith('.log') && path.includes('/log/') ? 'ENOSPC' : null
    await sim.append(0, { valueBytes: 1000 })
    await sim.pass(1000)
    deleteRecordsBefore(sim.log(), 25)
    await sim.settle(sim.logs.persistLogStart(sim.log()))
    await sim.pass(10)
    assert.equal(sim.list(sim.log().directory).includes('00000000000000000000.log'), false)
    assert.deepEqual(sim.fatal, [])
  })
})
