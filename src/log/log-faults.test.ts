// Full disks are states that pass; failed syncs are the end.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { DiskOperation } from '../env/sim/disk.ts'
import { syncSegment } from './segment-sync.ts'
import { SimLog } from './testing/sim-log.ts'

const grows = ({ kind, path }: DiskOperation): boolean => kind === 'write' && !/wal-\d+\.log$/.test(path)

describe('a full disk', () => {
  for (const [what, hits] of [
    ['a WAL file is prepared', (path: string) => path.includes('wal-prepare')],
    ['a segment is written', (path: string) => /\/log\/.*\.log$/.test(path)],
    ['an index is written', (path: string) => path.endsWith('.index')],
    ['a checkpoint is written', (path: string) => path.includes('checkpoint')],
    ['anything is written', () => true],
  ] as const) {
    it(`while ${what} stops nothing for good and loses nothing`, async () => {
      const sim = new SimLog(6, { config: { segmentBytes: 6000 } })
      await sim.open()
      for (let i = 0; i < 5; i++) await sim.append(0, { valueBytes: 2000 })
      sim.node.disk.fault = (operation) => (grows(operation) && hits(operation.path) ? 'ENOSPC' : null)
      let refused = 0
      for (let i = 0; i < 60; i++) {
        try {
          sim.submit(0, { valueBytes: 2000 })
        } catch (error) {
          assert.ok(error instanceof Error && /no disk space is left/.test(error.message), String(error))
          refused += 1
        }
        await sim.pass(100)
      }
      assert.deepEqual(sim.fatal, [])
      sim.node.disk.fault = null
      await sim.pass(10_000)
      assert.equal(sim.logs.committer.pendingBytes, 0)
      await sim.append()
      const all = await sim.readAll()
      assert.equal(all.size, 66 - refused)
      await sim.settle(sim.logs.checkpoint())
      await sim.cutPower()
      await sim.open()
      assert.deepEqual(await sim.readAll(), all)
    })
  }

  it('that stays full does not keep the log from closing, and the next start has everything', async () => {
    const sim = new SimLog(6, { config: { segmentBytes: 6000 } })
    await sim.open()
    for (let i = 0; i < 3; i++) await sim.append(0, { valueBytes: 2000 })
    sim.node.disk.fault = (operation) => (grows(operation) ? 'ENOSPC' : null)
    for (let i = 0; i < 3; i++) await sim.append(0, { valueBytes: 2000 })
    await sim.close()
    assert.ok(sim.lines.has('stopped without a last checkpoint'))
    assert.deepEqual(sim.fatal, [])
    sim.node.disk.fault = null
    await sim.kill()
    await sim.open()
    assert.equal((await sim.readAll()).size, 6)
  })

  it('with wal.sync=os delays the answer and loses nothing', async () => {
    const sim = new SimLog(6, { options: { sync: 'os' } })
    await sim.open()
    await sim.append()
    sim.node.disk.fault = (operation) => (grows(operation) ? 'ENOSPC' : null)
    sim.submit()
    await sim.pass(3000)
    assert.equal(sim.log().highWatermark, 1)
    sim.node.disk.fault = null
    await sim.pass(3000)
    assert.equal(sim.log().highWatermark, 2)
    assert.deepEqual(sim.fatal, [])
  })
})

describe('a failed sync', () => {
  for (const sync of ['commit', 'interval'] as const) {
    it(`of the WAL ends everything with wal.sync=${sync}`, async () => {
      const sim = new SimLog(6, { options: { sync } })
      await sim.open()
      await sim.append()
      sim.node.disk.fault = ({ kind, path }) => (kind === 'datasync' && path.includes('/wal/') ? 'EIO' : null)
      let late = 0
      sim.submit()
      if (sync === 'commit') sim.logs.committer.afterCommit(() => (late += 1))
      await sim.pass(100)
      assert.equal(sim.fatal.length, 1)
      sim.node.disk.fault = null
      sim.logs.committer.afterCommit(() => (late += 1))
      assert.throws(() => sim.submit(), /the disk failed/)
      await sim.pass(5000)
      assert.equal(late, 0)
      // Closing must not make it look well: no sync of the WAL, no checkpoint.
      const checkpoint = sim.node.disk.file('/data/checkpoint', 'look').modifiedMs
      await sim.close()
      assert.equal(sim.node.disk.file('/data/checkpoint', 'look').modifiedMs, checkpoint)
    })
  }

  it('of a segment ends everything, is never tried again, and the WAL keeps what it was about', async () => {
    const sim = new SimLog(6)
    await sim.open()
    for (let i = 0; i < 8; i++) await sim.append(0, { valueBytes: 1000 })
    const all = await sim.readAll()
    let failures = 0
    sim.node.disk.fault = ({ kind, path }) =>
      kind === 'datasync' && path.includes('/log/') ? ((failures += 1), 'EIO') : null
    await assert.rejects(sim.settle(sim.logs.checkpoint()), { code: 'IO' })
    assert.equal(sim.fatal.length, 1)
    sim.node.disk.fault = null
    await assert.rejects(sim.settle(sim.logs.checkpoint()), { code: 'IO' })
    await assert.rejects(sim.settle(sim.logs.persistLogStart(sim.log())), { code: 'IO' })
    assert.equal(failures, 1)
    // The process ends, the next one sees in the page cache what the device does not have, and the power goes after its start.
    await sim.kill()
    await sim.open()
    await sim.cutPower()
    await sim.open()
    assert.deepEqual(await sim.readAll(), all)
  })

  it('of a segment fails the others of that segment too, which the kernel would tell nothing', async () => {
    const sim = new SimLog(6, { options: { directBytesMin: 1 } })
    await sim.open()
    await sim.append()
    const log = sim.log()
    const segment = log.activeSegment()
    let failures = 0
    sim.node.disk.fault = ({ kind, path }) => {
      if (kind !== 'datasync' || path !== segment.path || failures > 0) return null
      failures += 1
      return 'EIO'
    }
    const syncs = Promise.allSettled([1, 2].map(() => syncSegment(log, segment)))
    await sim.pass(100)
    assert.deepEqual(
      (await syncs).map(({ status }) => status),
      ['rejected', 'rejected'],
    )
    await assert.rejects(syncSegment(log, segment), /EIO/)
    assert.equal(failures, 1)
  })
})

