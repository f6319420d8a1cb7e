import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import { buildBatch } from './build-batch.ts'
import { openRecords, recordTimestamp } from './read-records.ts'
import { LENGTH_AT, maxTimestamp, RECORD_COUNT_AT, RECORDS_AT } from './record-batch.ts'
import { recordsMatchHeader } from './records-walk.ts'

/** What the walk is a fast version of: decode each record and compare the largest timestamp. */
function decodes(batch: Buffer): boolean {
  let largest = -Infinity
  try {
    const cursor = openRecords(batch, 0, batch.length)
    while (cursor.next()) largest = Math.max(largest, recordTimestamp(cursor, batch, 0))
  } catch {
    return false
  }
  return largest === maxTimestamp(batch, 0)
}

function batchOf(records: Buffer, count = 1): Buffer {
  const batch = Buffer.concat([buildBatch({}, [{ timestamp: 5 }]).subarray(0, RECORDS_AT), records])
  batch.writeInt32BE(batch.length - 12, LENGTH_AT)
  batch.writeInt32BE(count, RECORD_COUNT_AT)
  return batch
}

test('records of all shapes match', () => {
  const headers = [
    { key: 'h', value: Buffer.from('1') },
    { key: '', value: null },
  ]
  const shapes = [
    [{ timestamp: 0 }],
    [
      { timestamp: 9, key: Buffer.alloc(0), value: Buffer.alloc(300) },
      { timestamp: 2, headers },
    ],
    [{ timestamp: 1.7e12 }, { timestamp: 0 }, { timestamp: 1.8e12, value: Buffer.alloc(40_000), headers }],
  ]
  for (const records of shapes) assert.ok(recordsMatchHeader(buildBatch({}, records), 0))
  assert.ok(!recordsMatchHeader(buildBatch({ maxTimestamp: 8 }, [{ timestamp: 9 }]), 0))
})

test('a body that ends before its header count does not borrow it from the next record', () => {
  // The body states 7 bytes: attributes, timestamp delta of two bytes, offset delta, key "v", empty value, and no header count.
  const short = Buffer.from('0e00970001027600', 'hex')
  const whole = Buffer.from('0c000002010100', 'hex')
  assert.ok(!recordsMatchHeader(batchOf(Buffer.concat([short, whole]), 2), 0))
  assert.ok(!recordsMatchHeader(batchOf(short), 0))
})

test('what the walk accepts can be decoded, and what it refuses in short numbers cannot', () => {
  const sound = buildBatch({}, [
    { timestamp: 3, key: Buffer.from('k'), value: Buffer.from('value') },
    { timestamp: 700, headers: [{ key: 'h', value: Buffer.from('1') }] },
    { timestamp: 5, value: Buffer.alloc(70) },
  ])
  const hit = fc.tuple(fc.nat(sound.length - RECORDS_AT - 1), fc.oneof(fc.nat(20), fc.nat(255)))
  fc.assert(
    fc.property(fc.array(hit, { maxLength: 3 }), (hits) => {
      const batch = Buffer.from(sound)
      for (const [at, byte] of hits) batch[RECORDS_AT + at] = byte
      // Three damaged bytes cannot make a number longer than the walk reads that still decodes within this batch.
      assert.equal(recordsMatchHeader(batch, 0), decodes(batch))
    }),
    { numRuns: 2000 },
  )
})
