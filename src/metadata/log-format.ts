import { crc32c } from '../util/crc32c.ts'
import type { MetaEvent } from './meta-store.ts'

/**
 * Bytes of the local store's files. All integers are little-endian.
 *
 * File header (28 bytes): magic 8 | version u32 | salt u32 | revision u48 | zero u16 | CRC-32C u32 of the bytes before it.
 * The revision is the first one of a log, and the one that a snapshot is the state of. The salt is random and seeds all
 * other checksums of the file, so that bytes from elsewhere can never pass for its own.
 *
 * A log continues with frames: magic u32 | CRC-32C u32 of what follows | length u32 of the payload | payload. A frame is
 * what one group commit wrote, so either all its transactions count or none. The next frame is written only after this
 * one is durable; therefore a valid frame behind an unreadable one proves damage, and its absence a torn write.
 *
 * Payload: last revision u48 | count u32 | transactions. A frame with count 0 is a mark: it says that everything up to
 * its revision had been made durable. One transaction: revision u48 | timestamp ms u48 | compares held u8 |
 * operation id (u16 length, bytes) | event count u32 | events: kind u8 (1 put, 2 delete) | key (u16 length, bytes) |
 * for a put: value (u32 length, bytes).
 */
export const HEADER_BYTES = 28
export const FRAME_HEADER_BYTES = 12
const FORMAT_VERSION = 1
const FRAME_MAGIC = 0x4d46_4d43
const frameMagicBytes = Buffer.from([0x43, 0x4d, 0x46, 0x4d])

export type FileKind = 'log' | 'snapshot'
const fileMagic: Readonly<Record<FileKind, string>> = { log: 'CHRONMLG', snapshot: 'CHRONMSN' }

export interface FileHeader {
  readonly salt: number
  readonly revision: number
}

/** A transaction as the log keeps it: what it changed, not what was asked. */
export interface LoggedTransaction {
  readonly revision: number
  /** Wall clock of the node that decided it, for people who read the log. */
  readonly timestampMs: number
  /** Empty when the transaction had none. */
  readonly operationId: string
  /** Whether its compares held. */
  readonly succeeded: boolean
  readonly events: readonly MetaEvent[]
}

export interface Frame {
  /** Position behind the frame. */
  readonly end: number
  readonly lastRevision: number
  readonly transactions: readonly LoggedTransaction[]
}

export function encodeHeader(kind: FileKind, header: FileHeader): Buffer {
  const buffer = Buffer.alloc(HEADER_BYTES)
  buffer.write(fileMagic[kind], 0, 'latin1')
  buffer.writeUInt32LE(FORMAT_VERSION, 8)
  buffer.writeUInt32LE(header.salt, 12)
  buffer.writeUIntLE(header.revision, 16, 6)
  buffer.writeUInt32LE(crc32c(buffer.subarray(0, 24)), 24)
  return buffer
}

/** The header, or what is wrong with it. */
export function decodeHeader(kind: FileKind, buffer: Buffer): FileHeader | string {
  if (buffer.length < HEADER_BYTES) return `its header has ${buffer.length} of ${HEADER_BYTES} bytes`
  if (buffer.toString('latin1', 0, 8) !== fileMagic[kind]) return `it does not start like a metadata ${kind}`
  if (crc32c(buffer.subarray(0, 24)) !== buffer.readUInt32LE(24)) return 'the checksum of its header is wrong'
  const version = buffer.readUInt32LE(8)
  if (version !== FORMAT_VERSION) return `its format is ${version}, this version reads ${FORMAT_VERSION}`
  return { salt: buffer.readUInt32LE(12), revision: buffer.readUIntLE(16, 6) }
}

function transactionBytes(transaction: LoggedTransaction): number {
  let bytes = 19 + transaction.operationId.length
  for (const event of transaction.events) {
    bytes += 3 + event.key.length + (event.kind === 'put' ? 4 + Buffer.byteLength(event.value) : 0)
  }
  return bytes
}

