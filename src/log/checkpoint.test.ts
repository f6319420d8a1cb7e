import assert from 'node:assert/strict'
import { it } from 'node:test'
import { FileError } from '../env/files.ts'
import { simEnv } from '../env/sim/env.ts'
import { crc32c } from '../util/crc32c.ts'
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.ts'
import { LeaderEpochs } from './leader-epochs.ts'
import { ProducerState } from './producer-state.ts'

function sample(walFileNumber: number): Checkpoint {
  const producers = new ProducerState()
  producers.replay(
    {
      producerId: 2 ** 40,
      producerEpoch: 3,
      baseSequence: 7,
      lastOffsetDelta: 2,
      maxTimestamp: 99,
      transactional: false,
    },
    5,
    7,
    8,
  )
  const partition = {
    topicId: Buffer.from('topic id, 16 byt'),
    partition: 4,
    logStartOffset: 2,
    recoveryOffset: 2 ** 50,
    damagedTo: -1,
    cleanedOffset: 77,
    segments: [
      { baseOffset: 0, size: 100, maxTimestamp: -1, cleaned: { endOffset: 2 ** 45, generation: 3 } },
      { baseOffset: 2 ** 45, size: 2 ** 31, maxTimestamp: 1e12, cleaned: null },
    ],
    epochs: new LeaderEpochs([
      { epoch: 0, startOffset: 2 },
      { epoch: 9, startOffset: 80 },
    ]),
    producers: producers.encode(Infinity),
  }
  const empty = {
    ...partition,
    partition: 5,
    damagedTo: 77,
    cleanedOffset: 0,
    segments: [],
    epochs: new LeaderEpochs(),
    producers: new ProducerState().encode(0),
  }
  return {
    clean: false,
    walHasRest: true,
    walFileNumber,
    lastSequence: 2 ** 41,
    keptFrom: 3,
    keptTo: 5,
    createdMs: 1_700_000_000_000,
    partitions: [partition, empty],
  }
}

it('comes back as it was written', async () => {
  const { files, kernel, ...rest } = simEnv(1)
  const env = { files, kernel, ...rest }
  assert.equal(await kernel.settle(readCheckpoint(env, '/data')), null)
  await kernel.settle(writeCheckpoint(env, '/data', sample(6)))
  const read = await kernel.settle(readCheckpoint(env, '/data'))
  assert.ok(read !== null && read !== 'damaged')
  const producers = read.partitions.map((partition) => Buffer.from(partition.producers))
  assert.deepEqual(
    {
      ...read,
      partitions: read.partitions.map((partition, i) => ({ ...partition, producers: producers[i] })),
    },
    sample(6),
  )
})

it('is either the old or the new one after a crash at any moment', async () => {
  const seen = new Set<number>()
  for (let seed = 0; seed < 60; seed++) {
    const env = simEnv(seed)
    await env.kernel.settle(writeCheckpoint(env, '/data', sample(1)))
    const first = env.node.disk.operations
    const crashAt = first + (seed % 9)
    env.node.disk.onOperation = ({ serial }) => serial === crashAt && env.node.crash()
    const outcome = await env.kernel.settle(
      writeCheckpoint(env, '/data', sample(2)).then(
        () => 2,
        () => 0,
      ),
    )
    env.node.disk.onOperation = null
    env.node.crash()
    const reader = env.node.boot()
    const read = await env.kernel.settle(readCheckpoint(reader, '/data'))
    assert.ok(read !== null && read !== 'damaged')
    if (outcome === 2) assert.equal(read.walFileNumber, 2)
    seen.add(read.walFileNumber)
  }
  assert.deepEqual(
    [...seen].sort((a, b) => a - b),
    [1, 2],
  )
})

it('is damaged when a byte is, and refused when a newer release wrote it', async () => {
  const env = simEnv(1)
  await env.kernel.settle(writeCheckpoint(env, '/data', sample(1)))
  const { content } = env.node.disk.file('/data/checkpoint', 'look')
  for (let i = 0; i < content.size; i += i < 64 ? 1 : 13) {
    content.flip(i, 3)
    assert.equal(await env.kernel.settle(readCheckpoint(env, '/data')), 'damaged', `byte ${i}`)
    content.flip(i, 3)
  }
  const bytes = Buffer.alloc(content.size)
  content.read(bytes, 0)
  bytes.writeUInt32BE(3, 12)
  bytes.writeUInt32BE(crc32c(bytes.subarray(12)), 8)
  content.write(bytes, 0)
  await assert.rejects(
    env.kernel.settle(readCheckpoint(env, '/data')),
    (error) => error instanceof FileError && /format version 3/.test(error.message),
  )
})

it('is refused by name when its bytes are sound and its layout is not that of its version', async () => {
  const env = simEnv(1)
  await env.kernel.settle(writeCheckpoint(env, '/data', sample(1)))
  const { content } = env.node.disk.file('/data/checkpoint', 'look')
  const bytes = Buffer.alloc(content.size)
  content.read(bytes, 0)
  // As many segments as only another layout would have.
  bytes.writeUInt32BE(0xffff, 64 + 52)
  bytes.writeUInt32BE(crc32c(bytes.subarray(12)), 8)
  content.write(bytes, 0)
  await assert.rejects(
    env.kernel.settle(readCheckpoint(env, '/data')),
    (error) =>
      error instanceof FileError && /states format version 2, but has another layout/.test(error.message),
  )
})
