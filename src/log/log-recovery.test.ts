import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Env } from '../env/env.ts'
import type { SimNode } from '../env/sim/node.ts'
import { SimWorld } from '../env/sim/world.ts'
import { buildBatch } from '../records/build-batch.ts'
import type { LogConfig } from './log-config.ts'
import { LogManager } from './log-manager.ts'
import { noLogMetrics } from './log-metrics.ts'
import type { LogOptions } from './log-options.ts'
import type { PartitionLog } from './partition-log.ts'
import { segmentFileName } from './segment.ts'
import { testLogOptions } from './testing/test-options.ts'

const spec = { topic: 't', topicId: 'AAAAAAAAAAAAAAAAAAAAAQ', partition: 0 }
const silent = { info: () => {}, warn: () => {}, error: () => {} }

const options: LogOptions = {
  directory: '/data',
  directoryId: Buffer.alloc(16, 7),
  sync: 'commit',
  syncIntervalMs: 100,
  walFileBytes: 1 << 20,
  walFilesRecycledMax: 2,
  walFilesMax: 4,
  groupBytesMax: 512 << 10,
  groupRecordsMax: 100,
  directBytesMin: 512 << 10,
  lingerMs: 0,
  cacheBytes: 8 << 20,
  writeBehindBytes: 1 << 20,
  writeBehindIntervalMs: 1000,
  readBufferBytes: 1 << 20,
  openFilesMax: 100,
  checkpointIntervalMs: 30_000,
  retentionCheckIntervalMs: 1_000_000,
  diskReserveBytes: 0,
  producerIdExpirationMs: 1e9,
  cleaner: testLogOptions.cleaner,
  // A process that has died fails in all that was under way; a log that could not go on shows by what it does not do.
  onFatal: () => {},
}

const config: LogConfig = {
  segmentBytes: 4000,
  segmentMs: 1e12,
  retentionMs: -1,
  retentionBytes: -1,
  deleteOldSegments: true,
  compaction: null,
  fileDeleteDelayMs: 0,
}

interface Opened {
  readonly env: Env
  readonly manager: LogManager
  readonly log: PartitionLog
}

async function open(node: SimNode, changed: Partial<LogOptions> = {}): Promise<Opened> {
  const env = node.boot()
  const manager = await LogManager.open(
    env,
    { ...options, ...changed },
    [spec],
    () => config,
    noLogMetrics,
    silent,
  )
  const [log] = manager.all()
  assert.ok(log)
  return { env, manager, log }
}

/** Appends batches of one record each and waits until they are committed. */
async function append({ env, manager, log }: Opened, count: number, bytes = 1000): Promise<void> {
  for (let i = 0; i < count; i++) {
    const batch = buildBatch({}, [{ timestamp: 1, value: env.random.bytes(bytes) }])
    log.append(batch, 0, batch.length, 0, 1)
    await new Promise<void>((resolve) => manager.committer.afterCommit(resolve))
  }
}

it('loses nothing when a crash left a segment file empty, and another crash follows the recovery', async () => {
  const world = new SimWorld(1)
  const node = world.node('a')
  const run = async (): Promise<void> => {
    const first = await open(node)
    await append(first, 3)
    await first.manager.checkpoint()
    // The process dies when it has made the file of the next segment and before anything is in it.
    await (await first.env.files.open(`${first.log.directory}/${segmentFileName(3)}`, 'exclusive')).close()
    node.kill()
    assert.equal((await open(node)).log.logEndOffset, 3)
    node.kill()
    const third = await open(node)
    assert.equal(third.log.logEndOffset, 3)
    assert.ok((await third.log.read(0, 100_000, true)).bytes > 3000)
  }
  await world.kernel.settle(run())
})

it('keeps records of long ago in one segment, and rolls when segment.ms lies between two of them', async () => {
  const world = new SimWorld(1)
  const run = async (): Promise<void> => {
    const { log } = await open(world.node('a'))
    log.config = { ...config, segmentBytes: 1 << 20, segmentMs: 1000 }
    const now = 1_700_000_000_000
    for (const timestamp of [5000, 5900, 6000, 6001, 7000, -1]) {
      const batch = buildBatch({}, [{ timestamp, value: Buffer.from('v') }])
      log.append(batch, 0, batch.length, 0, now)
    }
    assert.deepEqual(
      log.segments.map(({ baseOffset }) => baseOffset),
      [0, 3, 5],
    )
  }
  await world.kernel.settle(run())
})

it('refuses a batch that no file of the write-ahead log can hold, and takes the largest that one can', async () => {
  const world = new SimWorld(1)
  const run = async (): Promise<void> => {
    const opened = await open(world.node('a'), { groupBytesMax: 1 << 20, groupRecordsMax: 2000 })
    await assert.rejects(append(opened, 1, 1_048_500), { errorName: 'MESSAGE_TOO_LARGE' })
    await append(opened, 2, 1_044_000)
    assert.equal(opened.log.highWatermark, 2)
    // Many small ones in one turn fill a group, which has to fit as well.
    await Promise.all(Array.from({ length: 1100 }, () => append(opened, 1, 900)))
    assert.equal(opened.log.highWatermark, 1102)
  }
  await world.kernel.settle(run())
})

it('starts after a crash with wal.sync=os that follows a run with a write-ahead log', async () => {
  const world = new SimWorld(1)
  const node = world.node('a')
  const run = async (): Promise<void> => {
    for (let i = 0; i < 3; i++) {
      await append(await open(node), 5)
      node.kill()
    }
    const second = await open(node, { sync: 'os' })
    await append(second, 5)
    await second.manager.checkpoint()
    node.kill()
    assert.equal((await open(node, { sync: 'os' })).log.logEndOffset, 20)
    node.kill()
    assert.equal((await open(node)).log.logEndOffset, 20)
  }
  await world.kernel.settle(run())
})

// Of 300 seeds, these are some at which the process dies while a sync runs beside a write.
for (const seed of [36, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
  it(`starts after a power cut with wal.sync=interval, seed ${seed}`, async () => {
    const world = new SimWorld(seed)
    const node = world.node('a')
    const run = async (): Promise<void> => {
      const first = await open(node, { sync: 'interval', syncIntervalMs: 4 })
      append(first, 1000, 80_000).catch(() => {})
      await new Promise<void>((resolve) => first.env.scheduler.after(3 + seed / 3, resolve))
    }
    await world.kernel.settle(run())
    node.crash()
    await world.kernel.settle(open(node, { sync: 'interval' }).then(() => {}))
  })
}
