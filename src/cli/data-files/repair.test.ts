import assert from 'node:assert/strict'
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { ClusterClient } from '../../client/cluster-client.ts'
import { Consumer } from '../../client/consumer.ts'
import { Producer } from '../../client/producer.ts'
import { createTopics } from '../../client/topic-admin.ts'
import { loadConfig } from '../../config/load.ts'
import { nodeEnv } from '../../env/node/env.ts'
import {
  walFileName,
  walRecordHeaderBytes,
  type WalRecordType,
  walRecordType,
} from '../../log/wal/wal-format.ts'
import * as header from '../../records/record-batch.ts'
import { startServer, type RunningServer } from '../../server/server.ts'
import { readOfflineDirectory } from './offline-directory.ts'
import { repairDirectory, type Repaired } from './repair.ts'
import { walkSegment, type WalkedBatch } from './segment-walk.ts'
import { surveyDirectory } from './survey.ts'
import { walkWal, type WalkedRecord } from './wal-walk.ts'

const env = nodeEnv()
const TOPIC = 'orders'
const BATCHES = 20
const PER_BATCH = 5
const root = mkdtempSync(join(tmpdir(), 'chronik-repair-'))
/** As an orderly stop leaves it: all in segments. */
const stopped = join(root, 'stopped')
/** As a crash leaves it right after the last acknowledgement: in the write-ahead log only. */
const crashed = join(root, 'crashed')
/** The same, but each batch is large enough to stand in the segment only. */
const referred = join(root, 'referred')
const padding = '.'.repeat(1000)
let copies = 0

function startOn(directory: string, directBytes = '1GiB'): Promise<RunningServer> {
  const flags = [
    { name: 'data.dir', raw: directory, flag: '--data-dir' },
    { name: 'kafka.listen', raw: '127.0.0.1:0', flag: '--kafka' },
    { name: 'http.listen', raw: '127.0.0.1:0', flag: '--http' },
    { name: 'log.level', raw: 'error', flag: '--set' },
    { name: 'wal.profile', raw: 'low', flag: '--set' },
    { name: 'wal.direct.min.bytes', raw: directBytes, flag: '--set' },
  ]
  return startServer(loadConfig({ flags, machine: { memoryBytes: 2 ** 32 } }), { env })
}

async function withClientOf<T>(
  server: RunningServer,
  work: (client: ClusterClient) => Promise<T>,
): Promise<T> {
  await using client = new ClusterClient(env, [server.kafka])
  return await work(client)
}

/** The values by offset that the server on this directory serves, from offset 0 to its end. */
async function served(directory: string): Promise<Map<number, string>> {
  const server = await startOn(directory)
  try {
    return await withClientOf(server, async (client) => {
      const consumer = new Consumer(client, { maxWaitMs: 50 })
      consumer.seek(TOPIC, 0, 0)
      const values = new Map<number, string>()
      for (;;) {
        const { records, positions } = await consumer.poll()
        for (const { offset, value } of records) values.set(offset, String(value))
        const [position] = positions
        if (position !== undefined && position.offset >= position.endOffset) return values
      }
    })
  } finally {
    await server.close()
  }
}

function copyOf(directory: string): string {
  const copy = join(root, `copy-${++copies}`)
  cpSync(directory, copy, { recursive: true })
  return copy
}

function flip(path: string, position: number): void {
  const bytes = readFileSync(path)
  bytes[position] = (bytes[position] ?? 0) ^ 0xff
  writeFileSync(path, bytes)
}

function without(...lost: readonly number[]): Map<number, string> {
  return valuesWithout(lost, '')
}

function valuesWithout(lost: readonly number[], end: string): Map<number, string> {
  const all = Array.from(
    { length: BATCHES * PER_BATCH },
    (_, offset) => [offset, `value ${offset}${end}`] as const,
  )
  return new Map(all.filter(([offset]) => !lost.includes(Math.floor(offset / PER_BATCH))))
}

async function segmentOf(
  directory: string,
): Promise<{ readonly path: string; readonly batches: readonly WalkedBatch[] }> {
  const { partitions } = await readOfflineDirectory(env, directory)
  const partition = partitions.find(({ topic }) => topic === TOPIC)
  assert.ok(partition)
  const path = `${partition.directory}/00000000000000000000.log`
  const batches: WalkedBatch[] = []
  for await (const item of walkSegment(env, path, 0)) if (item.kind === 'batch') batches.push(item)
  return { path, batches }
}

async function walRecordsOf(
  directory: string,
  type: WalRecordType = walRecordType.data,
): Promise<readonly WalkedRecord[]> {
  const offline = await readOfflineDirectory(env, directory)
  const { neededWalFiles, nameOf } = offline
  const records: WalkedRecord[] = []
  for await (const item of walkWal(env, offline, neededWalFiles, null)) {
    if (item.kind !== 'record' || item.header.type !== type) continue
    if (nameOf(item.header.topicId.toString('base64url')) === TOPIC) records.push(item)
  }
  return records
}