function writeTransaction(buffer: Buffer, start: number, transaction: LoggedTransaction): number {
  let at = buffer.writeUIntLE(transaction.revision, start, 6)
  at = buffer.writeUIntLE(transaction.timestampMs, at, 6)
  at = buffer.writeUInt8(Number(transaction.succeeded), at)
  at = buffer.writeUInt16LE(transaction.operationId.length, at)
  at += buffer.write(transaction.operationId, at, 'latin1')
  at = buffer.writeUInt32LE(transaction.events.length, at)
  for (const event of transaction.events) {
    at = buffer.writeUInt8(event.kind === 'put' ? 1 : 2, at)
    at = buffer.writeUInt16LE(event.key.length, at)
    at += buffer.write(event.key, at, 'latin1')
    if (event.kind === 'delete') continue
    const written = buffer.write(event.value, at + 4, 'utf8')
    buffer.writeUInt32LE(written, at)
    at += 4 + written
  }
  return at
}

/** A frame of transactions, or a mark when there are none. */
export function encodeFrame(
  salt: number,
  lastRevision: number,
  transactions: readonly LoggedTransaction[],
): Buffer {
  let length = 10
  for (const transaction of transactions) length += transactionBytes(transaction)
  const buffer = Buffer.allocUnsafe(FRAME_HEADER_BYTES + length)
  buffer.writeUInt32LE(FRAME_MAGIC, 0)
  buffer.writeUInt32LE(length, 8)
  let at = buffer.writeUIntLE(lastRevision, FRAME_HEADER_BYTES, 6)
  at = buffer.writeUInt32LE(transactions.length, at)
  for (const transaction of transactions) at = writeTransaction(buffer, at, transaction)
  buffer.writeUInt32LE(crc32c(buffer.subarray(8), salt), 4)
  return buffer
}

function readEvents(
  buffer: Buffer,
  start: number,
  modRevision: number,
): { events: MetaEvent[]; end: number } {
  const count = buffer.readUInt32LE(start)
  const events: MetaEvent[] = []
  let at = start + 4
  for (let i = 0; i < count; i++) {
    const put = buffer.readUInt8(at) === 1
    const keyEnd = at + 3 + buffer.readUInt16LE(at + 1)
    const key = buffer.toString('latin1', at + 3, keyEnd)
    at = keyEnd
    if (!put) {
      events.push({ kind: 'delete', key, modRevision })
      continue
    }
    const valueEnd = at + 4 + buffer.readUInt32LE(at)
    events.push({ kind: 'put', key, value: buffer.toString('utf8', at + 4, valueEnd), modRevision })
    at = valueEnd
  }
  return { events, end: at }
}

/** The frame at the position, or null when no valid one is there. */
export function decodeFrame(buffer: Buffer, position: number, salt: number): Frame | null {
  const payload = position + FRAME_HEADER_BYTES
  if (payload + 10 > buffer.length || buffer.readUInt32LE(position) !== FRAME_MAGIC) return null
  const end = payload + buffer.readUInt32LE(position + 8)
  if (end > buffer.length || end < payload + 10) return null
  if (crc32c(buffer.subarray(position + 8, end), salt) !== buffer.readUInt32LE(position + 4)) return null
  const lastRevision = buffer.readUIntLE(payload, 6)
  const count = buffer.readUInt32LE(payload + 6)
  const transactions: LoggedTransaction[] = []
  let at = payload + 10
  for (let i = 0; i < count; i++) {
    const revision = buffer.readUIntLE(at, 6)
    const idEnd = at + 15 + buffer.readUInt16LE(at + 13)
    const { events, end } = readEvents(buffer, idEnd, revision)
    transactions.push({
      revision,
      timestampMs: buffer.readUIntLE(at + 6, 6),
      operationId: buffer.toString('latin1', at + 15, idEnd),
      succeeded: buffer.readUInt8(at + 12) === 1,
      events,
    })
    at = end
  }
  return { end, lastRevision, transactions }
}

/** The first valid frame at or behind the position, wherever it starts. */
export function findFrame(buffer: Buffer, position: number, salt: number): Frame | null {
  for (
    let at = buffer.indexOf(frameMagicBytes, position);
    at >= 0;
    at = buffer.indexOf(frameMagicBytes, at + 1)
  ) {
    const frame = decodeFrame(buffer, at, salt)
    if (frame) return frame
  }
  return null
}
