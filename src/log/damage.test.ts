// One damaged byte anywhere: it is noticed, never served, and nothing else is lost.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FileError } from '../env/files.ts'
import { Prng } from '../env/sim/prng.ts'
import { KafkaError } from '../protocol/errors.ts'
import { SimLog } from './testing/sim-log.ts'
import { WalDamagedError } from './wal/wal-replay.ts'

const partitions = [0, 1]

interface Written {
  readonly sim: SimLog
  /** Ids by base offset, of each partition. */
  readonly expected: readonly Map<number, number>[]
}

/** Sealed segments with indexes, an active one, a checkpoint, two WAL files behind it, and a kill after a quiet moment. */
async function written(directBytesMin = Infinity): Promise<Written> {
  const sim = new SimLog(5, { partitions: 2, config: { segmentBytes: 6000 }, options: { directBytesMin } })
  await sim.open()
  for (let i = 0; i < 30; i++)
    await sim.append(i % 2, { records: 1 + (i % 3), valueBytes: 100 + i * 10 }, i < 20 ? 1 : 4)
  await sim.settle(sim.logs.checkpoint())
  for (let i = 0; i < 16; i++) await sim.append(i % 2, { records: 2, valueBytes: 1500 }, 4)
  await sim.pass(150)
  const expected = []
  for (const partition of partitions) expected.push(await sim.readAll(partition))
  await sim.kill()
  return { sim, expected }
}

type Outcome = 'all there' | 'refused to start' | 'offline' | 'refused to read'

/** Starts on the damaged disk and reads everything. Fails when anything wrong is served or something is missing without a word. */
async function outcomeOf({ sim, expected }: Written): Promise<Outcome> {
  try {
    await sim.open()
  } catch (error) {
    assert.ok(error instanceof WalDamagedError || error instanceof FileError, String(error))
    assert.match(error.message, /is damaged at byte \d+ \(sequence \d+\)|another data directory/)
    return 'refused to start'
  }
  let outcome: Outcome = 'all there'
  for (const partition of partitions) {
    const all = expected[partition] as Map<number, number>
    try {
      const found = await sim.readAll(partition)
      assert.deepEqual(found, all, `partition ${partition}`)
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      assert.match(error.message, /offsets \d+ and \d+ are damaged|the batch at byte \d+ of .* is damaged/)
      outcome = error.errorName === 'CORRUPT_MESSAGE' ? 'refused to read' : 'offline'
    }
  }
  return outcome
}

async function afterFlip(
  path: (sim: SimLog) => string,
  position: (size: number) => number,
  directBytesMin = Infinity,
): Promise<Outcome> {
  const state = await written(directBytesMin)
  const file = path(state.sim)
  state.sim.node.disk.corrupt(file, position(state.sim.size(file)))
  return await outcomeOf(state)
}

const segments = (sim: SimLog, partition: number): string[] => {
  const directory = sim.log(partition).directory
  return sim
    .list(directory)
    .filter((name) => name.endsWith('.log'))
    .map((name) => `${directory}/${name}`)
}

