import { KafkaError } from '../protocol/errors.ts'
import { addInt64 } from '../util/int64.ts'
import { codecById } from './compression/codecs.ts'
import type { LogRecord } from './record.ts'
import {
  baseOffset,
  baseTimestamp,
  batchSize,
  compressionId,
  hasLogAppendTime,
  maxTimestamp,
  recordCount,
  RECORDS_AT,
} from './record-batch.ts'
import { RecordCursor } from './record-cursor.ts'

/**
 * A cursor before the first record of the batch at `at`. Compressed records are decompressed here and now, to `maxBytes` at most.
 * The batch is whole and of format v2 (`ensureValid`, or it was checked when it was appended). It borrows the buffer.
 * Throws what `Codec.decompress` throws, and INVALID_RECORD for a negative count. A payload that breaks off is an error at once;
 * Kafka's streams still hand out the records that come before the damage.
 */
export function openRecords(buffer: Buffer, at: number, maxBytes: number): RecordCursor {
  const count = recordCount(buffer, at)
  if (count < 0) throw new KafkaError('INVALID_RECORD', `the batch states ${count} records`)
  const id = compressionId(buffer, at)
  const codec = codecById(id)
  const start = at + RECORDS_AT
  const end = at + batchSize(buffer, at)
  if (id === 0) return new RecordCursor(buffer, start, end, count, false)
  // What a batch without records has in their place is not looked at.
  const records =
    count === 0 ? buffer.subarray(start, start) : codec.decompress(buffer.subarray(start, end), maxBytes)
  return new RecordCursor(records, 0, records.length, count, true)
}

/** The timestamp of the cursor's current record, given the batch that it belongs to. */
export function recordTimestamp(cursor: RecordCursor, buffer: Buffer, at: number): number {
  return hasLogAppendTime(buffer, at)
    ? maxTimestamp(buffer, at)
    : addInt64(baseTimestamp(buffer, at), cursor.timestampDelta)
}

/**
 * The records of the batch at `at`, one by one; those before a broken one are still handed out. Keys and values are views into
 * `buffer`, or into the decompressed payload, of which at most `maxBytes` are made. Errors: as `openRecords` and `RecordCursor`.
 */
export function* readRecords(buffer: Buffer, at: number, maxBytes: number): Generator<LogRecord, void> {
  const cursor = openRecords(buffer, at, maxBytes)
  const firstOffset = baseOffset(buffer, at)
  const appendTime = hasLogAppendTime(buffer, at) ? maxTimestamp(buffer, at) : null
  const firstTimestamp = baseTimestamp(buffer, at)
  while (cursor.next()) {
    yield {
      offset: firstOffset + cursor.offsetDelta,
      timestamp: appendTime ?? addInt64(firstTimestamp, cursor.timestampDelta),
      key: cursor.key(),
      value: cursor.value(),
      headers: cursor.headers(),
    }
  }
}