/** Segment files that no checkpoint counts on, as if the crash had come before anything was written behind. */
function removeSegments(directory: string): void {
  for (const name of readdirSync(join(directory, 'log')))
    rmSync(join(directory, 'log', name), { recursive: true })
}

async function damagesOf(directory: string): Promise<number> {
  let count = 0
  for await (const item of surveyDirectory(env, await readOfflineDirectory(env, directory))) {
    if (item.kind === 'damage') count++
  }
  return count
}

function spans(repaired: Repaired, kind: 'lost' | 'restored'): readonly (readonly [number, number])[] {
  return repaired[kind].map(({ firstOffset, lastOffset }) => [firstOffset, lastOffset] as const)
}

async function write(server: RunningServer, end: string): Promise<void> {
  await withClientOf(server, async (client) => {
    await createTopics(client, [{ name: TOPIC, partitions: 1, replicationFactor: 1, configs: {} }])
    await using producer = new Producer(client, { lingerMs: 0 })
    for (let batch = 0; batch < BATCHES; batch++) {
      for (let index = 0; index < PER_BATCH; index++) {
        const value = Buffer.from(`value ${batch * PER_BATCH + index}${end}`)
        await producer.enqueue({ topic: TOPIC, partition: 0, key: null, value })
      }
      await producer.flush()
    }
  })
}

