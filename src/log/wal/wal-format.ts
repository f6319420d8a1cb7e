import { crc32c } from '../../util/crc32c.ts'

/**
 * The bytes of the write-ahead log. A file starts with a 4 KiB header; records follow, each on an 8-byte boundary.
 *
 * File header: magic "CHRNWAL1" 8 · format version u32 · header crc u32 (of bytes 16..64) · file number u64 ·
 * directory id 16 · file size u64 · created ms u64 · zeros. Big-endian.
 *
 * Record: tag u32 · crc u32 (of bytes 8..64) · payload length u32 · type u8 · 3 zero bytes · sequence u64 · topic id 16 ·
 * partition u32 · leader epoch u32 · base offset i64 · last offset delta u32 · segment distance u32 · payload · zeros to 8 bytes.
 *
 * The tag is derived from the file number and the directory id, so that what an earlier use left in a recycled file, or stands in
 * a payload, never matches. The crc covers
 * the header only; the payload of a DATA record is one record batch, which carries its own CRC-32C. Its segment distance is the
 * base offset minus that of its segment, plus 1: recovery puts each batch where it stood, so that positions in segment files hold.
 *
 * A REFERENCE record stands for batches that went straight to their segment file and were durable there before this record was
 * written. Base offset and last offset delta span them; the payload is segment base offset u64 · file position u64 · bytes u64 ·
 * crc u32 (of the 24 bytes before) · zero u32.
 *
 * A GROUP record opens each group commit. It has no payload; "base offset" is the last sequence known to be durable before
 * this group, "last offset delta" the number of records that follow in the group. Recovery uses the first: a damaged record
 * with a sequence at or below a later GROUP's durable sequence had been acknowledged, so it is damage and not a torn tail.
 */
export const walMagic = Buffer.from('CHRNWAL1', 'latin1')
export const walFormatVersion = 1
export const walFileHeaderBytes = 4096
export const walRecordHeaderBytes = 64

export const walReferenceBytes = 32

export const walRecordType = { group: 1, data: 2, reference: 3 } as const
export type WalRecordType = (typeof walRecordType)[keyof typeof walRecordType]

export interface WalFileHeader {
  readonly fileNumber: number
  /** 16 bytes. */
  readonly directoryId: Buffer
  readonly fileBytes: number
  readonly createdMs: number
}

export function encodeWalFileHeader(header: WalFileHeader): Buffer {
  const buffer = Buffer.alloc(walFileHeaderBytes)
  walMagic.copy(buffer, 0)
  buffer.writeUInt32BE(walFormatVersion, 8)
  writeUint64(buffer, 16, header.fileNumber)
  header.directoryId.copy(buffer, 24, 0, 16)
  writeUint64(buffer, 40, header.fileBytes)
  writeUint64(buffer, 48, header.createdMs)
  buffer.writeUInt32BE(crc32c(buffer.subarray(16, 64)), 12)
  return buffer
}

/** The header, or null when the bytes are no header of this format (never written, torn, or damaged). */
export function decodeWalFileHeader(buffer: Buffer): WalFileHeader | null {
  if (buffer.length < 64 || !buffer.subarray(0, 8).equals(walMagic)) return null
  if (buffer.readUInt32BE(8) !== walFormatVersion) return null
  if (buffer.readUInt32BE(12) !== crc32c(buffer.subarray(16, 64))) return null
  return {
    fileNumber: readUint64(buffer, 16),
    directoryId: Buffer.from(buffer.subarray(24, 40)),
    fileBytes: readUint64(buffer, 40),
    createdMs: readUint64(buffer, 48),
  }
}

/** Never 0, so that zeroed space never looks like a record. `directoryId` is random, so that no client can make a payload that does. */
export function walTag(fileNumber: number, directoryId: Buffer): number {
  const source = Buffer.alloc(24)
  writeUint64(source, 0, fileNumber)
  directoryId.copy(source, 8, 0, 16)
  return crc32c(source) || 1
}

/** Bytes that a record with this payload takes, padding included. */
export function walRecordBytes(payloadBytes: number): number {
  return walRecordHeaderBytes + ((payloadBytes + 7) & ~7)
}

/** Bytes that `batches` batches in one group may have together, so that the group fits into a file of this size. */
export function walBatchBytesMax(fileBytes: number, batches: number): number {
  return fileBytes - walFileHeaderBytes - walRecordHeaderBytes - batches * (walRecordHeaderBytes + 7)
}

export interface WalRecordHeader {
  readonly type: WalRecordType
  readonly payloadBytes: number
  readonly sequence: number
  /** 16 bytes, a view of the source. */
  readonly topicId: Buffer
  readonly partition: number
  readonly leaderEpoch: number
  readonly baseOffset: number
  readonly lastOffsetDelta: number
  /** Base offset of the segment that a DATA record's batch belongs to; -1 when the record does not say. */
  readonly segmentBase: number
}

