import assert from 'node:assert/strict'
import { it } from 'node:test'
import { buildBatch } from '../../records/build-batch.ts'
import { readRecords } from '../../records/read-records.ts'
import * as header from '../../records/record-batch.ts'
import { offsetForTimestamp } from '../timestamp-lookup.ts'
import { SimLog } from '../testing/sim-log.ts'
import { testCompaction, testLogOptions } from '../testing/test-options.ts'

const compacted = { config: { compaction: testCompaction, segmentBytes: 2000 } }
const byHand = { ...testLogOptions.cleaner, enabled: false }

async function put(sim: SimLog, key: string, value: string | null, timestamp = 1000): Promise<number> {
  const batch = buildBatch({}, [
    { timestamp, key: Buffer.from(key), value: value === null ? null : Buffer.from(value) },
  ])
  const { baseOffset } = sim.log().append(batch, 0, batch.length, 0, timestamp)
  await sim.settle(sim.committed())
  return baseOffset
}

/** All records that a consumer sees, from the log start on. */
async function records(
  sim: SimLog,
): Promise<{ offset: number; key: string; value: string | null; timestamp: number }[]> {
  const log = sim.log()
  const found = []
  for (let offset = log.logStartOffset; offset < log.highWatermark;) {
    const read = await sim.settle(Promise.resolve(log.read(offset, 700, true)))
    const bytes = Buffer.concat(read.buffers)
    read.release()
    let next = offset
    for (let at = 0; at + header.HEADER_SIZE <= bytes.length; at += header.batchSize(bytes, at)) {
      if (at + header.batchSize(bytes, at) > bytes.length) break
      for (const { offset, key, value, timestamp } of readRecords(bytes, at, 1 << 20))
        found.push({ offset, key: String(key), value: value === null ? null : String(value), timestamp })
      next = header.lastOffset(bytes, at) + 1
    }
    assert.ok(next > offset, `nothing can be read at ${offset}`)
    offset = next
  }
  return found
}

it('keeps the last record of each key, at its offset, and every offset can be read from', async () => {
  const sim = new SimLog(1, { ...compacted, options: { cleaner: byHand } })
  await sim.open()
  const last = new Map<string, [number, string]>()
  for (let i = 0; i < 400; i++)
    last.set(`key ${i % 23}`, [await put(sim, `key ${i % 23}`, `value ${i}`), `value ${i}`])
  const before = sim.log().size
  const report = await sim.settle(sim.logs.cleaner.compactNow(sim.log()))
  assert.equal(report.bytesBefore, before)
  const found = await records(sim)
  assert.deepEqual(new Map(found.map(({ key, offset, value }) => [key, [offset, value]])), last)
  assert.equal(found.length, 23)
  for (let offset = 0; offset <= 400; offset++)
    await sim.settle(Promise.resolve(sim.log().read(offset, 10, true)))
  assert.equal((await sim.settle(offsetForTimestamp(sim.log(), 1000)))?.offset, 377)
  // Once more: what has become small is merged.
  await sim.settle(sim.logs.cleaner.compactNow(sim.log()))
  assert.deepEqual(sim.list(sim.log().directory), [
    '00000000000000000000.00000000000000000400.2.index',
    '00000000000000000000.00000000000000000400.2.log',
  ])
  assert.deepEqual(await records(sim), found)
  await sim.close()
  await sim.kill()
  await sim.open()
  assert.deepEqual(await records(sim), found)
  assert.equal(await put(sim, 'key 1', 'after the restart'), 400)
  await sim.kill()
  await sim.open()
  assert.equal((await records(sim)).at(-1)?.value, 'after the restart')
})

it('takes several passes when the keys do not fit into memory, and ends with the same', async () => {
  const sim = new SimLog(2, { ...compacted, options: { cleaner: { ...byHand, dedupeBytes: 64 * 24 } } })
  await sim.open()
  for (let i = 0; i < 600; i++) await put(sim, `key ${(i * 7) % 200}`, `value ${i}`)
  const report = await sim.settle(sim.logs.cleaner.compactNow(sim.log()))
  assert.ok(report.passes > 5, `${report.passes} passes`)
  const found = await records(sim)
  assert.equal(found.length, 200)
  assert.deepEqual(
    found.map(({ value }) => value),
    Array.from({ length: 200 }, (_, i) => `value ${400 + i}`),
  )
})

it('does not wait for a checkpoint that is far away', async () => {
  const options = { checkpointIntervalMs: 1e9, writeBehindIntervalMs: 1e9, writeBehindBytes: 1e9 }
  const sim = new SimLog(8, { ...compacted, options })
  await sim.open()
  for (let i = 0; i < 100; i++) await put(sim, `key ${i % 7}`, `value ${i}`)
  assert.ok(sim.log().segments.length > 3)
  await sim.pass(2 * testLogOptions.cleaner.backoffMs)
  const cleaned = sim.log().cleanedOffset
  assert.equal(cleaned, sim.log().segments.at(-1)?.baseOffset)
  assert.ok((await records(sim)).length < 100 - cleaned + 8)
})
