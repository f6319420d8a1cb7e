import { ProtocolError } from './errors.ts'
import type { UnknownTag } from './schema.ts'

/**
 * Where compiled encoders write. Small values go to a slab that successive messages share; big record parts are
 * referenced, not copied. Memory that was handed out is never written again, so parts may wait for a slow socket;
 * a slab lives as long as any part of it.
 */
export interface Writer {
  buffer: Buffer
  /** Where the message under construction begins in `buffer`, and where its next byte goes. */
  start: number
  position: number
  /** Referenced parts, and for each the number of the message's own bytes that come before it. */
  readonly parts: Buffer[]
  readonly splits: number[]
  partBytes: number
}

const slabSize = 64 * 1024
/** Less than this at the end of a slab is not worth starting a message in. */
const slabTail = 256
/** Records of at least this many bytes are referenced. Below, copying is cheaper than one more buffer for the socket. */
export const referenceSize = 16 * 1024

export function newWriter(): Writer {
  return { buffer: newSlab(slabSize), start: 0, position: 0, parts: [], splits: [], partBytes: 0 }
}

function newSlab(size: number): Buffer {
  return Buffer.allocUnsafeSlow(size)
}

/** Starts a message, forgetting one that was not finished. */
export function beginMessage(writer: Writer): void {
  if (writer.buffer.length - writer.position < slabTail) {
    writer.buffer = newSlab(slabSize)
    writer.position = 0
  }
  writer.start = writer.position
  if (writer.parts.length > 0) forgetParts(writer)
}

function forgetParts(writer: Writer): void {
  writer.parts.length = 0
  writer.splits.length = 0
  writer.partBytes = 0
}

/** Length so far, referenced parts included. */
export function messageLength(writer: Writer): number {
  return writer.position - writer.start + writer.partBytes
}

/** Ends the message; its bytes are those of the buffers, one after the other. They belong to the caller. */
export function finishMessage(writer: Writer): Buffer[] {
  const { buffer, start, position, parts, splits } = writer
  if (parts.length === 0) {
    writer.start = position
    return [buffer.subarray(start, position)]
  }
  const result: Buffer[] = []
  let from = start
  for (let i = 0; i < parts.length; i++) {
    const to = start + splits[i]!
    if (to > from) result.push(buffer.subarray(from, to))
    result.push(parts[i]!)
    from = to
  }
  if (position > from) result.push(buffer.subarray(from, position))
  writer.start = position
  forgetParts(writer)
  return result
}

/** Makes room for `size` more bytes at the position, by moving the message to a new slab. */
export function reserve(writer: Writer, size: number): void {
  const length = writer.position - writer.start
  const needed = length + size
  if (writer.buffer.length - writer.position >= size) return
  const target = newSlab(needed * 2 <= slabSize ? slabSize : needed * 2)
  writer.buffer.copy(target, 0, writer.start, writer.position)
  writer.buffer = target
  writer.start = 0
  writer.position = length
}

/** Makes room for a string. */
export function reserveText(writer: Writer, text: string, path: string): void {
  if (text.length > maxText) tooLong(path, text.length)
  reserve(writer, text.length * 3 + 5)
}

/** Longest string of the protocol in bytes, as in Kafka. */
const maxText = 32_767
/** Up to this length a loop over ASCII beats the call into the runtime. */
const loopText = 24

function ascii(buffer: Buffer, position: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 127) return false
    buffer[position + i] = code
  }
  return true
}

/** Writes a string with a 2-byte length; returns the position behind. There is room for 3 bytes a character. */
export function putText(buffer: Buffer, position: number, text: string, path: string): number {
  const from = position + 2
  let length = text.length
  if (length > loopText || !ascii(buffer, from, text)) {
    length = length > maxText ? length : buffer.utf8Write(text, from)
    if (length > maxText) tooLong(path, length)
  }
  buffer[position] = length >> 8
  buffer[position + 1] = length
  return from + length
}

/** Writes a string with a varint length; returns the position behind. There is room for 3 bytes a character. */
export function putCompactText(buffer: Buffer, position: number, text: string, path: string): number {
  const short = text.length
  if (short <= loopText && ascii(buffer, position + 1, text)) {
    buffer[position] = short + 1
    return position + 1 + short
  }
  const length = Buffer.byteLength(text)
  if (length > maxText) tooLong(path, length)
  const from = putVarint(buffer, position, length + 1)
  buffer.utf8Write(text, from)
  return from + length
}

function tooLong(path: string, length: number): never {
  throw new ProtocolError(`${path}: a string of ${length} bytes is too long, ${maxText} are possible`)
}

/** Writes an unsigned varint of at most 32 bits; returns the position behind. */
export function putVarint(buffer: Buffer, position: number, value: number): number {
  let rest = value
  let p = position
  while (rest > 127) {
    buffer[p++] = (rest & 127) | 128
    rest >>>= 7
  }
  buffer[p++] = rest
  return p
}

