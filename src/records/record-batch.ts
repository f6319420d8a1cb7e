import { crc32c } from '../util/crc32c.ts'
import { readInt64, writeInt64 } from '../util/int64.ts'

/**
 * A record batch, format v2 (KIP-98; Kafka class DefaultRecordBatch), read and patched in place. All numbers are big-endian.
 *
 * | at | field                  | type  | remarks |
 * |----|------------------------|-------|---------|
 * | 0  | base offset            | int64 | of the first record that the batch had when it was made; compaction keeps it |
 * | 8  | length                 | int32 | of all that follows this field |
 * | 12 | partition leader epoch | int32 | the broker sets it; outside of the CRC, as is all before it |
 * | 16 | magic                  | int8  | 2 |
 * | 17 | CRC-32C                | int32 | of everything from the attributes to the end |
 * | 21 | attributes             | int16 | bits 0-2 compression, 3 timestamp type, 4 transactional, 5 control, 6 delete horizon |
 * | 23 | last offset delta      | int32 | last offset - base offset |
 * | 27 | base timestamp         | int64 | ms; with bit 6 the delete horizon instead |
 * | 35 | max timestamp          | int64 | ms; with bit 3 the time of the append, which then is that of all records |
 * | 43 | producer id            | int64 | -1: none |
 * | 51 | producer epoch         | int16 | |
 * | 53 | base sequence          | int32 | of the first record |
 * | 57 | record count           | int32 | |
 * | 61 | records                |       | compressed as a whole when the attributes say so |
 *
 * `at` is always the position of the batch in the buffer. Readers trust that the header is there: `checkBatch` (append),
 * `BatchIterator` (walking) are what establishes it.
 */
export const BASE_OFFSET_AT = 0
export const LENGTH_AT = 8
export const LEADER_EPOCH_AT = 12
export const MAGIC_AT = 16
export const CRC_AT = 17
export const ATTRIBUTES_AT = 21
export const LAST_OFFSET_DELTA_AT = 23
export const BASE_TIMESTAMP_AT = 27
export const MAX_TIMESTAMP_AT = 35
export const PRODUCER_ID_AT = 43
export const PRODUCER_EPOCH_AT = 51
export const BASE_SEQUENCE_AT = 53
export const RECORD_COUNT_AT = 57
export const RECORDS_AT = 61

/** Bytes of the header: the smallest batch, one that has no records. */
export const HEADER_SIZE = RECORDS_AT
/** Bytes up to and with the length field, which does not count them. */
export const LOG_OVERHEAD = LEADER_EPOCH_AT
/** The one format that is stored; what came before it (message sets) is gone from Produce since version 3. */
export const MAGIC_V2 = 2

export const COMPRESSION_MASK = 0x07
export const LOG_APPEND_TIME_BIT = 0x08
export const TRANSACTIONAL_BIT = 0x10
export const CONTROL_BIT = 0x20
export const DELETE_HORIZON_BIT = 0x40

export const NO_PRODUCER_ID = -1
export const NO_PRODUCER_EPOCH = -1
export const NO_SEQUENCE = -1
export const NO_TIMESTAMP = -1
export const NO_LEADER_EPOCH = -1

/** Offset of the first record that the batch had when it was made. */
export function baseOffset(buffer: Buffer, at: number): number {
  return readInt64(buffer, at + BASE_OFFSET_AT)
}

/** Offset of the last record that the batch had when it was made; the next batch starts after it. */
export function lastOffset(buffer: Buffer, at: number): number {
  return baseOffset(buffer, at) + lastOffsetDelta(buffer, at)
}

/** The length field: bytes after itself. */
export function batchLength(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at + LENGTH_AT)
}

/** Bytes of the whole batch, header included. */
export function batchSize(buffer: Buffer, at: number): number {
  return batchLength(buffer, at) + LOG_OVERHEAD
}

export function partitionLeaderEpoch(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at + LEADER_EPOCH_AT)
}

export function magic(buffer: Buffer, at: number): number {
  return buffer.readInt8(at + MAGIC_AT)
}

/** The stored CRC-32C, unsigned. */
export function crc(buffer: Buffer, at: number): number {
  return buffer.readUInt32BE(at + CRC_AT)
}

/** The CRC-32C that the batch's bytes have. */
export function computeCrc(buffer: Buffer, at: number): number {
  return crc32c(buffer.subarray(at + ATTRIBUTES_AT, at + batchSize(buffer, at)))
}

