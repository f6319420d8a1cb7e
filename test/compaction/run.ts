/**
 * Compacts the same segments with Chronik and with Apache Kafka and compares what is left, batch by batch: headers, records, files.
 * `sh scripts/node.sh test/compaction/run.ts [--rounds N] [--seed N] [--keys N]` (needs Java 17 and Maven).
 */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startKafka } from '../../bench/peer/kafka.ts'
import { ClusterClient } from '../../src/client/cluster-client.ts'
import { createTopics } from '../../src/client/topic-admin.ts'
import { nodeEnv } from '../../src/env/node/env.ts'
import { cleanSegments } from '../../src/log/compaction/clean-segments.ts'
import type { CleanEvent, CleanJob } from '../../src/log/compaction/clean-job.ts'
import { lastRecordsOf } from '../../src/log/compaction/last-records.ts'
import { ProducerState } from '../../src/log/producer-state.ts'
import * as header from '../../src/records/record-batch.ts'
import { readRecords } from '../../src/records/read-records.ts'
import { History, type MadeSegment } from './history.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    keys: { type: 'string', default: '40' },
    'delete-retention-ms': { type: 'string', default: '0' },
  },
})
const topic = 'compacted'
const segmentBytes = 1 << 20
const deleteRetentionMs = Number(values['delete-retention-ms'])
const scratch = mkdtempSync(join(tmpdir(), 'chronik-compaction-'))
const kafkaSettings = {
  'log.cleaner.backoff.ms': '200',
  'log.initial.task.delay.ms': '0',
  'log.segment.delete.delay.ms': '0',
}

try {
  await run()
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

async function run(): Promise<void> {
  const dataDir = join(scratch, 'kafka')
  const partition = join(dataDir, 'logs', `${topic}-0`)
  await makeTopic(dataDir)
  const history = new History(Number(values.seed), Date.now(), Number(values.keys))
  let segments: MadeSegment[] = []
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (let i = 0; i < 6; i++) segments.push(history.segment(60))
    segments.push(history.endTransactions())
    // The last one stays active, and is part of the dirty segments of the next round.
    const active = history.segment(1)
    const firstDirty = round === 1 ? 0 : cleanedOffset(dataDir)
    segments.push(active)
    place(partition, dataDir, segments)
    const kafka = await kafkaCleans(dataDir, active.baseOffset)
    const ours = await chronikCleans(
      join(scratch, `round-${round}`),
      segments,
      firstDirty,
      horizonOf(kafka, segments),
    )
    compare(
      ours,
      kafka.filter(({ baseOffset }) => baseOffset < active.baseOffset),
    )
    const [before, after] = [segments.slice(0, -1), ours].map((all) => describe(all))
    console.log(`round ${round}: ${before} became ${after}, in both`)
    segments = [...kafka.filter(({ baseOffset }) => baseOffset < active.baseOffset), active]
  }
}

async function makeTopic(dataDir: string): Promise<void> {
  const kafka = await startKafka({ dataDir, set: kafkaSettings })
  try {
    await using client = new ClusterClient(nodeEnv(), [{ host: '127.0.0.1', port: kafka.port }])
    const configs = {
      'cleanup.policy': 'compact',
      'min.cleanable.dirty.ratio': '0.01',
      'delete.retention.ms': String(deleteRetentionMs),
      'segment.bytes': String(segmentBytes),
      'file.delete.delay.ms': '0',
      'segment.ms': '9000000000000',
    }
    const [made] = await createTopics(client, [{ name: topic, partitions: 1, replicationFactor: 1, configs }])
    assert.equal(made?.error, null)
  } finally {
    await kafka.stop()
  }
}

/** Puts the segments where Kafka's were, and makes it look at all of them as after a crash. */
function place(partition: string, dataDir: string, segments: readonly MadeSegment[]): void {
  for (const name of readdirSync(partition)) if (name !== 'partition.metadata') rmSync(join(partition, name))
  for (const { baseOffset, bytes } of segments) writeFileSync(join(partition, fileName(baseOffset)), bytes)
  for (const name of [
    '.kafka_cleanshutdown',
    'recovery-point-offset-checkpoint',
    'replication-offset-checkpoint',
  ])
    rmSync(join(dataDir, 'logs', name), { force: true })
}

function fileName(baseOffset: number): string {
  return `${String(baseOffset).padStart(20, '0')}.log`
}

