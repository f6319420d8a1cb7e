import { KafkaError } from '../protocol/errors.ts'
import type { AppendRules } from './append-rules.ts'
import { UNLIMITED_MS } from './append-rules.ts'
import { batchNotFound, findBatch, NO_WHOLE_BATCH } from './batch-iterator.ts'
import { codecOf, codecs } from './compression/codecs.ts'
import {
  attributes,
  baseOffset,
  baseSequence,
  batchSize,
  COMPRESSION_MASK,
  compressionId,
  computeCrc,
  CONTROL_BIT,
  crc,
  HEADER_SIZE,
  lastOffsetDelta,
  LOG_APPEND_TIME_BIT,
  MAGIC_V2,
  magic,
  maxTimestamp,
  NO_PRODUCER_ID,
  producerId,
  recordCount,
} from './record-batch.ts'
import { recordsMatchHeader } from './records-walk.ts'

/** The batch may be appended as it is, but for its base offset and leader epoch. */
export const ACCEPTED = 0
/** The batch may be appended once `validateBatch` has looked at it, and perhaps changed it. */
export const NEEDS_VALIDATION = 1

// All other verdicts refuse the batch, and `refusal` makes the error. Negative ones are those of `findBatch`.
const OLD_FORMAT = 2
const ZSTD_TOO_EARLY = 3
const SEVERAL_BATCHES = 4
const BYTES_AFTER_BATCH = 5
const HEADER_INCOMPLETE = 6
const BASE_OFFSET_NOT_ZERO = 7
const BATCH_TOO_LARGE = 8
const CRC_WRONG = 9
const COMPRESSION_UNKNOWN = 10
const OFFSET_RANGE_INVALID = 11
const COUNT_INVALID = 12
const COUNT_AND_OFFSETS_DIFFER = 13
const CONTROL_BY_CLIENT = 14
const SEQUENCE_MISSING = 15

/** The first version of Produce that may carry zstd (KIP-110). */
const FIRST_PRODUCE_WITH_ZSTD = 7
const ZSTD_ID = codecOf('zstd').id

/**
 * Decides on the records that a producer sent for one partition, `buffer` from `start` to `end`: exactly one batch, of which a last
 * part of another may follow (it is ignored, so append `batchSize` bytes and not all). `now` is the broker's clock in ms.
 *
 * This is the hot path: it reads the header and the CRC, and with `recordChecks: 'uncompressed'` it walks over the records of
 * such batches; it allocates nothing but the view for the CRC, and changes nothing. The order of the checks is Kafka's
 * (ProduceRequest.validateRecords, UnifiedLog.analyzeAndValidateRecords, LogValidator.validateBatch), so that a batch with
 * several faults gets the same error. Returns ACCEPTED, NEEDS_VALIDATION, or a verdict for `refusal`.
 */
export function checkBatch(
  buffer: Buffer,
  start: number,
  end: number,
  rules: AppendRules,
  now: number,
  produceVersion: number,
): number {
  const size = findBatch(buffer, start, end)
  if (size < 0) return size
  if (magic(buffer, start) !== MAGIC_V2) return OLD_FORMAT
  if (start + size !== end) {
    const second = findBatch(buffer, start + size, end)
    if (second !== NO_WHOLE_BATCH) return second < 0 ? BYTES_AFTER_BATCH : SEVERAL_BATCHES
  }
  if (size < HEADER_SIZE) return HEADER_INCOMPLETE
  const bits = attributes(buffer, start)
  const codec = bits & COMPRESSION_MASK
  if (codec === ZSTD_ID && produceVersion < FIRST_PRODUCE_WITH_ZSTD) return ZSTD_TOO_EARLY
  if (baseOffset(buffer, start) !== 0) return BASE_OFFSET_NOT_ZERO
  if (size > rules.maxBatchBytes) return BATCH_TOO_LARGE
  if (crc(buffer, start) !== computeCrc(buffer, start)) return CRC_WRONG
  if (codec >= codecs.length) return COMPRESSION_UNKNOWN
  const delta = lastOffsetDelta(buffer, start)
  if (delta < 0) return OFFSET_RANGE_INVALID
  const count = recordCount(buffer, start)
  if (count <= 0) return COUNT_INVALID
  if (count !== delta + 1) return COUNT_AND_OFFSETS_DIFFER
  if ((bits & CONTROL_BIT) !== 0) return CONTROL_BY_CLIENT
  if (producerId(buffer, start) > NO_PRODUCER_ID && baseSequence(buffer, start) < 0) return SEQUENCE_MISSING
  return needsValidation(buffer, start, bits, rules, now) ? NEEDS_VALIDATION : ACCEPTED
}