describe('the deletion of a topic', () => {
  it('takes appends, reads, write-outs and checkpoints that are under way along', async () => {
    for (let seed = 0; seed < 25; seed++) {
      const sim = new SimLog(seed, { partitions: 2, config: { segmentBytes: 3000 } })
      await sim.open()
      const other = sim.logs.create(
        { topic: 'u', topicId: 'AAAAAAAAAAAAAAAAAAAAAg', partition: 0 },
        sim.config,
      )
      for (let i = 0; i < 12; i++) sim.submit(i % 2, { valueBytes: 800 })
      await sim.pass(seed % 7)
      const log = sim.log()
      const background = [
        sim.logs.checkpoint(),
        log.writeOut(),
        Promise.resolve(log.read(0, 5000, true)).then((read) => read.release()),
      ]
      await sim.pass(seed % 5)
      await sim.settle(Promise.allSettled([sim.logs.delete(log.topicId), ...background]))
      assert.throws(() => log.read(0, 1, true), { errorName: 'UNKNOWN_TOPIC_OR_PARTITION' })
      await sim.pass(5000)
      assert.deepEqual(sim.fatal, [], `seed ${seed}`)
      assert.deepEqual(sim.list('/data/log'), [])
      assert.equal(sim.logs.usage.tailBytes, 0)
      assert.equal(other.highWatermark, 0)
    }
  })
})

describe('a change of wal.sync between starts', () => {
  it('loses nothing, whatever the order and the way the process ends', async () => {
    const modes = ['commit', 'os', 'interval', 'os', 'commit', 'interval', 'commit'] as const
    for (const stop of ['kill', 'close'] as const) {
      const sim = new SimLog(8, { config: { segmentBytes: 4000 } })
      for (const [round, sync] of modes.entries()) {
        await sim.open({ sync })
        assert.equal((await sim.readAll()).size, round * 12)
        for (let i = 0; i < 12; i++) {
          await sim.append(0, { valueBytes: 700 })
          if (i === 5 && round % 2 === 0) await sim.settle(sim.logs.checkpoint())
        }
        if (stop === 'close') await sim.close()
        await sim.kill()
      }
      await sim.open()
      assert.equal((await sim.readAll()).size, modes.length * 12)
    }
  })
})

describe('a power cut with wal.sync=interval', () => {
  it('leaves no partition ahead of another that was written to before it', async () => {
    let cutShort = 0
    for (let seed = 0; seed < 40; seed++) {
      // The WAL is synced by checkpoints alone, whose recovery points are of different moments.
      const sim = new SimLog(seed, { options: { sync: 'interval', syncIntervalMs: 1e9 }, partitions: 4 })
      await sim.open()
      let checkpoint: Promise<unknown> = Promise.resolve()
      for (let round = 0; round < 30; round++) {
        for (let partition = 0; partition < 4; partition++) {
          sim.submit(partition)
          await sim.pass(0.2)
        }
        if (round % 10 === 3 + (seed % 3)) checkpoint = sim.logs.checkpoint()
        await sim.pass(seed % 5)
      }
      await sim.settle(checkpoint)
      await sim.cutPower()
      await sim.open()
      const ends = [0, 1, 2, 3].map((partition) => sim.log(partition).highWatermark)
      const sorted = ends.toSorted((a, b) => b - a)
      assert.deepEqual(ends, sorted, `seed ${seed}`)
      assert.ok((ends[0] ?? 0) - (ends[3] ?? 0) <= 1, `seed ${seed}: ${String(ends)}`)
      if ((ends[3] ?? 0) < 30) cutShort += 1
    }
    assert.ok(cutShort > 20, 'the power was cut where nothing could be lost')
  })
})
