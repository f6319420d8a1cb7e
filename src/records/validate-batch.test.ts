import assert from 'node:assert/strict'
import test from 'node:test'
import * as fc from 'fast-check'
import { isOldFormat, recordBatchVectors } from '../../test/vectors/record-batches.ts'
import { KafkaError } from '../protocol/errors.ts'
import { type AppendRules, defaultAppendRules, UNLIMITED_MS } from './append-rules.ts'
import { buildBatch } from './build-batch.ts'
import { ACCEPTED, checkBatch, NEEDS_VALIDATION, refusal } from './check-batch.ts'
import { ensureValid } from './ensure-valid.ts'
import { readRecords } from './read-records.ts'
import {
  ATTRIBUTES_AT,
  baseOffset,
  batchSize,
  compressionId,
  LAST_OFFSET_DELTA_AT,
  LENGTH_AT,
  maxTimestamp,
  RECORD_COUNT_AT,
  recordCount,
  setBaseOffset,
  setPartitionLeaderEpoch,
  updateCrc,
} from './record-batch.ts'
import { MAX_RECORD_ERRORS, RecordsRefusedError, validateBatch } from './validate-batch.ts'

/** What the clock says in the vectors. */
const NOW = 1_700_000_000_000

/** As the vectors were made: CreateTime without limits, codec "producer". */
const vectorRules: AppendRules = {
  ...defaultAppendRules,
  timestampAfterMaxMs: UNLIMITED_MS,
  maxBatchBytes: 1 << 30,
  recordChecks: 'all',
}

/** What a broker does with a partition's records in a Produce request: the batch to append, or an error. */
function append(bytes: Buffer, rules: AppendRules, now = NOW, version = 13): Buffer {
  const verdict = checkBatch(bytes, 0, bytes.length, rules, now, version)
  if (verdict !== ACCEPTED && verdict !== NEEDS_VALIDATION)
    throw refusal(verdict, bytes, 0, bytes.length, rules)
  const batch =
    verdict === NEEDS_VALIDATION
      ? validateBatch(bytes, 0, rules, now)
      : bytes.subarray(0, batchSize(bytes, 0))
  setBaseOffset(batch, 0, 1000)
  setPartitionLeaderEpoch(batch, 0, 5)
  return batch
}

function outcome(bytes: Buffer, rules: AppendRules): { hex: string } | { error: string } {
  try {
    return { hex: append(bytes, rules).toString('hex') }
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    return { error: error.errorName }
  }
}

/** Kafka's vectors were made by its log alone; in a Produce request it counts the batches before it looks at any CRC. */
const decidedByProduce: Readonly<Record<string, string>> = { 'second-batch-bad-crc': 'INVALID_RECORD' }

test('stores what Kafka stores, byte for byte, and refuses what it refuses', async (t) => {
  for (const vector of recordBatchVectors) {
    await t.test(vector.name, () => {
      const actual = outcome(Buffer.from(vector.hex, 'hex'), vectorRules)
      const decided = isOldFormat(vector) ? 'INVALID_RECORD' : decidedByProduce[vector.name]
      if (decided !== undefined) assert.deepEqual(actual, { error: decided })
      else if ('hex' in vector.append) {
        // The log cuts off the part of a second batch before the code that the vectors are made with.
        const whole =
          vector.name === 'last-batch-partial' ? vector.append.hex.slice(0, 2 * 109) : vector.append.hex
        assert.deepEqual(actual, { hex: whole })
        assert.equal(
          maxTimestamp(Buffer.from(vector.append.hex, 'hex'), 0),
          Math.min(Number(vector.append.maxTimestamp), 2 ** 63 - 1024),
        )
      } else assert.deepEqual(actual, { error: vector.append.error })
    })
  }
})