function needsValidation(buffer: Buffer, at: number, bits: number, rules: AppendRules, now: number): boolean {
  if (rules.compacted || rules.logAppendTime || (bits & LOG_APPEND_TIME_BIT) !== 0) return true
  if (rules.timestampBeforeMaxMs < UNLIMITED_MS) return true
  if (maxTimestamp(buffer, at) - now > rules.timestampAfterMaxMs) return true
  const codec = bits & COMPRESSION_MASK
  if (rules.compressionType !== 'producer' && codecOf(rules.compressionType).id !== codec) return true
  if (codec !== 0) return rules.recordChecks === 'all'
  return rules.recordChecks !== 'none' && !recordsMatchHeader(buffer, at)
}

/** The error for a verdict of `checkBatch` on the same arguments, with the values that led to it. */
export function refusal(
  verdict: number,
  buffer: Buffer,
  start: number,
  end: number,
  rules: AppendRules,
): KafkaError {
  const size = end - start
  switch (verdict) {
    case NO_WHOLE_BATCH:
      return new KafkaError(
        'INVALID_RECORD',
        `the ${size} bytes of records hold no whole record batch; send exactly one per partition`,
      )
    case OLD_FORMAT:
      return new KafkaError(
        'INVALID_RECORD',
        `the record batch has format version (magic) ${magic(buffer, start)}; only version 2 can be produced`,
      )
    case SEVERAL_BATCHES:
      return new KafkaError(
        'INVALID_RECORD',
        `the ${size} bytes of records hold more than one record batch; send exactly one per partition`,
      )
    case BYTES_AFTER_BATCH:
      return new KafkaError(
        'CORRUPT_MESSAGE',
        `after the record batch of ${batchSize(buffer, start)} bytes come ${size - batchSize(buffer, start)} that are none`,
      )
    case HEADER_INCOMPLETE:
      return new KafkaError(
        'CORRUPT_MESSAGE',
        `the record batch has ${batchSize(buffer, start)} bytes, less than its header (${HEADER_SIZE})`,
      )
    default:
      return verdict < 0
        ? batchNotFound(verdict, buffer, start)
        : headerRefusal(verdict, buffer, start, rules)
  }
}

function headerRefusal(verdict: number, buffer: Buffer, at: number, rules: AppendRules): KafkaError {
  const delta = lastOffsetDelta(buffer, at)
  const count = recordCount(buffer, at)
  switch (verdict) {
    case ZSTD_TOO_EARLY:
      return new KafkaError(
        'UNSUPPORTED_COMPRESSION_TYPE',
        `the record batch is compressed with zstd, which needs Produce version ${FIRST_PRODUCE_WITH_ZSTD} or later`,
      )
    case BASE_OFFSET_NOT_ZERO:
      return new KafkaError(
        'INVALID_RECORD',
        `the record batch has base offset ${baseOffset(buffer, at)}; producers send 0 and the broker assigns it`,
      )
    case BATCH_TOO_LARGE:
      return new KafkaError(
        'MESSAGE_TOO_LARGE',
        `the record batch has ${batchSize(buffer, at)} bytes, max.message.bytes of the topic allows ${rules.maxBatchBytes}`,
      )
    case CRC_WRONG:
      return new KafkaError(
        'CORRUPT_MESSAGE',
        `the record batch is corrupt: it states CRC-32C ${crc(buffer, at)}, its bytes have ${computeCrc(buffer, at)}`,
      )
    case COMPRESSION_UNKNOWN:
      return new KafkaError(
        'UNKNOWN_SERVER_ERROR',
        `compression type ${compressionId(buffer, at)} does not exist`,
      )
    case OFFSET_RANGE_INVALID:
      return new KafkaError(
        'INVALID_RECORD',
        `the record batch has last offset delta ${delta}, which is negative`,
      )
    case COUNT_INVALID:
      return new KafkaError(
        'INVALID_RECORD',
        `the record batch states ${count} records; it must have at least 1`,
      )
    case COUNT_AND_OFFSETS_DIFFER:
      return new KafkaError(
        'INVALID_RECORD',
        `the record batch states ${count} records, but last offset delta ${delta}, which is that of ${delta + 1}`,
      )
    case CONTROL_BY_CLIENT:
      return new KafkaError(
        'INVALID_RECORD',
        'the record batch is a control batch, which only brokers may write',
      )
    case SEQUENCE_MISSING:
      return new KafkaError(
        'INVALID_RECORD',
        `the record batch has producer id ${producerId(buffer, at)} and sequence ${baseSequence(buffer, at)}; an idempotent producer counts from 0`,
      )
    default:
      throw new RangeError(`${verdict} is no verdict that refuses a batch`)
  }
}