describe('log verify and repair', () => {
  before(async () => {
    const server = await startOn(stopped)
    await write(server, '')
    cpSync(stopped, crashed, { recursive: true })
    await server.close()
    const direct = join(root, 'direct')
    const second = await startOn(direct, '4KiB')
    await write(second, padding)
    cpSync(direct, referred, { recursive: true })
    await second.close()
  })
  after(() => rmSync(root, { recursive: true }))

  it('finds nothing in good directories', async () => {
    assert.equal(await damagesOf(stopped), 0)
    assert.equal(await damagesOf(crashed), 0)
    assert.equal((await segmentOf(stopped)).batches.length, BATCHES)
    assert.equal((await walRecordsOf(crashed)).length, BATCHES)
    assert.deepEqual(await served(copyOf(crashed)), without())
  })

  it('names a damaged batch, and restores it from the write-ahead log', async () => {
    const directory = copyOf(stopped)
    const { path, batches } = await segmentOf(directory)
    flip(path, (batches[7]?.position ?? 0) + header.HEADER_SIZE + 3)
    const repaired = await repairDirectory(env, directory, false)
    assert.equal(repaired.damages.length, 1)
    assert.deepEqual([repaired.damages[0]?.firstOffset, repaired.damages[0]?.lastOffset], [35, 39])
    assert.deepEqual(spans(repaired, 'restored'), [[35, 39]])
    assert.deepEqual(spans(repaired, 'lost'), [])
    assert.equal(await damagesOf(directory), 0)
    assert.deepEqual(await served(directory), without())
  })

  for (const [what, at] of [
    ['first', 0],
    ['middle', 7],
    ['last', BATCHES - 1],
  ] as const) {
    for (const field of [header.LENGTH_AT, header.MAGIC_AT, header.CRC_AT, header.HEADER_SIZE + 2]) {
      it(`keeps all other batches when byte ${field} of the ${what} one is damaged and nothing else has it`, async () => {
        const directory = copyOf(stopped)
        rmSync(join(directory, 'wal'), { recursive: true })
        const { path, batches } = await segmentOf(directory)
        const old = readFileSync(path)
        flip(path, (batches[at]?.position ?? 0) + field)
        const repaired = await repairDirectory(env, directory, false)
        assert.deepEqual(spans(repaired, 'lost'), [[at * PER_BATCH, at * PER_BATCH + PER_BATCH - 1]])
        assert.ok(repaired.aside)
        const aside = readFileSync(join(repaired.aside, path.slice(directory.length)))
        assert.equal(aside.length, old.length)
        assert.equal(await damagesOf(directory), 0)
        assert.deepEqual(await served(directory), without(at))
      })
    }
  }

  it('fills up a segment that was cut, and one that is missing', async () => {
    for (const damage of [(path: string): void => truncateSync(path, statSync(path).size >> 1), rmSync]) {
      const directory = copyOf(stopped)
      const { path, batches } = await segmentOf(directory)
      damage(path)
      assert.ok((await damagesOf(directory)) > 0)
      await repairDirectory(env, directory, false)
      assert.equal(await damagesOf(directory), 0)
      assert.equal((await segmentOf(directory)).batches.length, batches.length)
      assert.deepEqual(await served(directory), without())
    }
  })

  it('drops only the damaged record of the write-ahead log', async () => {
    const directory = copyOf(crashed)
    removeSegments(directory)
    const record = (await walRecordsOf(directory))[7]
    assert.ok(record)
    flip(record.path, record.position + walRecordHeaderBytes + header.HEADER_SIZE + 1)
    const repaired = await repairDirectory(env, directory, false)
    assert.deepEqual(spans(repaired, 'lost'), [[35, 39]])
    assert.equal(await damagesOf(directory), 0)
    assert.deepEqual(await served(directory), without(7))
  })

  it('repairs what an earlier start has taken offline', async () => {
    const directory = copyOf(crashed)
    removeSegments(directory)
    const record = (await walRecordsOf(directory))[7]
    assert.ok(record)
    flip(record.path, record.position + walRecordHeaderBytes + header.HEADER_SIZE + 1)
    // It starts, does not serve the partition, and keeps what a repair needs, also over a second start.
    for (let i = 0; i < 2; i++) await (await startOn(directory)).close()
    const { checkpoint } = await readOfflineDirectory(env, directory)
    assert.equal(
      checkpoint?.partitions.some(({ damagedTo }) => damagedTo === 39),
      true,
    )
    const repaired = await repairDirectory(env, directory, false)
    assert.deepEqual(spans(repaired, 'lost'), [[35, 39]])
    assert.equal(await damagesOf(directory), 0)
    assert.deepEqual(await served(directory), without(7))
  })

  it('says that the header of a file of the write-ahead log is damaged, and reads its records', async () => {
    const directory = copyOf(crashed)
    removeSegments(directory)
    const [first] = await walRecordsOf(directory)
    assert.ok(first)
    flip(first.path, 24)
    assert.equal((await walRecordsOf(directory)).length, BATCHES)
    assert.equal(await damagesOf(directory), 1)
    assert.deepEqual(await served(directory), without())
  })

  it('goes on behind a record of the write-ahead log whose header is gone', async () => {
    const directory = copyOf(crashed)
    removeSegments(directory)
    const record = (await walRecordsOf(directory))[7]
    assert.ok(record)
    flip(record.path, record.position + 20)
    await assert.rejects(startOn(copyOf(directory)), { code: 'LOG_DAMAGED' })
    const repaired = await repairDirectory(env, directory, false)
    assert.deepEqual(spans(repaired, 'lost'), [[35, 39]])
    assert.deepEqual(await served(directory), without(7))
  })

  it('takes what segments already have when the write-ahead log is damaged', async () => {
    const directory = copyOf(stopped)
    // The checkpoint of the crash knows no segments, so recovery reads the log; the segments have everything all the same.
    cpSync(join(crashed, 'checkpoint'), join(directory, 'checkpoint'))
    cpSync(join(crashed, 'wal'), join(directory, 'wal'), { recursive: true })
    const record = (await walRecordsOf(directory))[7]
    assert.ok(record)
    flip(record.path, record.position + walRecordHeaderBytes + header.HEADER_SIZE + 1)
    await repairDirectory(env, directory, false)
    assert.deepEqual(await served(directory), without())
  })

  it('reads in segments what the write-ahead log only refers to, and drops only what is damaged there', async () => {
    assert.equal((await walRecordsOf(referred, walRecordType.reference)).length, BATCHES)
    assert.equal((await walRecordsOf(referred)).length, 0)
    assert.equal(await damagesOf(referred), 0)
    assert.deepEqual(await served(copyOf(referred)), valuesWithout([], padding))
    for (const at of [0, 7, BATCHES - 1]) {
      const directory = copyOf(referred)
      const { path, batches } = await segmentOf(directory)
      flip(path, (batches[at]?.position ?? 0) + header.HEADER_SIZE + 3)
      assert.ok((await damagesOf(directory)) > 0)
      if (at === 7)
        await assert.rejects(served(copyOf(directory)), /partition 0 of topic "orders" has no leader/)
      const repaired = await repairDirectory(env, directory, false)
      assert.deepEqual(spans(repaired, 'lost'), [[at * PER_BATCH, at * PER_BATCH + PER_BATCH - 1]])
      // The start cuts off what the repair has copied from behind the damage.
      assert.deepEqual(await served(directory), valuesWithout([at], padding))
      assert.equal(await damagesOf(directory), 0)
    }
  })

  it('takes a torn last record for what it is', async () => {
    const directory = copyOf(crashed)
    removeSegments(directory)
    const record = (await walRecordsOf(directory)).at(-1)
    assert.ok(record)
    flip(record.path, record.position + walRecordHeaderBytes + header.HEADER_SIZE + 1)
    assert.equal(await damagesOf(directory), 0)
    assert.deepEqual(await served(directory), without(BATCHES - 1))
  })

  it('changes nothing with --dry, and does nothing twice', async () => {
    const directory = copyOf(stopped)
    const { path, batches } = await segmentOf(directory)
    flip(path, (batches[3]?.position ?? 0) + header.HEADER_SIZE)
    const damaged = readFileSync(path)
    assert.equal((await repairDirectory(env, directory, true)).damages.length, 1)
    assert.deepEqual(readFileSync(path), damaged)
    assert.notEqual((await repairDirectory(env, directory, false)).aside, null)
    const again = await repairDirectory(env, directory, false)
    assert.deepEqual([again.damages, again.aside], [[], null])
    assert.ok(readdirSync(join(directory, 'wal')).includes(walFileName(1)))
  })
})