function cleanedOffset(dataDir: string): number {
  const file = join(dataDir, 'logs', 'cleaner-offset-checkpoint')
  if (!existsSync(file)) return -1
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${topic} 0 `))
  return line === undefined ? -1 : Number(line.split(' ')[2])
}

async function kafkaCleans(dataDir: string, until: number): Promise<MadeSegment[]> {
  const kafka = await startKafka({ dataDir, set: kafkaSettings })
  try {
    for (let left = 300; cleanedOffset(dataDir) < until; left--) {
      assert.ok(left > 0, `Kafka cleaned up to ${cleanedOffset(dataDir)}, not to ${until}`)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  } finally {
    await kafka.stop()
  }
  const partition = join(dataDir, 'logs', `${topic}-0`)
  return readdirSync(partition)
    .filter((name) => name.endsWith('.log'))
    .sort()
    .map((name) => ({ baseOffset: Number(name.split('.')[0]), bytes: readFileSync(join(partition, name)) }))
}

/** The horizon that Kafka gave to batches which had none: it tells what time it was there. */
function horizonOf(after: readonly MadeSegment[], before: readonly MadeSegment[]): number | null {
  const known = new Set(
    before.flatMap(({ bytes }) => batches(bytes)).map((batch) => header.deleteHorizon(batch, 0)),
  )
  const all = after.flatMap(({ bytes }) => batches(bytes)).map((batch) => header.deleteHorizon(batch, 0))
  return all.find((horizon) => horizon !== null && !known.has(horizon)) ?? null
}

async function chronikCleans(
  directory: string,
  segments: readonly MadeSegment[],
  firstDirtyOffset: number,
  horizon: number | null,
): Promise<MadeSegment[]> {
  mkdirSync(directory)
  const producers = new ProducerState()
  for (const { bytes } of segments)
    for (const batch of batches(bytes)) producers.observe(batch, 0, header.baseOffset(batch, 0), Infinity)
  const sources: CleanJob['sources'][number][] = []
  for (const [index, { baseOffset, bytes }] of segments.slice(0, -1).entries()) {
    const path = join(directory, fileName(baseOffset))
    writeFileSync(path, bytes)
    const endOffset = segments[index + 1]?.baseOffset ?? 0
    const cleaned = { endOffset, generation: 0 }
    sources.push({ path, baseOffset, endOffset, size: bytes.length, cleaned, maxTimestamp: 0 })
  }
  const job: CleanJob = {
    directory,
    sources,
    firstDirtyOffset,
    strategy: { kind: 'key' },
    nowMs: horizon === null ? Date.now() : horizon - deleteRetentionMs,
    deleteRetentionMs,
    segmentBytes,
    abortedTransactions: producers.transactions.abortedTransactions(0, Infinity),
    lastRecords: lastRecordsOf({ producers, highWatermark: Infinity }),
    generation: 1,
    dedupeBytes: 16 << 20,
    ioBytes: 64 << 10,
    bytesPerSecond: Infinity,
    decompressedBytesMax: 1 << 30,
    hashSeed: 7,
  }
  const made: MadeSegment[] = []
  const events: CleanEvent[] = []
  for await (const event of cleanSegments(nodeEnv(), job, { aborted: false })) {
    events.push(event)
    if (event.kind === 'group') made.push({ baseOffset: event.baseOffset, bytes: readFileSync(event.path) })
  }
  assert.equal(events.at(-1)?.kind, 'end')
  return made
}

function* batchesIn(bytes: Buffer): Generator<Buffer, void> {
  for (let at = 0; at < bytes.length; at += header.batchSize(bytes, at))
    yield bytes.subarray(at, at + header.batchSize(bytes, at))
}

function batches(bytes: Buffer): Buffer[] {
  return [...batchesIn(bytes)]
}

function compare(ours: readonly MadeSegment[], theirs: readonly MadeSegment[]): void {
  assert.deepEqual(
    ours.map(({ baseOffset }) => baseOffset),
    theirs.map(({ baseOffset }) => baseOffset),
    'segments',
  )
  for (const [index, { baseOffset, bytes }] of ours.entries()) {
    const [mine, other] = [batches(bytes), batches(theirs[index]?.bytes ?? Buffer.alloc(0))]
    for (let i = 0; i < Math.max(mine.length, other.length); i++) {
      const [a, b] = [mine[i], other[i]]
      assert.deepEqual(a && contents(a), b && contents(b), `batch ${i} of segment ${baseOffset}`)
      if (a !== undefined && b !== undefined && header.compressionId(a, 0) === 0)
        assert.ok(a.equals(b), `batch ${i} of segment ${baseOffset} has other bytes`)
    }
  }
}

/** All that a batch says, but for its length and CRC: those depend on the compressor. */
function contents(batch: Buffer): unknown {
  return {
    baseOffset: header.baseOffset(batch, 0),
    leaderEpoch: header.partitionLeaderEpoch(batch, 0),
    attributes: header.attributes(batch, 0),
    lastOffsetDelta: header.lastOffsetDelta(batch, 0),
    baseTimestamp: header.baseTimestamp(batch, 0),
    maxTimestamp: header.maxTimestamp(batch, 0),
    producerId: header.producerId(batch, 0),
    producerEpoch: header.producerEpoch(batch, 0),
    baseSequence: header.baseSequence(batch, 0),
    records: [...readRecords(batch, 0, 1 << 30)],
  }
}

function describe(segments: readonly MadeSegment[]): string {
  const all = segments.flatMap(({ bytes }) => batches(bytes))
  const records = all.reduce((sum, batch) => sum + header.recordCount(batch, 0), 0)
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes.length, 0)
  return `${segments.length} segments with ${records} records in ${all.length} batches of ${bytes} bytes`
}
