import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import { isOldFormat, recordBatchVectors } from '../../test/vectors/record-batches.ts'
import { type BatchOptions, buildBatch } from './build-batch.ts'
import { codecById, codecs } from './compression/codecs.ts'
import { ensureValid } from './ensure-valid.ts'
import { openRecords, readRecords } from './read-records.ts'
import * as header from './record-batch.ts'
import type { RecordInput } from './record.ts'

const MAX_BYTES = 1 << 24

/** The options that would make a batch with this header. */
function optionsOf(batch: Buffer): BatchOptions {
  const horizon = header.deleteHorizon(batch, 0)
  return {
    baseOffset: header.baseOffset(batch, 0),
    lastOffset: header.lastOffset(batch, 0),
    partitionLeaderEpoch: header.partitionLeaderEpoch(batch, 0),
    compression: codecById(header.compressionId(batch, 0)).name,
    ...(header.hasLogAppendTime(batch, 0) ? { logAppendTime: header.maxTimestamp(batch, 0) } : {}),
    ...(horizon === null ? {} : { deleteHorizon: horizon }),
    maxTimestamp: header.maxTimestamp(batch, 0),
    producerId: header.producerId(batch, 0),
    producerEpoch: header.producerEpoch(batch, 0),
    baseSequence: header.baseSequence(batch, 0),
    transactional: header.isTransactional(batch, 0),
    control: header.isControl(batch, 0),
  }
}

/** Its records with the timestamps that they keep under an append time. */
function recordsOf(batch: Buffer): RecordInput[] {
  const records: RecordInput[] = []
  const cursor = openRecords(batch, 0, MAX_BYTES)
  while (cursor.next()) {
    records.push({
      offset: header.baseOffset(batch, 0) + cursor.offsetDelta,
      timestamp: header.baseTimestamp(batch, 0) + cursor.timestampDelta,
      key: cursor.key(),
      value: cursor.value(),
      headers: cursor.headers(),
    })
  }
  return records
}

/** Numbers cannot hold the timestamps of these two. */
const beyondNumbers = new Set(['timestamp-delta-largest', 'timestamp-delta-wraps'])

test('builds the bytes that Kafka builds', () => {
  const broken = recordBatchVectors.findIndex(({ name }) => name === 'crc-wrong')
  let built = 0
  for (const vector of recordBatchVectors.slice(0, broken)) {
    if (isOldFormat(vector) || vector.batches.length !== 1 || vector.name === 'last-batch-partial') continue
    if (vector.batches[0]?.compression !== 'none' || beyondNumbers.has(vector.name)) continue
    const batch = Buffer.from(vector.hex, 'hex')
    assert.equal(buildBatch(optionsOf(batch), recordsOf(batch)).toString('hex'), vector.hex, vector.name)
    built++
  }
  assert.equal(built, 24)
})

const bytes = fc.option(
  fc.uint8Array({ maxLength: 100 }).map((array) => Buffer.from(array)),
  { nil: null },
)

const recordInput = fc.record(
  {
    timestamp: fc.integer({ min: -1, max: 2 ** 44 }),
    key: bytes,
    value: bytes,
    headers: fc.array(
      fc.record({ key: fc.string({ unit: 'grapheme' }), value: bytes }, { noNullPrototype: true }),
      { maxLength: 4 },
    ),
  },
  { noNullPrototype: true },
)

for (const { name } of codecs) {
  test(`${name}: what was built is read`, () => {
    fc.assert(
      fc.property(fc.array(recordInput, { maxLength: 20 }), fc.nat(2 ** 50), (records, baseOffset) => {
        const batch = buildBatch(
          { compression: name, baseOffset, producerId: 7, producerEpoch: 3, baseSequence: 9 },
          records,
        )
        ensureValid(batch, 0)
        assert.equal(header.batchSize(batch, 0), batch.length)
        assert.equal(header.recordCount(batch, 0), records.length)
        assert.equal(header.lastOffset(batch, 0), baseOffset + records.length - 1)
        assert.equal(
          header.maxTimestamp(batch, 0),
          Math.max(-1, ...records.map(({ timestamp }) => timestamp)),
        )
        assert.deepEqual(
          [...readRecords(batch, 0, MAX_BYTES)],
          records.map((record, index) => ({ ...record, offset: baseOffset + index })),
        )
      }),
      { numRuns: 50 },
    )
  })
}

test('offsets of their own, one append time, and a batch of which compaction left nothing', () => {
  const records: RecordInput[] = [
    { timestamp: 5, offset: 13 },
    { timestamp: 900, offset: 17 },
  ]
  const sparse = buildBatch(
    { baseOffset: 10, lastOffset: 20, logAppendTime: 1000, compression: 'lz4' },
    records,
  )
  assert.deepEqual(
    [...readRecords(sparse, 0, MAX_BYTES)].map(({ offset, timestamp }) => [offset, timestamp]),
    [
      [13, 1000],
      [17, 1000],
    ],
  )
  assert.equal(header.lastOffset(sparse, 0), 20)
  const empty = buildBatch({ baseOffset: 10, lastOffset: 20, maxTimestamp: 900, compression: 'lz4' }, [])
  ensureValid(empty, 0)
  assert.equal(empty.length, header.HEADER_SIZE)
  assert.deepEqual([...readRecords(empty, 0, MAX_BYTES)], [])
  assert.equal(header.maxTimestamp(empty, 0), 900)
})
