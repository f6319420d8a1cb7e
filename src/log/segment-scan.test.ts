import assert from 'node:assert/strict'
import { it } from 'node:test'
import { simEnv } from '../env/sim/env.ts'
import * as header from '../records/record-batch.ts'
import { followedByBatch, scanSegment } from './segment-scan.ts'
import { testBatch } from './testing/test-batch.ts'

interface Shape {
  readonly records?: number
  readonly valueBytes?: number
  readonly epoch?: number
}

/** Batches as a segment holds them, from this offset on. */
function stored(from: number, shapes: readonly Shape[]): Buffer[] {
  let offset = from
  return shapes.map(({ records = 1, valueBytes = 30, epoch = 0 }, id) => {
    const batch = testBatch({ id, records, valueBytes, timestamp: 100 + id })
    header.setBaseOffset(batch, 0, offset)
    header.setPartitionLeaderEpoch(batch, 0, epoch)
    offset += records
    return batch
  })
}

async function scan(
  bytes: Buffer,
  expectedOffset: number,
  position = 0,
  latestEpoch = -1,
): Promise<unknown[]> {
  const env = simEnv(1)
  const handle = await env.kernel.settle(env.files.open('/data/s', 'create'))
  await env.kernel.settle(handle.write([bytes], 0))
  const seen: number[] = []
  const result = await env.kernel.settle(
    scanSegment(env, '/data/s', position, expectedOffset, latestEpoch, null, (buffer, at) =>
      seen.push(header.baseOffset(buffer, at)),
    ),
  )
  assert.equal(result.fileBytes, bytes.length)
  return [seen, result.end, result.nextOffset, result.maxTimestamp]
}

it('takes all batches of a good file, from any batch on, whatever their size', async () => {
  const batches = stored(5, [
    { records: 3 },
    { valueBytes: 5 << 20 },
    {},
    { valueBytes: 3 << 20 },
    { records: 2 },
  ])
  const bytes = Buffer.concat(batches)
  assert.deepEqual(await scan(bytes, 5), [[5, 8, 9, 10, 11], bytes.length, 13, 105])
  const second = batches[0]?.length ?? 0
  assert.deepEqual(await scan(bytes, 8, second), [[8, 9, 10, 11], bytes.length, 13, 105])
  assert.deepEqual(await scan(Buffer.alloc(0), 5), [[], 0, 5, -1])
})

it('stops at the first batch that is torn, wherever it is torn', async () => {
  const batches = stored(0, [{}, {}, { valueBytes: 600 }])
  const bytes = Buffer.concat(batches)
  const good = bytes.length - (batches[2]?.length ?? 0)
  for (let length = good; length < bytes.length; length += 7) {
    assert.deepEqual(await scan(bytes.subarray(0, length), 0), [[0, 1], good, 2, 101], `${length} bytes`)
  }
  const zeros = Buffer.concat([bytes.subarray(0, good), Buffer.alloc(1000)])
  assert.deepEqual(await scan(zeros, 0), [[0, 1], good, 2, 101])
})

it('stops at the first batch with a wrong byte, offset or epoch', async () => {
  const batches = stored(0, [{}, {}, {}])
  const first = batches[0]?.length ?? 0
  for (let i = 0; i < (batches[1]?.length ?? 0); i++) {
    if (i >= 12 && i < 16) continue
    const bytes = Buffer.concat(batches)
    bytes[first + i] = (bytes[first + i] ?? 0) ^ 1
    assert.deepEqual((await scan(bytes, 0))[1], first, `byte ${i}`)
  }
  const gap = Buffer.concat([...stored(0, [{}]), ...stored(2, [{}])])
  assert.deepEqual((await scan(gap, 0))[0], [0])
  const back = Buffer.concat(stored(0, [{ epoch: 3 }, { epoch: 2 }]))
  assert.deepEqual((await scan(back, 0))[0], [0])
  assert.deepEqual((await scan(back, 0, 0, 4))[0], [])
})

it('tells whether good batches follow a bad one', async () => {
  const env = simEnv(1)
  const batches = stored(0, [{}, {}, { records: 4 }])
  const bytes = Buffer.concat(batches)
  const second = batches[0]?.length ?? 0
  bytes[second + 65] = (bytes[second + 65] ?? 0) ^ 1
  const handle = await env.kernel.settle(env.files.open('/data/s', 'create'))
  await env.kernel.settle(handle.write([bytes], 0))
  assert.equal(await env.kernel.settle(followedByBatch(env, '/data/s', second, 1)), 5)
  await env.kernel.settle(handle.truncate(bytes.length - 1))
  assert.equal(await env.kernel.settle(followedByBatch(env, '/data/s', second, 1)), -1)
})
