import assert from 'node:assert/strict'
import test from 'node:test'
import {
  isOldFormat,
  recordBatchVectors,
  type ExpectedBatch,
  type ExpectedRecord,
} from '../../test/vectors/record-batches.ts'
import { KafkaError } from '../protocol/errors.ts'
import { batchPositions } from './batch-iterator.ts'
import { codecById } from './compression/codecs.ts'
import { controlType } from './control-record.ts'
import { ensureValid } from './ensure-valid.ts'
import { openRecords, readRecords, recordTimestamp } from './read-records.ts'
import * as header from './record-batch.ts'
import type { RecordCursor } from './record-cursor.ts'
import type { LogRecord } from './record.ts'

const MAX_BYTES = 32 << 20

/** Kafka's streams hand out the records before the damage; here a payload that does not decompress has none. */
const brokenPayloads = new Set(['gzip-cut-short', 'zstd-bytes-after-stream'])

/** int64 as this project has them: exact to 2^53, and beyond it no more than that it is beyond. */
function int64(text: string): number | 'beyond 2^53' {
  return number(Number(text))
}

function number(value: number): number | 'beyond 2^53' {
  return Number.isSafeInteger(value) ? value : 'beyond 2^53'
}

function actualBatch(buffer: Buffer, at: number): object {
  const horizon = header.deleteHorizon(buffer, at)
  return {
    records: undefined,
    baseOffset: number(header.baseOffset(buffer, at)),
    lastOffset: number(header.lastOffset(buffer, at)),
    sizeInBytes: header.batchSize(buffer, at),
    magic: header.magic(buffer, at),
    partitionLeaderEpoch: header.partitionLeaderEpoch(buffer, at),
    crc: header.crc(buffer, at),
    compression: codecById(header.compressionId(buffer, at)).name,
    timestampType: header.hasLogAppendTime(buffer, at) ? 'LogAppendTime' : 'CreateTime',
    transactional: header.isTransactional(buffer, at),
    control: header.isControl(buffer, at),
    deleteHorizonMs: horizon === null ? undefined : number(horizon),
    baseTimestamp: number(header.baseTimestamp(buffer, at)),
    maxTimestamp: number(header.maxTimestamp(buffer, at)),
    producerId: number(header.producerId(buffer, at)),
    producerEpoch: header.producerEpoch(buffer, at),
    baseSequence: header.baseSequence(buffer, at),
    lastSequence: header.lastSequence(buffer, at),
    count: header.recordCount(buffer, at),
  }
}

function expectedBatch(batch: ExpectedBatch): object {
  return {
    ...batch,
    records: undefined,
    baseOffset: int64(batch.baseOffset),
    lastOffset: int64(batch.lastOffset),
    deleteHorizonMs: batch.deleteHorizonMs === undefined ? undefined : int64(batch.deleteHorizonMs),
    baseTimestamp: int64(batch.baseTimestamp),
    maxTimestamp: int64(batch.maxTimestamp),
    producerId: int64(batch.producerId),
  }
}

/** A record by `readRecords`, with what only the cursor knows. */
function actualRecord(record: LogRecord, cursor: RecordCursor, buffer: Buffer, at: number): object {
  assert.equal(record.timestamp, recordTimestamp(cursor, buffer, at))
  const sequence = header.baseSequence(buffer, at)
  return {
    offset: number(record.offset),
    timestamp: number(record.timestamp),
    sequence: sequence < 0 ? -1 : header.addSequence(sequence, cursor.offsetDelta),
    sizeInBytes: cursor.sizeInBytes,
    key: record.key?.toString('hex') ?? null,
    value:
      record.value === null || record.value.length <= 1 << 20
        ? (record.value?.toString('hex') ?? null)
        : undefined,
    valueSize: record.value !== null && record.value.length > 1 << 20 ? record.value.length : undefined,
    headers: record.headers.map(({ key, value }) => [key, value?.toString('hex') ?? null]),
    controlType: header.isControl(buffer, at) ? controlType(record.key) : undefined,
  }
}

const controlTypes: Readonly<Record<string, string>> = { KRAFT_VOTERS: 'kraft-voters' }

function expectedRecord(record: ExpectedRecord): object {
  const { controlType: type } = record
  return {
    ...record,
    offset: int64(record.offset),
    timestamp: int64(record.timestamp),
    value: record.value,
    valueSize: record.valueSize,
    controlType:
      type === undefined ? undefined : (controlTypes[type] ?? type.toLowerCase().replace('_', '-')),
  }
}

/** Reads all as a consumer that checks CRCs does, and reports where it stopped. */
function readAll(buffer: Buffer) {
  const batches: { readonly batch: object; readonly records: object[] }[] = []
  let stage = 'iterate'
  try {
    for (const at of batchPositions(buffer)) {
      stage = 'ensureValid'
      ensureValid(buffer, at)
      stage = 'records'
      codecById(header.compressionId(buffer, at))
      const records: object[] = []
      batches.push({ batch: actualBatch(buffer, at), records })
      const cursor = openRecords(buffer, at, MAX_BYTES)
      for (const record of readRecords(buffer, at, MAX_BYTES)) {
        cursor.next()
        records.push(actualRecord(record, cursor, buffer, at))
      }
      stage = 'iterate'
    }
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    return { batches, failure: { stage, error: error.errorName } }
  }
  return { batches, failure: null }
}

test('reads what Kafka reads, and fails where and as Kafka does', async (t) => {
  assert.equal(recordBatchVectors.length, 201)
  for (const vector of recordBatchVectors) {
    if (isOldFormat(vector)) continue
    const { name, hex, expect, batches } = vector
    await t.test(name, () => {
      const actual = readAll(Buffer.from(hex, 'hex'))
      assert.deepEqual(actual.failure, expect === null ? null : { stage: expect.stage, error: expect.error })
      assert.deepEqual(
        actual.batches.map(({ batch }) => batch),
        batches.map(expectedBatch),
      )
      if (brokenPayloads.has(name)) assert.deepEqual(actual.batches[0]?.records, [])
      else
        assert.deepEqual(
          actual.batches.map(({ records }) => records),
          batches.map(({ records }) => records.map(expectedRecord)),
        )
    })
  }
})

test('formats before v2 are refused', () => {
  for (const { name, hex } of recordBatchVectors.filter(isOldFormat)) {
    const { failure } = readAll(Buffer.from(hex, 'hex'))
    assert.deepEqual(failure, { stage: 'ensureValid', error: 'UNSUPPORTED_FOR_MESSAGE_FORMAT' }, name)
  }
})
