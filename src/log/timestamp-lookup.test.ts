import assert from 'node:assert/strict'
import { it } from 'node:test'
import { SimLog } from './testing/sim-log.ts'
import { offsetForTimestamp, offsetOfMaxTimestamp, type TimestampOffset } from './timestamp-lookup.ts'

/** Timestamp of every record, by offset. */
const times: readonly number[] = Array.from({ length: 90 }, (_, i) => 1000 + ((i * 7919) % 500) + i * 5)

async function filled(cold: boolean): Promise<SimLog> {
  const sim = new SimLog(3, { config: { segmentBytes: 6000 } })
  await sim.open()
  for (const [i, timestamp] of times.entries()) {
    await sim.append(0, { timestamp, valueBytes: 200 + (i % 5) * 150 }, i < 50 ? 0 : 2)
  }
  if (!cold) return sim
  await sim.close()
  await sim.kill()
  await sim.open()
  return sim
}

function expected(timestamp: number, start: number): TimestampOffset | null {
  const offset = times.findIndex((time, at) => at >= start && time >= timestamp)
  return offset < 0 ? null : { offset, timestamp: times[offset] as number, leaderEpoch: offset < 50 ? 0 : 2 }
}

function newest(start: number): TimestampOffset | null {
  const kept = times.slice(start)
  return kept.length === 0 ? null : expected(Math.max(...kept), start)
}

for (const cold of [false, true]) {
  it(`finds the first record at or after a time, ${cold ? 'in files' : 'in memory'}`, async () => {
    const sim = await filled(cold)
    for (const start of [0, 17, 60, 90]) {
      sim.log().advanceLogStart(start)
      for (let timestamp = 900; timestamp < 2100; timestamp += 23) {
        assert.deepEqual(
          await sim.settle(offsetForTimestamp(sim.log(), timestamp)),
          expected(timestamp, start),
          `${timestamp} from ${start}`,
        )
      }
      assert.deepEqual(await sim.settle(offsetOfMaxTimestamp(sim.log())), newest(start))
    }
  })
}

it('looks into a batch for the record', async () => {
  const sim = new SimLog(1)
  await sim.open()
  await sim.append(0, { records: 5, timestamp: 100 })
  await sim.append(0, { records: 5, timestamp: 50 })
  assert.deepEqual(await sim.settle(offsetForTimestamp(sim.log(), 103)), {
    offset: 3,
    timestamp: 103,
    leaderEpoch: 0,
  })
  sim.log().advanceLogStart(4)
  assert.equal((await sim.settle(offsetForTimestamp(sim.log(), 50)))?.offset, 4)
  assert.equal((await sim.settle(offsetOfMaxTimestamp(sim.log())))?.offset, 4)
  sim.log().advanceLogStart(5)
  assert.equal((await sim.settle(offsetOfMaxTimestamp(sim.log())))?.offset, 9)
})

it('does not see what is not committed, and is not confused by it', async () => {
  const sim = new SimLog(1)
  await sim.open()
  assert.equal(await sim.settle(offsetOfMaxTimestamp(sim.log())), null)
  assert.equal(await sim.settle(offsetForTimestamp(sim.log(), 0)), null)
  await sim.append(0, { timestamp: 100 })
  sim.node.disk.fault = null
  sim.submit(0, { timestamp: 500 })
  const looking = [offsetOfMaxTimestamp(sim.log()), offsetForTimestamp(sim.log(), 400)]
  const [max, later] = await sim.settle(Promise.all(looking))
  assert.ok(max !== null && max !== undefined)
  assert.ok(max.offset < sim.log().highWatermark)
  assert.ok(later === null || later === undefined || later.offset < sim.log().highWatermark)
})

it('refuses to answer from damaged batches', async () => {
  const sim = await filled(true)
  sim.node.disk.corrupt(sim.log().segments[0]?.path ?? '', 70)
  await assert.rejects(sim.settle(offsetForTimestamp(sim.log(), 1000)), { errorName: 'CORRUPT_MESSAGE' })
})
