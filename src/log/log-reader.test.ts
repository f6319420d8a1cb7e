import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as header from '../records/record-batch.ts'
import type { LogRead } from './log-reader.ts'
import { SimLog } from './testing/sim-log.ts'

/** Batches of 1 to 3 records, in several segments and chunks. `cold`: nothing of it is in memory. */
async function filled(cold: boolean, batches = 40): Promise<SimLog> {
  const sim = new SimLog(2, { config: { segmentBytes: 9000 } })
  await sim.open()
  for (let i = 0; i < batches; i++)
    await sim.append(0, { records: 1 + (i % 3), valueBytes: 150 + ((i * 37) % 700) })
  if (!cold) return sim
  await sim.close()
  await sim.kill()
  await sim.open()
  return sim
}

async function read(sim: SimLog, offset: number, maxBytes: number, whole: boolean): Promise<LogRead> {
  return await sim.settle(Promise.resolve(sim.log().read(offset, maxBytes, whole)))
}

for (const cold of [false, true]) {
  describe(`a read ${cold ? 'from files' : 'from memory'}`, () => {
    it('begins with the batch that holds the offset, at every offset', async () => {
      const sim = await filled(cold)
      const { highWatermark } = sim.log()
      for (let offset = 0; offset < highWatermark; offset++) {
        const one = await read(sim, offset, 1, true)
        const bytes = Buffer.concat(one.buffers)
        assert.ok(header.baseOffset(bytes, 0) <= offset && header.lastOffset(bytes, 0) >= offset)
        assert.equal(bytes.length, header.batchSize(bytes, 0))
        one.release()
      }
    })

    it('gives the same bytes in pieces of any size', async () => {
      const sim = await filled(cold)
      const expected = await sim.readAll(0, 1_000_000)
      for (const maxBytes of [1, 700, 5000, 20_000])
        assert.deepEqual(await sim.readAll(0, maxBytes), expected)
      assert.equal(expected.size, 40)
    })

    it('keeps to the limit but for a first batch that must come whole', async () => {
      const sim = await filled(cold)
      for (const maxBytes of [1, 60, 61, 200, 3000]) {
        const part = await read(sim, 0, maxBytes, false)
        assert.ok(part.bytes <= maxBytes)
        part.release()
        const whole = await read(sim, 0, maxBytes, true)
        assert.ok(whole.bytes >= header.HEADER_SIZE)
        whole.release()
      }
      assert.equal((await read(sim, 0, 0, false)).bytes, 0)
    })

    it('gives nothing at the high watermark and refuses what is outside', async () => {
      const sim = await filled(cold)
      const { highWatermark } = sim.log()
      assert.equal((await read(sim, highWatermark, 1000, true)).bytes, 0)
      assert.throws(() => sim.log().read(highWatermark + 1, 1000, true), { errorName: 'OFFSET_OUT_OF_RANGE' })
      sim.log().advanceLogStart(5)
      assert.throws(() => sim.log().read(4, 1000, true), { errorName: 'OFFSET_OUT_OF_RANGE' })
      await read(sim, 5, 1000, true)
    })
  })
}

it('nothing above the high watermark is served', async () => {
  const sim = await filled(false, 3)
  const { highWatermark } = sim.log()
  sim.submit()
  assert.equal((await read(sim, highWatermark, 10_000, true)).bytes, 0)
  assert.equal(
    (await read(sim, highWatermark - 1, 10_000, true)).bytes,
    (await read(sim, highWatermark - 1, 1, true)).bytes,
  )
  await sim.settle(sim.committed())
  assert.ok((await read(sim, highWatermark, 10_000, true)).bytes > 0)
})

it('a reader keeps its bytes while the memory is written out, dropped and used again', async () => {
  const sim = await filled(false, 4)
  const held = await read(sim, 0, 100_000, true)
  const before = Buffer.concat(held.buffers)
  for (let i = 0; i < 150; i++) await sim.append(0, { valueBytes: 2000 })
  await sim.pass(1000)
  assert.ok((sim.log().tail.chunks[0]?.baseOffset ?? 0) > 10, 'the first chunk has been dropped')
  assert.deepEqual(Buffer.concat(held.buffers), before)
  held.release()
})

it('a read that meets the removal of its segment says that the offset is out of range', async () => {
  const sim = await filled(true)
  const reading = Promise.resolve(sim.log().read(0, 1000, true))
  sim.log().advanceLogStart(sim.log().highWatermark)
  const removed = sim.logs.persistLogStart(sim.log())
  const outcome = reading.then(
    () => 'read',
    (error: unknown) => error,
  )
  await sim.settle(removed)
  await sim.pass(100)
  const result = await outcome
  if (result !== 'read')
    assert.ok(
      result instanceof Error && 'errorName' in result && result.errorName === 'OFFSET_OUT_OF_RANGE',
      String(result),
    )
  assert.deepEqual(sim.list(sim.log().directory), [])
})

it('a file that is shorter than it should be is an error, not an endless search', async () => {
  const sim = await filled(true)
  const path = sim.log().segments[0]?.path ?? ''
  sim.node.disk.file(path, 'cut').content.truncate(500)
  await assert.rejects(read(sim, 5, 100_000, true), { errorName: 'CORRUPT_MESSAGE' })
  await assert.rejects(
    read(sim, 0, 100_000, true).then((first) => read(sim, 3, first.bytes, true)),
    { errorName: 'CORRUPT_MESSAGE' },
  )
})

it('a disk that can not be read is an error of the partition', async () => {
  const sim = await filled(true)
  sim.node.disk.fault = ({ kind }) => (kind === 'read' ? 'EIO' : null)
  await assert.rejects(read(sim, 0, 1000, true), { errorName: 'KAFKA_STORAGE_ERROR' })
  sim.node.disk.fault = null
  await read(sim, 0, 1000, true)
  assert.ok(sim.lines.has('a read from a segment failed'))
})