describe('one damaged byte', () => {
  it('in the header of a batch of a closed segment is never served', async () => {
    for (let position = 0; position < 61; position++) {
      const outcome = await afterFlip(
        (sim) => segments(sim, 0)[0] as string,
        () => position,
      )
      assert.equal(outcome, 'refused to read', `byte ${position}`)
    }
  })

  it('anywhere in a closed segment is never served', async () => {
    const random = new Prng('closed segment')
    for (let i = 0; i < 30; i++) {
      const outcome = await afterFlip(
        (sim) => segments(sim, i % 2)[0] as string,
        (size) => random.below(size),
      )
      assert.equal(outcome, 'refused to read')
    }
  })

  it('in what the WAL still has of a segment is repaired by recovery', async () => {
    const random = new Prng('active segment')
    for (let i = 0; i < 20; i++) {
      const outcome = await afterFlip(
        (sim) => segments(sim, 0).at(-1) as string,
        (size) => random.below(size),
      )
      assert.equal(outcome, 'all there')
    }
  })

  it('in what the WAL only refers to takes the partition offline', async () => {
    const random = new Prng('direct segment')
    const seen = new Set<Outcome>()
    for (let i = 0; i < 40; i++) {
      const last = (sim: SimLog): string => segments(sim, 0).at(-1) as string
      seen.add(await afterFlip(last, (size) => random.below(size), 1000))
    }
    assert.deepEqual(seen, new Set(['offline']))
  })

  it('in an index costs nothing', async () => {
    const random = new Prng('index')
    for (let i = 0; i < 12; i++) {
      const path = (sim: SimLog): string => (segments(sim, 0)[0] as string).replace('.log', '.index')
      assert.equal(await afterFlip(path, (size) => random.below(size)), 'all there')
    }
  })

  it('in the checkpoint costs nothing but time', async () => {
    const random = new Prng('checkpoint')
    for (let i = 0; i < 40; i++) {
      assert.equal(
        await afterFlip(
          () => '/data/checkpoint',
          (size) => (i < 20 ? i * 3 : random.below(size)),
        ),
        'all there',
      )
    }
  })

  it('in the WAL is never served, and never cuts off what was acknowledged', async () => {
    const random = new Prng('wal')
    const seen = new Set<Outcome>()
    for (let i = 0; i < 100; i++) {
      const wal = (sim: SimLog): string => {
        const names = sim.list('/data/wal').filter((name) => /^wal-\d+\.log$/.test(name))
        return `/data/wal/${names[random.below(names.length)] ?? ''}`
      }
      seen.add(
        await afterFlip(wal, (size) =>
          i % 10 === 0
            ? random.below(64)
            : i % 10 === 1
              ? 4096 + random.below(192)
              : 4096 + random.below(Math.min(size, 30_000) - 4096),
        ),
      )
    }
    assert.ok(seen.has('refused to start') && seen.has('offline') && seen.has('all there'), [...seen].join())
  })
})

describe('a partition whose acknowledged records are damaged in the WAL', () => {
  async function damaged(): Promise<SimLog> {
    const sim = new SimLog(9, { partitions: 2 })
    await sim.open()
    for (let i = 0; i < 6; i++) await sim.append(i % 2, { valueBytes: 300 })
    await sim.pass(150)
    await sim.kill()
    // The payload of the first record: file header, group header, record header, batch header.
    sim.node.disk.corrupt('/data/wal/wal-00000000000000000001.log', 4096 + 64 + 64 + 61 + 20)
    await sim.open()
    return sim
  }

  it('is not served, and the others are', async () => {
    const sim = await damaged()
    assert.throws(() => sim.log(0).read(0, 100, true), /offsets 0 and 0 are damaged/)
    assert.throws(() => sim.submit(0), { errorName: 'KAFKA_STORAGE_ERROR' })
    assert.equal((await sim.readAll(1)).size, 3)
    await sim.append(1)
    assert.ok(sim.lines.has('damaged in /data/wal/wal-00000000000000000001.log'))
  })

  it('stays so over restarts, and its WAL file stays for a repair', async () => {
    const sim = await damaged()
    for (const stop of ['kill', 'close', 'cutPower'] as const) {
      for (let i = 0; i < 40; i++) await sim.append(1, { valueBytes: 3000 })
      await sim[stop]()
      if (stop === 'close') await sim.kill()
      await sim.open()
      assert.throws(() => sim.log(0).read(0, 100, true), { errorName: 'KAFKA_STORAGE_ERROR' })
      assert.ok(sim.list('/data/wal').includes('wal-00000000000000000001.log'))
    }
    assert.equal((await sim.readAll(1)).size, 123)
  })

  it('lets go of the WAL file when its topic is deleted', async () => {
    const sim = await damaged()
    await sim.settle(sim.logs.delete(sim.log(0).topicId))
    await sim.kill()
    sim.specs.length = 0
    await sim.open()
    await sim.close()
    await sim.kill()
    await sim.open({ walFilesRecycledMax: 0 })
    assert.ok(!sim.list('/data/wal').includes('wal-00000000000000000001.log'))
  })
})