/** The name of the error and the record errors, or the batch. */
function refused(bytes: Buffer, rules: Partial<AppendRules>, now = NOW): unknown {
  try {
    append(Buffer.from(bytes), { ...defaultAppendRules, ...rules }, now)
    return 'appended'
  } catch (error) {
    if (error instanceof RecordsRefusedError)
      return [error.errorName, error.recordErrors.map(({ batchIndex }) => batchIndex)]
    if (error instanceof KafkaError) return error.errorName
    throw error
  }
}

const value = Buffer.from('value')
const key = Buffer.from('key')
const twoRecords = [
  { timestamp: NOW - 10, key, value },
  { timestamp: NOW + 10, value },
]

test('a compacted topic refuses records without a key, and says which', () => {
  for (const compression of ['none', 'zstd'] as const) {
    const batch = buildBatch({ compression }, twoRecords)
    assert.deepEqual(refused(batch, { compacted: true, recordChecks: 'none' }), ['INVALID_RECORD', [1]])
    assert.equal(refused(batch, {}), 'appended')
    assert.equal(refused(buildBatch({ compression }, [twoRecords[0]!]), { compacted: true }), 'appended')
  }
})

test('timestamps too far from the clock are refused, record by record', () => {
  const batch = buildBatch({}, twoRecords)
  assert.deepEqual(refused(batch, { timestampAfterMaxMs: 9 }), ['INVALID_TIMESTAMP', [1]])
  assert.equal(refused(batch, { timestampAfterMaxMs: 10 }), 'appended')
  assert.deepEqual(refused(batch, { timestampBeforeMaxMs: 9 }), ['INVALID_TIMESTAMP', [0]])
  assert.equal(refused(batch, { timestampBeforeMaxMs: 10 }), 'appended')
  assert.deepEqual(refused(batch, { timestampBeforeMaxMs: 0, compacted: true }, NOW + 10), [
    'INVALID_TIMESTAMP',
    [0, 1],
  ])
  assert.deepEqual(refused(buildBatch({ compression: 'gzip' }, twoRecords), {}, NOW - 3_600_000), [
    'INVALID_TIMESTAMP',
    [1],
  ])
  assert.equal(refused(buildBatch({}, [{ timestamp: -1 }]), { timestampBeforeMaxMs: 9 }), 'appended')
  assert.equal(refused(batch, { timestampBeforeMaxMs: 9, logAppendTime: true }), 'appended')
})

test('LogAppendTime is written into the header, with and without a look at the records', () => {
  for (const recordChecks of ['none', 'uncompressed', 'all'] as const) {
    for (const compression of ['none', 'lz4'] as const) {
      const rules = { ...defaultAppendRules, logAppendTime: true, recordChecks }
      const stored = append(buildBatch({ compression }, twoRecords), rules, NOW + 77)
      ensureValid(stored, 0)
      assert.deepEqual(
        [...readRecords(stored, 0, 1000)].map(({ timestamp }) => timestamp),
        [NOW + 77, NOW + 77],
      )
      const lying = buildBatch({ compression, logAppendTime: NOW }, twoRecords)
      assert.deepEqual(refused(lying, rules), ['INVALID_TIMESTAMP', [0, 1]])
    }
  }
})

test('a topic with its own compression gets it', () => {
  for (const from of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const) {
    for (const to of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const) {
      const options = {
        producerId: 4,
        producerEpoch: 2,
        baseSequence: 17,
        transactional: true,
        compression: from,
      }
      const sent = buildBatch(options, twoRecords)
      const stored = append(sent, { ...defaultAppendRules, compressionType: to, recordChecks: 'none' })
      const expected = buildBatch(
        { ...options, compression: to, baseOffset: 1000, partitionLeaderEpoch: 5 },
        twoRecords,
      )
      assert.equal(stored.toString('hex'), expected.toString('hex'), `${from} to ${to}`)
      assert.equal(baseOffset(sent, 0) === 1000, from === to, 'patched in place')
    }
  }
})

