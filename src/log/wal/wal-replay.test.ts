import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SimLog } from '../testing/sim-log.ts'
import { testBatch } from '../testing/test-batch.ts'
import { walFileName, walRecordBytes } from './wal-format.ts'
import { WalDamagedError } from './wal-replay.ts'

const wal = (number: number): string => `/data/wal/${walFileName(number)}`

/** Bytes of a record of the smallest test batch; a group header of 64 bytes stands before each. */
const record = walRecordBytes(testBatch({ id: 1 }).length)

/** A log whose data is in the WAL only. */
async function walOnly(partitions = 1): Promise<SimLog> {
  const sim = new SimLog(1, {
    partitions,
    options: { checkpointIntervalMs: 1e9, writeBehindIntervalMs: 1e9 },
  })
  await sim.open()
  return sim
}

async function restart(sim: SimLog): Promise<void> {
  await sim.kill()
  await sim.open()
}

describe('the end of the WAL', () => {
  it('is a torn record that nothing says was durable', async () => {
    const sim = await walOnly()
    for (let i = 0; i < 3; i++) await sim.append()
    // The payload of the last record, right after its commit: no group follows that says that it was durable.
    sim.node.disk.corrupt(wal(1), 4096 + 3 * 64 + 2 * record + 64 + 70)
    await restart(sim)
    assert.deepEqual([...(await sim.readAll()).values()], [1, 2])
    assert.ok(sim.lines.has('ends in a torn record'))
    const id = await sim.append()
    await restart(sim)
    assert.deepEqual([...(await sim.readAll()).values()], [1, 2, id])
  })

  it('is damage when a later group says that the record was durable', async () => {
    const sim = await walOnly()
    for (let i = 0; i < 3; i++) await sim.append()
    await sim.pass(150)
    // The header of the second record.
    sim.node.disk.corrupt(wal(1), 4096 + 2 * 64 + record + 20)
    await sim.kill()
    await assert.rejects(
      sim.open(),
      (error) =>
        error instanceof WalDamagedError &&
        /before records that are known to have been durable/.test(error.message),
    )
    // Nothing was changed: the same again.
    await sim.kill()
    await assert.rejects(sim.open(), WalDamagedError)
  })

  it('is damage when the next file says that the record was durable', async () => {
    const sim = await walOnly()
    while (!sim.list('/data/wal').includes(walFileName(3))) await sim.append(0, { valueBytes: 3000 })
    sim.node.disk.corrupt(wal(1), sim.size(wal(1)) - 8000)
    await sim.kill()
    await sim.open().then(
      () => assert.throws(() => sim.log().read(0, 1, true), { errorName: 'KAFKA_STORAGE_ERROR' }),
      (error: unknown) => assert.ok(error instanceof WalDamagedError),
    )
  })
})

describe('files of the WAL', () => {
  it('are read one after the other, also when one was skipped as too small', async () => {
    const sim = await walOnly()
    for (let i = 0; i < 12; i++) await sim.append(0, { valueBytes: 14_000 })
    const before = await sim.readAll()
    await restart(sim)
    assert.deepEqual(await sim.readAll(), before)
    // A file of another configuration is used again; groups do not fit into it.
    await sim.kill()
    await sim.open({ walFileBytes: 256 << 10, groupBytesMax: 200 << 10 })
    for (let round = 0; round < 8; round++) {
      for (let i = 0; i < 8; i++) sim.submit(0, { valueBytes: 14_000 })
      await sim.settle(sim.committed())
    }
    const all = await sim.readAll()
    assert.equal(all.size, 12 + 64)
    await restart(sim)
    assert.deepEqual(await sim.readAll(), all)
  })

  it('are read although the header of one is damaged', async () => {
    const sim = await walOnly()
    for (let i = 0; i < 3; i++) await sim.append()
    sim.node.disk.corrupt(wal(1), 30)
    await restart(sim)
    assert.equal((await sim.readAll()).size, 3)
    assert.ok(sim.lines.has('header of a WAL file is damaged'))
  })

  it('of another data directory are refused', async () => {
    const sim = await walOnly()
    await sim.append()
    await sim.kill()
    await assert.rejects(
      sim.open({ directoryId: Buffer.alloc(16, 1) }),
      /was written in another data directory/,
    )
  })

  it('that wait for reuse do no harm when the checkpoint is lost', async () => {
    const sim = new SimLog(1)
    await sim.open()
    for (let i = 0; i < 60; i++) {
      await sim.append(0, { valueBytes: 4000 })
      if (i % 10 === 9) await sim.settle(sim.logs.checkpoint())
    }
    await sim.pass(150)
    const before = await sim.readAll()
    await sim.kill()
    sim.node.disk.corrupt('/data/checkpoint', 70)
    await sim.open()
    assert.deepEqual(await sim.readAll(), before)
    assert.ok(sim.lines.has('the checkpoint is damaged'))
  })
})

describe('replay', () => {
  it('takes only the partition offline whose record is damaged', async () => {
    const sim = await walOnly(2)
    await sim.append(0)
    await sim.append(1)
    await sim.append(0)
    await sim.pass(150)
    sim.node.disk.corrupt(wal(1), 4096 + 64 + 64 + 70)
    await restart(sim)
    assert.match(
      sim.log(0).offline?.message ?? '',
      /t-0 is not served: acknowledged records between offsets 0 and 0/,
    )
    assert.equal((await sim.readAll(1)).size, 1)
  })

  it('drops records of partitions that do not exist any more', async () => {
    const sim = await walOnly(2)
    await sim.append(0)
    await sim.append(1)
    sim.specs.pop()
    await restart(sim)
    assert.equal((await sim.readAll(0)).size, 1)
  })

  it('writes out when there is more than memory for tails', async () => {
    const sim = await walOnly()
    await sim.settle(sim.logs.close())
    await sim.kill()
    await sim.open({ walFilesMax: 12 })
    for (let i = 0; i < 70; i++) await sim.append(0, { valueBytes: 5000 })
    const before = await sim.readAll()
    await restart(sim)
    assert.deepEqual(await sim.readAll(), before)
    assert.ok(sim.logs.usage.tailBytes <= 160 << 10, `${sim.logs.usage.tailBytes}`)
  })
})
