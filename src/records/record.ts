import { varintSize, varlongSize, writeVarint, writeVarlong } from '../util/varint.ts'

/** A header's key may occur several times in a record, and the order counts. */
export interface RecordHeader {
  readonly key: string
  readonly value: Buffer | null
}

/** One record as it is read. The buffers are views into the batch, or into its decompressed payload. */
export interface LogRecord {
  readonly offset: number
  /** Milliseconds since 1970; -1: none. */
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly RecordHeader[]
}

/** One record to be written. What is left out is null, or empty. */
export interface RecordInput {
  readonly timestamp: number
  readonly key?: Buffer | null
  readonly value?: Buffer | null
  readonly headers?: readonly RecordHeader[]
  /** Without it a record follows the one before it. With it offsets may have gaps, as compaction leaves them. */
  readonly offset?: number
}

/**
 * Bytes of a record's body, which the record states in front of it:
 * attributes int8 (unused) | timestamp delta varlong | offset delta varint | key | value | header count varint | headers.
 * Keys and values are [size varint, -1 for null | bytes]; a header is [key size varint | key in UTF-8 | value].
 */
export function recordBodySize(record: RecordInput, timestampDelta: number, offsetDelta: number): number {
  const headers = record.headers ?? []
  let size = 1 + varlongSize(timestampDelta) + varintSize(offsetDelta)
  size += fieldSize(record.key ?? null) + fieldSize(record.value ?? null) + varintSize(headers.length)
  for (const header of headers) {
    const keySize = Buffer.byteLength(header.key)
    size += varintSize(keySize) + keySize + fieldSize(header.value)
  }
  return size
}

/** Writes the record, its body's size in front; returns the position after it. The buffer has room. */
export function writeRecord(
  buffer: Buffer,
  at: number,
  record: RecordInput,
  bodySize: number,
  timestampDelta: number,
  offsetDelta: number,
): number {
  const headers = record.headers ?? []
  let position = writeVarint(buffer, bodySize, at)
  buffer[position++] = 0
  position = writeVarlong(buffer, timestampDelta, position)
  position = writeVarint(buffer, offsetDelta, position)
  position = writeField(buffer, record.key ?? null, position)
  position = writeField(buffer, record.value ?? null, position)
  position = writeVarint(buffer, headers.length, position)
  for (const header of headers) {
    const keySize = Buffer.byteLength(header.key)
    position = writeVarint(buffer, keySize, position)
    position += buffer.write(header.key, position, keySize, 'utf8')
    position = writeField(buffer, header.value, position)
  }
  return position
}

function fieldSize(bytes: Buffer | null): number {
  return bytes === null ? 1 : varintSize(bytes.length) + bytes.length
}

function writeField(buffer: Buffer, bytes: Buffer | null, at: number): number {
  if (bytes === null) return writeVarint(buffer, -1, at)
  const position = writeVarint(buffer, bytes.length, at)
  return position + bytes.copy(buffer, position)
}