test('max.message.bytes holds for what is sent and for what is stored', () => {
  const batch = buildBatch({ compression: 'gzip' }, [{ timestamp: NOW, value: Buffer.alloc(5000) }])
  assert.equal(refused(batch, { maxBatchBytes: batch.length - 1 }), 'MESSAGE_TOO_LARGE')
  assert.equal(refused(batch, { maxBatchBytes: batch.length }), 'appended')
  assert.equal(refused(batch, { maxBatchBytes: 5000, compressionType: 'none' }), 'MESSAGE_TOO_LARGE')
  assert.equal(refused(batch, { maxDecompressedBytes: 5000, recordChecks: 'all' }), 'MESSAGE_TOO_LARGE')
})

test('zstd needs Produce version 7', () => {
  const batch = buildBatch({ compression: 'zstd' }, twoRecords)
  assert.throws(() => append(batch, defaultAppendRules, NOW, 6), {
    errorName: 'UNSUPPORTED_COMPRESSION_TYPE',
  })
})

test('without record checks only header and CRC count', () => {
  const batch = buildBatch({}, [...twoRecords, { timestamp: NOW }])
  batch.writeInt32BE(2, RECORD_COUNT_AT)
  batch.writeInt32BE(1, LAST_OFFSET_DELTA_AT)
  updateCrc(batch, 0)
  assert.equal(refused(batch, { recordChecks: 'none' }), 'appended')
  assert.equal(refused(batch, { recordChecks: 'uncompressed' }), 'INVALID_RECORD')
})

test('no more record errors than the limit', () => {
  const records = Array.from({ length: MAX_RECORD_ERRORS + 5 }, () => ({ timestamp: NOW, value }))
  const batch = buildBatch({}, records)
  const indexes = Array.from({ length: MAX_RECORD_ERRORS }, (_, index) => index)
  assert.deepEqual(refused(batch, { compacted: true }), ['INVALID_RECORD', indexes])
})

test('every verdict that refuses has an error with the values', () => {
  const batch = buildBatch({ producerId: 9 }, twoRecords)
  assert.throws(() => append(batch, defaultAppendRules), /producer id 9 and sequence -1/)
  assert.throws(
    () => append(Buffer.concat([buildBatch({}, twoRecords), Buffer.alloc(20)]), defaultAppendRules),
    {
      errorName: 'CORRUPT_MESSAGE',
    },
  )
})

/** Damages that a CRC does not reveal, as its value is corrected. */
const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 })
const samples = recordBatchVectors.filter(
  ({ name, hex }) =>
    hex.length < 4000 && hex.length > 140 && /^(?:none|gzip|snappy|lz4|zstd|record|header)-/.test(name),
)

test('damaged batches give a KafkaError or a batch that can be read, and the walk agrees with the reader', () => {
  fc.assert(
    fc.property(fc.constantFrom(...samples), damage, ({ hex }, hits) => {
      const bytes = Buffer.from(hex, 'hex')
      for (const [at, byte] of hits) bytes[ATTRIBUTES_AT + (at % (bytes.length - ATTRIBUTES_AT))] = byte
      setBaseOffset(bytes, 0, 0)
      bytes.writeInt32BE(bytes.length - 12, LENGTH_AT)
      updateCrc(bytes, 0)
      const rules = { ...vectorRules, maxDecompressedBytes: 1 << 20 }
      const walked = checkBatch(bytes, 0, bytes.length, { ...rules, recordChecks: 'uncompressed' }, NOW, 13)
      const before = bytes.toString('hex')
      const thorough = outcome(bytes, rules)
      if (walked === ACCEPTED && compressionId(bytes, 0) === 0) {
        // The slow path decodes each record by itself, and must find nothing to refuse or to change.
        const decoded = Buffer.from(before, 'hex')
        assert.equal(validateBatch(decoded, 0, rules, NOW).toString('hex'), before)
      }
      if ('hex' in thorough) {
        const stored = Buffer.from(thorough.hex, 'hex')
        ensureValid(stored, 0)
        assert.equal([...readRecords(stored, 0, 1 << 20)].length, recordCount(stored, 0))
      }
    }),
    { numRuns: 1000 },
  )
})
