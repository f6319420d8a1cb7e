import { KafkaError } from '../protocol/errors.ts'
import { type AppendRules, UNLIMITED_MS } from './append-rules.ts'
import { type BatchOptions, buildBatch } from './build-batch.ts'
import type { CompressionType } from './compression/codec.ts'
import { codecById } from './compression/codecs.ts'
import { openRecords, readRecords, recordTimestamp } from './read-records.ts'
import {
  baseSequence,
  batchSize,
  compressionId,
  hasLogAppendTime,
  isTransactional,
  NO_TIMESTAMP,
  producerEpoch,
  producerId,
  setTimestamp,
} from './record-batch.ts'
import type { RecordCursor } from './record-cursor.ts'
import type { RecordInput } from './record.ts'
import { recordsMatchHeader } from './records-walk.ts'

/** Why one record of a batch is refused, in the shape of the Produce response (KIP-467). */
export interface RecordError {
  /** Of the record within its batch. */
  readonly batchIndex: number
  readonly batchIndexErrorMessage: string
}

/** Records of a batch are refused, and none of it is appended. */
export class RecordsRefusedError extends KafkaError {
  /** At most MAX_RECORD_ERRORS. */
  readonly recordErrors: readonly RecordError[]

  constructor(
    errorName: 'INVALID_RECORD' | 'INVALID_TIMESTAMP',
    message: string,
    recordErrors: readonly RecordError[],
  ) {
    super(errorName, message)
    this.recordErrors = recordErrors
  }
}

/** A batch of small records could otherwise be answered with a response much larger than itself. */
export const MAX_RECORD_ERRORS = 1000

/**
 * The slow path of an append, for a batch at `at` that `checkBatch` calls NEEDS_VALIDATION: reads its records as far as the rules
 * need it, and returns the bytes to be appended. Those are a view of the same bytes, in which timestamp type, max timestamp and CRC
 * may have been changed in place, or a new batch when the topic wants another compression. `now` is the broker's clock in ms.
 *
 * Throws RecordsRefusedError when single records are at fault, else KafkaError: INVALID_RECORD for records that cannot be read
 * or are not as many as stated, MESSAGE_TOO_LARGE for too many bytes after (de)compression, UNKNOWN_SERVER_ERROR where Kafka gives
 * that, too: payloads that do not decompress, and compressed records whose offset deltas do not count up from 0.
 */
export function validateBatch(buffer: Buffer, at: number, rules: AppendRules, now: number): Buffer {
  const stored = codecById(compressionId(buffer, at)).name
  const wanted: CompressionType = rules.compressionType === 'producer' ? stored : rules.compressionType
  const whole = buffer.subarray(at, at + batchSize(buffer, at))
  if (onlyNeedsAppendTime(buffer, at, rules, stored, wanted)) {
    setTimestamp(buffer, at, true, now)
    return whole
  }
  const found = inspectRecords(buffer, at, rules, now)
  if (wanted !== stored) return rebuild(buffer, at, rules, wanted, now)
  if (stored !== 'none' && !found.offsetsInOrder) {
    throw new KafkaError(
      'UNKNOWN_SERVER_ERROR',
      'the offset deltas of compressed records must be 0, 1, 2 and so on; those of this record batch are not',
    )
  }
  setTimestamp(buffer, at, rules.logAppendTime, rules.logAppendTime ? now : found.maxTimestamp)
  return whole
}

/** The commonest case of a topic with LogAppendTime: a field of the header is written, no record is decoded. */
function onlyNeedsAppendTime(
  buffer: Buffer,
  at: number,
  rules: AppendRules,
  stored: CompressionType,
  wanted: CompressionType,
): boolean {
  if (!rules.logAppendTime || rules.compacted || stored !== wanted || hasLogAppendTime(buffer, at))
    return false
  if (rules.recordChecks === 'none') return true
  return rules.recordChecks === 'uncompressed' && (stored !== 'none' || recordsMatchHeader(buffer, at))
}