/** Writes a signed 64-bit number; beyond its range the largest or smallest one. */
export function putInt64(buffer: Buffer, position: number, value: number): void {
  let high = 0
  let low = 0
  if (value >= 9_223_372_036_854_775_808) {
    high = 0x7fffffff
    low = -1
  } else if (value < -9_223_372_036_854_775_808) {
    high = 0x80000000
  } else {
    high = Math.floor(value / 4_294_967_296)
    low = value - high * 4_294_967_296
  }
  putInt32(buffer, position, high)
  putInt32(buffer, position + 4, low)
}

export function putBigInt64(buffer: Buffer, position: number, value: bigint): void {
  buffer.writeBigInt64BE(value, position)
}

export function putInt32(buffer: Buffer, position: number, value: number): void {
  buffer[position] = value >>> 24
  buffer[position + 1] = value >>> 16
  buffer[position + 2] = value >>> 8
  buffer[position + 3] = value
}

export function putFloat64(buffer: Buffer, position: number, value: number): void {
  buffer.writeDoubleBE(value, position)
}

/** The value of each base64url character code; 64 marks the others. */
const sextets = new Uint8Array(128).fill(64)
for (const [value, code] of Buffer.from(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
).entries()) {
  sextets[code] = value
}

function sextet(text: string, index: number): number {
  const code = text.charCodeAt(index)
  return code < 128 ? sextets[code]! : 64
}

/** Writes the 16 bytes of a uuid that stands as 22 characters of base64url. */
export function putUuid(buffer: Buffer, position: number, text: string, path: string): void {
  let seen = text.length === 22 ? 0 : 64
  let p = position
  for (let i = 0; i < 20; i += 4) {
    const [a, b, c, d] = [sextet(text, i), sextet(text, i + 1), sextet(text, i + 2), sextet(text, i + 3)]
    seen |= a | b | c | d
    buffer[p] = (a << 2) | (b >> 4)
    buffer[p + 1] = (b << 4) | (c >> 2)
    buffer[p + 2] = (c << 6) | d
    p += 3
  }
  const [a, b] = [sextet(text, 20), sextet(text, 21)]
  buffer[p] = (a << 2) | (b >> 4)
  if (((seen | a | b) & 64) !== 0) {
    throw new ProtocolError(`${path}: '${text}' is no uuid of 22 base64url characters`)
  }
}

/** Writes record batches behind their length: parts of {@link referenceSize} or more are referenced. */
export function putRecords(writer: Writer, value: Buffer | readonly Buffer[], flexible: boolean): void {
  const parts = Buffer.isBuffer(value) ? [value] : value
  let length = 0
  for (const part of parts) length += part.length
  reserve(writer, 5)
  if (flexible) writer.position = putVarint(writer.buffer, writer.position, length + 1)
  else {
    putInt32(writer.buffer, writer.position, length)
    writer.position += 4
  }
  for (const part of parts) {
    if (part.length >= referenceSize) {
      writer.splits.push(writer.position - writer.start)
      writer.parts.push(part)
      writer.partBytes += part.length
    } else {
      reserve(writer, part.length)
      part.copy(writer.buffer, writer.position)
      writer.position += part.length
    }
  }
}

/** Writes a tagged field's size in front of its value, which begins one byte after `offset` of the message. */
export function closeTag(writer: Writer, offset: number): void {
  const at = writer.start + offset
  const size = writer.position - at - 1
  if (size < 128) {
    writer.buffer[at] = size
    return
  }
  reserve(writer, 4)
  const from = writer.start + offset
  const scratch = Buffer.allocUnsafe(5)
  const extra = putVarint(scratch, 0, size) - 1
  writer.buffer.copyWithin(from + 1 + extra, from + 1, writer.position)
  scratch.copy(writer.buffer, from, 0, extra + 1)
  writer.position += extra
}

/** Writes the unknown tags from `index` on that come before tag `limit`; returns the index of the next one. */
export function putUnknownTags(
  writer: Writer,
  tags: readonly UnknownTag[],
  index: number,
  limit: number,
): number {
  let i = index
  for (; i < tags.length; i++) {
    const { tag, bytes } = tags[i]!
    if (tag >= limit) break
    reserve(writer, bytes.length + 10)
    writer.position = putVarint(writer.buffer, writer.position, tag)
    writer.position = putVarint(writer.buffer, writer.position, bytes.length)
    bytes.copy(writer.buffer, writer.position)
    writer.position += bytes.length
  }
  return i
}

export function refuseNull(path: string): never {
  throw new ProtocolError(`${path} must not be null in this version`)
}

export function refuseValue(path: string): never {
  throw new ProtocolError(`${path} does not exist in this version and has a value that must not be dropped`)
}