export function attributes(buffer: Buffer, at: number): number {
  return buffer.readInt16BE(at + ATTRIBUTES_AT)
}

/** 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd; 5 to 7 mean nothing. */
export function compressionId(buffer: Buffer, at: number): number {
  return attributes(buffer, at) & COMPRESSION_MASK
}

/** True when all records have the time of the append, which `maxTimestamp` holds. */
export function hasLogAppendTime(buffer: Buffer, at: number): boolean {
  return (attributes(buffer, at) & LOG_APPEND_TIME_BIT) !== 0
}

export function isTransactional(buffer: Buffer, at: number): boolean {
  return (attributes(buffer, at) & TRANSACTIONAL_BIT) !== 0
}

/** True for batches that brokers write and applications never see: transaction markers and the like. */
export function isControl(buffer: Buffer, at: number): boolean {
  return (attributes(buffer, at) & CONTROL_BIT) !== 0
}

export function lastOffsetDelta(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at + LAST_OFFSET_DELTA_AT)
}

/** What the records' timestamp deltas are added to, in ms. */
export function baseTimestamp(buffer: Buffer, at: number): number {
  return readInt64(buffer, at + BASE_TIMESTAMP_AT)
}

/** From when on compaction may drop the batch's tombstones and markers, in ms; null when that is not set (KIP-534). */
export function deleteHorizon(buffer: Buffer, at: number): number | null {
  return (attributes(buffer, at) & DELETE_HORIZON_BIT) === 0 ? null : baseTimestamp(buffer, at)
}

export function maxTimestamp(buffer: Buffer, at: number): number {
  return readInt64(buffer, at + MAX_TIMESTAMP_AT)
}

export function producerId(buffer: Buffer, at: number): number {
  return readInt64(buffer, at + PRODUCER_ID_AT)
}

export function producerEpoch(buffer: Buffer, at: number): number {
  return buffer.readInt16BE(at + PRODUCER_EPOCH_AT)
}

export function baseSequence(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at + BASE_SEQUENCE_AT)
}

/** Sequence of the batch's last record, -1 when it has none. */
export function lastSequence(buffer: Buffer, at: number): number {
  const base = baseSequence(buffer, at)
  return base === NO_SEQUENCE ? NO_SEQUENCE : addSequence(base, lastOffsetDelta(buffer, at))
}

/** Sequences wrap from 2^31 - 1 to 0. `by` is not negative. */
export function addSequence(sequence: number, by: number): number {
  const sum = sequence + by
  return sum > 0x7fff_ffff ? sum - 0x8000_0000 : sum
}

export function recordCount(buffer: Buffer, at: number): number {
  return buffer.readInt32BE(at + RECORD_COUNT_AT)
}

/** The CRC stays as it is: this field lies outside of it. */
export function setBaseOffset(buffer: Buffer, at: number, offset: number): void {
  writeInt64(buffer, offset, at + BASE_OFFSET_AT)
}

/** The CRC stays as it is: this field lies outside of it. */
export function setPartitionLeaderEpoch(buffer: Buffer, at: number, epoch: number): void {
  buffer.writeInt32BE(epoch, at + LEADER_EPOCH_AT)
}

/** Writes the CRC that the batch's bytes have: after each change behind the CRC field. */
export function updateCrc(buffer: Buffer, at: number): void {
  buffer.writeUInt32BE(computeCrc(buffer, at), at + CRC_AT)
}

/**
 * Sets the timestamp type and the max timestamp, and the CRC with them. With `logAppendTime` this is how a topic with
 * `message.timestamp.type=LogAppendTime` gets its timestamps: one field, no record is touched. Attribute bits that have no
 * meaning are cleared, as Kafka does; if nothing changes, the batch stays as it is.
 */
export function setTimestamp(buffer: Buffer, at: number, logAppendTime: boolean, timestamp: number): void {
  if (hasLogAppendTime(buffer, at) === logAppendTime && maxTimestamp(buffer, at) === timestamp) return
  const kept =
    attributes(buffer, at) & (COMPRESSION_MASK | TRANSACTIONAL_BIT | CONTROL_BIT | DELETE_HORIZON_BIT)
  buffer.writeInt16BE(logAppendTime ? kept | LOG_APPEND_TIME_BIT : kept, at + ATTRIBUTES_AT)
  writeInt64(buffer, timestamp, at + MAX_TIMESTAMP_AT)
  updateCrc(buffer, at)
}