interface Inspection {
  readonly maxTimestamp: number
  /** The offset deltas are 0, 1, 2 and so on. */
  readonly offsetsInOrder: boolean
}

/** Reads all records and throws when one of them, or their number, is not acceptable. */
function inspectRecords(buffer: Buffer, at: number, rules: AppendRules, now: number): Inspection {
  const cursor = openRecords(buffer, at, rules.maxDecompressedBytes)
  const errors: RecordError[] = []
  let refused = 0
  let byTimestamp = false
  let maxTimestamp = NO_TIMESTAMP
  let offsetsInOrder = true
  while (cursor.next()) {
    const index = cursor.read - 1
    const timestamp = recordTimestamp(cursor, buffer, at)
    if (timestamp > maxTimestamp) maxTimestamp = timestamp
    if (cursor.offsetDelta !== index) offsetsInOrder = false
    const withoutKey = keyFault(cursor, rules)
    const fault = withoutKey ?? timestampFault(timestamp, hasLogAppendTime(buffer, at), rules, now)
    if (fault === null) continue
    refused++
    if (withoutKey === null) byTimestamp = true
    if (errors.length < MAX_RECORD_ERRORS) errors.push({ batchIndex: index, batchIndexErrorMessage: fault })
  }
  if (refused > 0) {
    throw new RecordsRefusedError(
      byTimestamp ? 'INVALID_TIMESTAMP' : 'INVALID_RECORD',
      `${refused} of the ${cursor.read} records in the batch are refused; the first: ${errors[0]!.batchIndexErrorMessage}`,
      errors,
    )
  }
  return { maxTimestamp, offsetsInOrder }
}

function keyFault(cursor: RecordCursor, rules: AppendRules): string | null {
  return rules.compacted && cursor.keySize < 0
    ? 'the record has no key; a topic with cleanup.policy=compact needs one'
    : null
}

/** Kafka's LogValidator.validateTimestamp. */
function timestampFault(
  timestamp: number,
  byAppend: boolean,
  rules: AppendRules,
  now: number,
): string | null {
  if (rules.logAppendTime || timestamp === NO_TIMESTAMP) {
    return byAppend ? 'the producer set timestamp type LogAppendTime; it must send CreateTime' : null
  }
  if (timestamp - now > rules.timestampAfterMaxMs) {
    return `timestamp ${timestamp} is ${timestamp - now} ms after the broker's clock; message.timestamp.after.max.ms allows ${rules.timestampAfterMaxMs}`
  }
  if (rules.timestampBeforeMaxMs < UNLIMITED_MS && now - timestamp > rules.timestampBeforeMaxMs) {
    return `timestamp ${timestamp} is ${now - timestamp} ms before the broker's clock; message.timestamp.before.max.ms allows ${rules.timestampBeforeMaxMs}`
  }
  return null
}

/** The same records in a batch that is compressed as the topic wants it. */
function rebuild(
  buffer: Buffer,
  at: number,
  rules: AppendRules,
  compression: CompressionType,
  now: number,
): Buffer {
  const records: RecordInput[] = []
  for (const { timestamp, key, value, headers } of readRecords(buffer, at, rules.maxDecompressedBytes)) {
    records.push({ timestamp, key, value, headers })
  }
  const options: BatchOptions = {
    compression,
    ...(rules.compressionLevel === undefined ? {} : { compressionLevel: rules.compressionLevel }),
    ...(rules.logAppendTime ? { logAppendTime: now } : {}),
    producerId: producerId(buffer, at),
    producerEpoch: producerEpoch(buffer, at),
    baseSequence: baseSequence(buffer, at),
    transactional: isTransactional(buffer, at),
  }
  const batch = buildBatch(options, records)
  if (batch.length > rules.maxBatchBytes) {
    throw new KafkaError(
      'MESSAGE_TOO_LARGE',
      `the record batch has ${batch.length} bytes with compression.type=${compression}, max.message.bytes of the topic allows ${rules.maxBatchBytes}`,
    )
  }
  return batch
}
