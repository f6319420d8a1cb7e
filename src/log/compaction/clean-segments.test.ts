// What Kafka's Cleaner leaves of the same batches; `test/compaction/run.ts` compares the two on random logs.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { nodeEnv } from '../../env/node/env.ts'
import { type BatchOptions, buildBatch } from '../../records/build-batch.ts'
import { transactionMarker } from '../../records/control-record.ts'
import { readRecords } from '../../records/read-records.ts'
import * as header from '../../records/record-batch.ts'
import { cleanSegments } from './clean-segments.ts'
import type { CleanEnd, CleanJob } from './clean-job.ts'
import { cleanOnThread } from './cleaner-thread.ts'
import { SourceDamagedError } from './source-reader.ts'

const directory = mkdtempSync(join(tmpdir(), 'chronik-clean-'))
after(() => rmSync(directory, { recursive: true }))
let files = 0

type Pair = readonly [key: string, value: string | null]

function batch(baseOffset: number, pairs: readonly Pair[], options: BatchOptions = {}): Buffer {
  const records = pairs.map(([key, value]) => ({
    timestamp: 1000 + baseOffset,
    key: Buffer.from(key),
    value: value === null ? null : Buffer.from(value),
  }))
  return buildBatch({ baseOffset, partitionLeaderEpoch: 0, ...options }, records)
}

/** A job over one segment of these batches, and one more behind it that is not cleaned. */
function jobOf(batches: readonly Buffer[], changed: Partial<CleanJob> = {}): CleanJob {
  const bytes = Buffer.concat(batches)
  const path = join(directory, `source-${++files}`)
  writeFileSync(path, bytes)
  const first = batches[0] as Buffer
  const baseOffset = header.baseOffset(first, 0)
  const endOffset = 1000
  const cleaned = { endOffset, generation: 0 }
  return {
    directory,
    sources: [{ path, baseOffset, endOffset, size: bytes.length, cleaned, maxTimestamp: 5 }],
    firstDirtyOffset: 0,
    strategy: { kind: 'key' },
    nowMs: 50_000,
    deleteRetentionMs: 100,
    segmentBytes: 1 << 20,
    abortedTransactions: [],
    lastRecords: [],
    generation: files,
    dedupeBytes: 1 << 20,
    ioBytes: 4096,
    bytesPerSecond: Infinity,
    decompressedBytesMax: 1 << 20,
    hashSeed: 1,
    ...changed,
  }
}

async function clean(
  job: CleanJob,
  run = (job: CleanJob) => cleanSegments(nodeEnv(), job, { aborted: false }),
): Promise<{ batches: Buffer[]; end: CleanEnd }> {
  const batches: Buffer[] = []
  for await (const event of run(job)) {
    if (event.kind === 'end') return { batches, end: event }
    const bytes = readFileSync(event.path)
    for (let at = 0; at < bytes.length; at += header.batchSize(bytes, at))
      batches.push(bytes.subarray(at, at + header.batchSize(bytes, at)))
  }
  throw new Error('it ended without an end')
}

function pairsOf(batches: readonly Buffer[]): [number, string, string | null][] {
  return batches.flatMap((each) =>
    [...readRecords(each, 0, 1 << 20)].map(({ offset, key, value }): [number, string, string | null] => [
      offset,
      String(key),
      value === null ? null : String(value),
    ]),
  )
}

