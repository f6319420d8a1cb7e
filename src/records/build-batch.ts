import { subtractInt64, writeInt64 } from '../util/int64.ts'
import { varintSize } from '../util/varint.ts'
import type { CompressionType } from './compression/codec.ts'
import { codecOf } from './compression/codecs.ts'
import { type RecordInput, recordBodySize, writeRecord } from './record.ts'
import {
  ATTRIBUTES_AT,
  BASE_OFFSET_AT,
  BASE_SEQUENCE_AT,
  BASE_TIMESTAMP_AT,
  CONTROL_BIT,
  DELETE_HORIZON_BIT,
  HEADER_SIZE,
  LAST_OFFSET_DELTA_AT,
  LEADER_EPOCH_AT,
  LENGTH_AT,
  LOG_APPEND_TIME_BIT,
  LOG_OVERHEAD,
  MAGIC_AT,
  MAGIC_V2,
  MAX_TIMESTAMP_AT,
  NO_LEADER_EPOCH,
  NO_PRODUCER_EPOCH,
  NO_PRODUCER_ID,
  NO_SEQUENCE,
  NO_TIMESTAMP,
  PRODUCER_EPOCH_AT,
  PRODUCER_ID_AT,
  RECORD_COUNT_AT,
  TRANSACTIONAL_BIT,
  updateCrc,
} from './record-batch.ts'

/** The header of a batch to be made. What is left out is as in a plain producer's batch. */
export interface BatchOptions {
  /** 0. */
  readonly baseOffset?: number
  /** The last record's. Compaction keeps it when that record goes. */
  readonly lastOffset?: number
  /** -1: the broker sets it when it appends. */
  readonly partitionLeaderEpoch?: number
  /** none. */
  readonly compression?: CompressionType
  readonly compressionLevel?: number
  /** Makes the timestamp type LogAppendTime, in ms: readers see this time in all records, although each keeps its own, too. */
  readonly logAppendTime?: number
  /** The largest of the records' timestamps, -1 without records. */
  readonly maxTimestamp?: number
  /** In ms; none. */
  readonly deleteHorizon?: number
  readonly producerId?: number
  readonly producerEpoch?: number
  readonly baseSequence?: number
  readonly transactional?: boolean
  readonly control?: boolean
}

interface Sized {
  readonly record: RecordInput
  readonly timestampDelta: number
  readonly offsetDelta: number
  readonly bodySize: number
}

/**
 * A record batch of these records, in a buffer of its own, with its CRC. Offsets count up from the base offset unless a record
 * brings its own; timestamps are relative to the first record's. The caller keeps within `max.message.bytes`.
 */
export function buildBatch(options: BatchOptions, records: readonly RecordInput[]): Buffer {
  const baseOffset = options.baseOffset ?? 0
  const baseTimestamp = options.deleteHorizon ?? records[0]?.timestamp ?? NO_TIMESTAMP
  const sized: Sized[] = []
  let size = 0
  let maxTimestamp = NO_TIMESTAMP
  let nextDelta = 0
  for (const record of records) {
    const offsetDelta = record.offset === undefined ? nextDelta : record.offset - baseOffset
    const timestampDelta = subtractInt64(record.timestamp, baseTimestamp)
    const bodySize = recordBodySize(record, timestampDelta, offsetDelta)
    sized.push({ record, timestampDelta, offsetDelta, bodySize })
    size += varintSize(bodySize) + bodySize
    maxTimestamp = Math.max(maxTimestamp, record.timestamp)
    nextDelta = offsetDelta + 1
  }
  const batch = withRecords(options, sized, size)
  writeHeader(batch, options, {
    baseOffset,
    baseTimestamp,
    maxTimestamp: options.logAppendTime ?? options.maxTimestamp ?? maxTimestamp,
    lastOffsetDelta: options.lastOffset === undefined ? nextDelta - 1 : options.lastOffset - baseOffset,
    count: records.length,
  })
  updateCrc(batch, 0)
  return batch
}

/** A batch with its records in place, compressed if so wished, and the header still to be written. */
function withRecords(options: BatchOptions, sized: readonly Sized[], size: number): Buffer {
  const batch = Buffer.allocUnsafe(HEADER_SIZE + size)
  let at = HEADER_SIZE
  for (const { record, bodySize, timestampDelta, offsetDelta } of sized) {
    at = writeRecord(batch, at, record, bodySize, timestampDelta, offsetDelta)
  }
  const codec = codecOf(options.compression ?? 'none')
  if (codec.id === 0 || sized.length === 0) return batch
  const compressed = codec.compress(batch.subarray(HEADER_SIZE), options.compressionLevel)
  return Buffer.concat([batch.subarray(0, HEADER_SIZE), compressed])
}

interface Computed {
  readonly baseOffset: number
  readonly baseTimestamp: number
  readonly maxTimestamp: number
  readonly lastOffsetDelta: number
  readonly count: number
}

function writeHeader(batch: Buffer, options: BatchOptions, computed: Computed): void {
  let attributes = computed.count === 0 ? 0 : codecOf(options.compression ?? 'none').id
  if (options.logAppendTime !== undefined) attributes |= LOG_APPEND_TIME_BIT
  if (options.transactional === true) attributes |= TRANSACTIONAL_BIT
  if (options.control === true) attributes |= CONTROL_BIT
  if (options.deleteHorizon !== undefined) attributes |= DELETE_HORIZON_BIT
  writeInt64(batch, computed.baseOffset, BASE_OFFSET_AT)
  batch.writeInt32BE(batch.length - LOG_OVERHEAD, LENGTH_AT)
  batch.writeInt32BE(options.partitionLeaderEpoch ?? NO_LEADER_EPOCH, LEADER_EPOCH_AT)
  batch.writeInt8(MAGIC_V2, MAGIC_AT)
  batch.writeInt16BE(attributes, ATTRIBUTES_AT)
  batch.writeInt32BE(computed.lastOffsetDelta, LAST_OFFSET_DELTA_AT)
  writeInt64(batch, computed.baseTimestamp, BASE_TIMESTAMP_AT)
  writeInt64(batch, computed.maxTimestamp, MAX_TIMESTAMP_AT)
  writeInt64(batch, options.producerId ?? NO_PRODUCER_ID, PRODUCER_ID_AT)
  batch.writeInt16BE(options.producerEpoch ?? NO_PRODUCER_EPOCH, PRODUCER_EPOCH_AT)
  batch.writeInt32BE(options.baseSequence ?? NO_SEQUENCE, BASE_SEQUENCE_AT)
  batch.writeInt32BE(computed.count, RECORD_COUNT_AT)
}