/** Where the batches of a REFERENCE record stand. */
export interface WalReference {
  readonly segmentBase: number
  readonly position: number
  readonly bytes: number
}

export function encodeWalReference(target: Buffer, at: number, reference: WalReference): void {
  writeUint64(target, at, reference.segmentBase)
  writeUint64(target, at + 8, reference.position)
  writeUint64(target, at + 16, reference.bytes)
  target.writeUInt32BE(crc32c(target.subarray(at, at + 24)), at + 24)
  target.writeUInt32BE(0, at + 28)
}

/** The reference in a payload, or null when the bytes are torn or damaged. */
export function decodeWalReference(payload: Buffer): WalReference | null {
  if (payload.length !== walReferenceBytes) return null
  if (payload.readUInt32BE(24) !== crc32c(payload.subarray(0, 24))) return null
  return {
    segmentBase: readUint64(payload, 0),
    position: readUint64(payload, 8),
    bytes: readUint64(payload, 16),
  }
}

const noTopicId = Buffer.alloc(16)

export function writeGroupHeader(
  target: Buffer,
  at: number,
  tag: number,
  group: { sequence: number; durableSequence: number; count: number },
): void {
  writeHeader(
    target,
    at,
    tag,
    walRecordType.group,
    0,
    group.sequence,
    noTopicId,
    0,
    0,
    group.durableSequence,
    group.count,
    0,
  )
}

/** The header of a DATA or a REFERENCE record; `segmentBase` is -1 when the place of the batch in its partition is free. */
export function writeRecordHeader(
  target: Buffer,
  at: number,
  tag: number,
  type: WalRecordType,
  sequence: number,
  payloadBytes: number,
  topicId: Buffer,
  partition: number,
  leaderEpoch: number,
  baseOffset: number,
  lastOffsetDelta: number,
  segmentBase: number,
): void {
  writeHeader(
    target,
    at,
    tag,
    type,
    payloadBytes,
    sequence,
    topicId,
    partition,
    leaderEpoch,
    baseOffset,
    lastOffsetDelta,
    segmentBase < 0 ? 0 : baseOffset - segmentBase + 1,
  )
}

function writeHeader(
  target: Buffer,
  at: number,
  tag: number,
  type: number,
  payloadBytes: number,
  sequence: number,
  topicId: Buffer,
  partition: number,
  leaderEpoch: number,
  baseOffset: number,
  lastOffsetDelta: number,
  segmentDistance: number,
): void {
  target.writeUInt32BE(tag, at)
  target.writeUInt32BE(payloadBytes, at + 8)
  target.writeUInt32BE(type << 24, at + 12)
  writeUint64(target, at + 16, sequence)
  target.set(topicId, at + 24)
  target.writeUInt32BE(partition, at + 40)
  target.writeInt32BE(leaderEpoch, at + 44)
  writeUint64(target, at + 48, baseOffset)
  target.writeUInt32BE(lastOffsetDelta, at + 56)
  target.writeUInt32BE(segmentDistance, at + 60)
  target.writeUInt32BE(crc32c(target.subarray(at + 8, at + 64)), at + 4)
}

/** The record header at `at`, or null when the bytes are not a whole, undamaged header with this tag. */
export function readWalRecordHeader(source: Buffer, at: number, tag: number): WalRecordHeader | null {
  if (at + walRecordHeaderBytes > source.length || source.readUInt32BE(at) !== tag) return null
  if (source.readUInt32BE(at + 4) !== crc32c(source.subarray(at + 8, at + 64))) return null
  const type = source[at + 12]
  if (type !== walRecordType.group && type !== walRecordType.data && type !== walRecordType.reference)
    return null
  const baseOffset = readUint64(source, at + 48)
  const segmentDistance = source.readUInt32BE(at + 60)
  return {
    type,
    payloadBytes: source.readUInt32BE(at + 8),
    sequence: readUint64(source, at + 16),
    topicId: source.subarray(at + 24, at + 40),
    partition: source.readUInt32BE(at + 40),
    leaderEpoch: source.readInt32BE(at + 44),
    baseOffset,
    lastOffsetDelta: source.readUInt32BE(at + 56),
    segmentBase: segmentDistance === 0 ? -1 : baseOffset - segmentDistance + 1,
  }
}

export function writeUint64(target: Buffer, at: number, value: number): void {
  const high = Math.floor(value / 0x100000000)
  target.writeUInt32BE(high, at)
  target.writeUInt32BE(value - high * 0x100000000, at + 4)
}

export function readUint64(source: Buffer, at: number): number {
  return source.readUInt32BE(at) * 0x100000000 + source.readUInt32BE(at + 4)
}

const filePattern = /^wal-(\d{20})\.log$/

export function walFileName(fileNumber: number): string {
  return `wal-${String(fileNumber).padStart(20, '0')}.log`
}

/** The file number in a name made by {@link walFileName}, or null. */
export function walFileNumber(name: string): number | null {
  const match = filePattern.exec(name)
  return match === null ? null : Number(match[1])
}