describe('compaction', () => {
  for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const) {
    it(`writes a batch with fewer records in its own codec: ${compression}`, async () => {
      const first = batch(
        0,
        [
          ['a', '1'],
          ['b', '1'],
          ['a', '2'],
        ],
        { compression },
      )
      const second = batch(3, [['b', '2']], { compression })
      const { batches } = await clean(jobOf([first, second]))
      assert.deepEqual(pairsOf(batches), [
        [2, 'a', '2'],
        [3, 'b', '2'],
      ])
      const rewritten = batches[0] as Buffer
      assert.equal(header.attributes(rewritten, 0), header.attributes(first, 0))
      assert.deepEqual([header.baseOffset(rewritten, 0), header.lastOffsetDelta(rewritten, 0)], [0, 2])
      assert.equal(header.computeCrc(rewritten, 0), header.crc(rewritten, 0))
      assert.ok(batches[1]?.equals(second))
    })
  }

  it('gives a tombstone a horizon, keeps it until then, and removes it afterwards', async () => {
    const given = await clean(
      jobOf([
        batch(0, [['a', '1']]),
        batch(1, [
          ['a', null],
          ['b', '1'],
        ]),
      ]),
    )
    assert.deepEqual(pairsOf(given.batches), [
      [1, 'a', null],
      [2, 'b', '1'],
    ])
    assert.equal(header.deleteHorizon(given.batches[0] as Buffer, 0), 50_100)
    assert.deepEqual(
      [...readRecords(given.batches[0] as Buffer, 0, 100)].map(({ timestamp }) => timestamp),
      [1001, 1001],
    )
    const before = await clean(jobOf(given.batches, { nowMs: 50_099, firstDirtyOffset: 3 }))
    assert.ok(before.batches[0]?.equals(given.batches[0] as Buffer))
    const later = await clean(jobOf(given.batches, { nowMs: 50_100, firstDirtyOffset: 3 }))
    assert.deepEqual(pairsOf(later.batches), [[2, 'b', '1']])
  })

  it('remembers the last batch of each producer, without records if need be, and the last of all', async () => {
    const producer = { producerId: 7, producerEpoch: 2, baseSequence: 40 }
    const batches = [
      batch(
        0,
        [
          ['a', '1'],
          ['b', '1'],
        ],
        producer,
      ),
      batch(2, [
        ['a', '2'],
        ['b', '2'],
      ]),
    ]
    const lastRecords = [{ producerId: 7, producerEpoch: 2, lastDataOffset: 1 }]
    const cleaned = await clean(jobOf(batches, { lastRecords }))
    const [empty] = cleaned.batches as [Buffer]
    assert.deepEqual(
      [
        header.recordCount(empty, 0),
        header.lastSequence(empty, 0),
        header.producerEpoch(empty, 0),
        empty.length,
      ],
      [0, 41, 2, header.HEADER_SIZE],
    )
    const forgotten = await clean(jobOf(cleaned.batches, { firstDirtyOffset: 4 }))
    assert.deepEqual(forgotten.batches.length, 1)
    // All records of the last batch are overtaken by nothing but time; its offsets stay known.
    const dirty = jobOf([batch(0, [['a', null]])], { nowMs: 50_000 })
    const source = dirty.sources[0] as CleanJob['sources'][number]
    const ending = {
      ...dirty,
      strategy: { kind: 'time', maxAgeMs: 1 } as const,
      sources: [{ ...source, endOffset: 1 }],
    }
    const last = await clean(ending)
    assert.deepEqual(
      last.batches.map((each) => [header.recordCount(each, 0), header.lastOffset(each, 0)]),
      [[0, 0]],
    )
  })

  it('removes aborted records, and their marker once nothing is left of them and nobody is told of them', async () => {
    const transaction = { producerId: 9, producerEpoch: 0, baseSequence: 0, transactional: true }
    const marker = transactionMarker('abort', {
      producerId: 9,
      producerEpoch: 0,
      coordinatorEpoch: 1,
      timestamp: 2000,
      baseOffset: 1,
      partitionLeaderEpoch: 0,
    })
    const abortedTransactions = [{ producerId: 9, firstOffset: 0, lastOffset: 1 }]
    const first = await clean(
      jobOf([batch(0, [['a', 'never']], transaction), marker, batch(2, [['b', '1']])], {
        abortedTransactions,
      }),
    )
    assert.deepEqual(
      first.batches.map((each) => header.baseOffset(each, 0)),
      [1, 2],
    )
    assert.deepEqual(first.end.emptyTransactions, [])
    // The second time nothing is left of it: its marker gets a horizon, and the transaction is to be forgotten.
    const second = await clean(jobOf(first.batches, { abortedTransactions, firstDirtyOffset: 3 }))
    assert.equal(header.deleteHorizon(second.batches[0] as Buffer, 0), 50_100)
    assert.deepEqual(second.end.emptyTransactions, [1])
    const late = { nowMs: 60_000, firstDirtyOffset: 3 }
    assert.equal((await clean(jobOf(second.batches, { ...late, abortedTransactions }))).batches.length, 2)
    assert.equal((await clean(jobOf(second.batches, late))).batches.length, 1)
  })

  it('does not take committed records for aborted when the marker of an earlier transaction is gone', async () => {
    const transaction = { producerId: 9, producerEpoch: 0, baseSequence: 4, transactional: true }
    const commit = { producerId: 9, producerEpoch: 0, coordinatorEpoch: 1, timestamp: 2000, baseOffset: 6 }
    const abortedTransactions = [{ producerId: 9, firstOffset: 0, lastOffset: 2 }]
    const batches = [batch(5, [['a', 'committed']], transaction), transactionMarker('commit', commit)]
    const { batches: left, end } = await clean(jobOf(batches, { abortedTransactions }))
    assert.deepEqual(pairsOf(left.slice(0, 1)), [[5, 'a', 'committed']])
    assert.deepEqual(end.emptyTransactions, [2])
  })

  it('keeps what is young enough by time, and of that the last of each key when hybrid', async () => {
    const batches = [
      batch(0, [['a', 'old']]),
      batch(100, [
        ['a', '1'],
        ['a', '2'],
      ]),
      batch(102, [['b', '1']]),
    ]
    const at = (kind: 'time' | 'hybrid'): Partial<CleanJob> => ({
      nowMs: 1150,
      strategy: { kind, maxAgeMs: 100 },
    })
    assert.deepEqual(
      pairsOf((await clean(jobOf(batches, at('time')))).batches).map(([offset]) => offset),
      [100, 101, 102],
    )
    assert.deepEqual(
      pairsOf((await clean(jobOf(batches, at('hybrid')))).batches).map(([offset]) => offset),
      [101, 102],
    )
  })

  it('writes nothing anew of a damaged segment, on this thread and on another', async () => {
    const bad = batch(1, [['b', '1']])
    bad[bad.length - 1] = (bad.at(-1) ?? 0) ^ 1
    const job = jobOf([batch(0, [['a', '1']]), bad])
    await assert.rejects(clean(job), SourceDamagedError)
    await assert.rejects(
      clean(job, (each) => cleanOnThread(each, { aborted: false })),
      SourceDamagedError,
    )
  })

  it('does the same on a thread of its own', async () => {
    const batches = Array.from({ length: 50 }, (_, i) => batch(i, [[`key ${i % 7}`, `${i}`]]))
    const here = await clean(jobOf(batches))
    const there = await clean(jobOf(batches), (job) => cleanOnThread(job, { aborted: false }))
    assert.deepEqual(there.batches, here.batches)
    assert.deepEqual(there.end.stats.recordsKept, 7)
  })
})
