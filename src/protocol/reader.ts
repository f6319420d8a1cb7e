import { ProtocolError } from './errors.ts'
import { ZERO_UUID } from './schema.ts'
import type { UnknownTag } from './schema.ts'

/**
 * What compiled decoders call. A buffer is read between a position and an end; every length is compared with the
 * bytes that remain before anything is made from it.
 */

/** Where the last variable-length read, or the last whole decode, ended: a second result that costs no allocation. */
export const cursor = { position: 0 }

declare global {
  /** Node's own string methods: half the price of `toString` and `write`, whose argument checks are made here already. */
  interface Buffer<TArrayBuffer extends ArrayBufferLike = ArrayBufferLike> {
    utf8Slice(start: number, end: number): string
    base64urlSlice(start: number, end: number): string
    utf8Write(text: string, position: number): number
  }
}

/** Longest string that is looked up; names of topics, groups and clients are shorter, and come again and again. */
const maxCachedText = 64
const textSlots = 2048
const texts = Array.from({ length: textSlots }, () => '')

/**
 * Decodes `length` bytes of UTF-8 at `position`. Short strings come from a small direct-mapped cache: no allocation
 * for a name seen before, and the string keeps its hash for the maps it is looked up in.
 */
export function text(buffer: Buffer, position: number, length: number): string {
  if (length > maxCachedText) return buffer.utf8Slice(position, position + length)
  if (length === 0) return ''
  const last = position + length - 1
  const mix =
    byte(buffer, position) +
    (byte(buffer, last) << 8) +
    (byte(buffer, length > 1 ? last - 1 : last) << 16) +
    (byte(buffer, position + (length >> 1)) << 24)
  const slot = Math.imul(mix + length * 40_503, 0x9e3779b1) >>> 21
  const known = texts[slot]!
  if (known.length === length) {
    let i = 0
    while (i < length && known.charCodeAt(i) === buffer[position + i]) i++
    if (i === length) return known
  }
  const value = buffer.utf8Slice(position, position + length)
  texts[slot] = value
  return value
}

const uuidSlots = 1024
const uuidWords = new Int32Array(uuidSlots * 4)
const uuids = Array.from({ length: uuidSlots }, () => ZERO_UUID)

/** Decodes 16 bytes at `position` to 22 characters of base64url; topic ids come again and again, hence a cache here too. */
export function uuid(buffer: Buffer, position: number): string {
  const a = int32(buffer, position)
  const b = int32(buffer, position + 4)
  const c = int32(buffer, position + 8)
  const d = int32(buffer, position + 12)
  const slot = Math.imul(a ^ b ^ c ^ d, 0x9e3779b1) >>> 22
  const at = slot << 2
  if (uuidWords[at] === a && uuidWords[at + 1] === b && uuidWords[at + 2] === c && uuidWords[at + 3] === d) {
    return uuids[slot]!
  }
  const value = buffer.base64urlSlice(position, position + 16)
  uuidWords[at] = a
  uuidWords[at + 1] = b
  uuidWords[at + 2] = c
  uuidWords[at + 3] = d
  uuids[slot] = value
  return value
}

function byte(buffer: Buffer, position: number): number {
  return buffer[position]!
}

export function int32(buffer: Buffer, position: number): number {
  return (
    (byte(buffer, position) << 24) |
    (byte(buffer, position + 1) << 16) |
    (byte(buffer, position + 2) << 8) |
    byte(buffer, position + 3)
  )
}

/** A signed 64-bit number as the nearest double. */
export function int64(buffer: Buffer, position: number): number {
  return int32(buffer, position) * 4_294_967_296 + (int32(buffer, position + 4) >>> 0)
}

/** A signed 64-bit number exactly. */
export function bigInt64(buffer: Buffer, position: number): bigint {
  return buffer.readBigInt64BE(position)
}

export function float64(buffer: Buffer, position: number): number {
  return buffer.readDoubleBE(position)
}

/** Continues an unsigned varint whose `first` byte, above 127, lies before `position`. Ends at `cursor.position`. */
export function varint(buffer: Buffer, position: number, end: number, first: number): number {
  let value = first & 127
  let shift = 7
  let p = position
  for (;;) {
    if (p >= end) short(p, end, 1)
    const next = byte(buffer, p++)
    if (shift === 28 && next > 15) throw new ProtocolError(`varint at byte ${position - 1} exceeds 32 bits`)
    value |= (next & 127) << shift
    if (next < 128) break
    shift += 7
  }
  cursor.position = p
  return value >>> 0
}

/** A copy, which does not keep the whole frame alive. */
export function copy(buffer: Buffer, position: number, length: number): Buffer {
  const target = Buffer.allocUnsafe(length)
  buffer.copy(target, 0, position, position + length)
  return target
}

/** A view of the frame's own memory. */
export function view(buffer: Buffer, position: number, length: number): Buffer {
  return buffer.subarray(position, position + length)
}

/** Reads a section of tagged fields of which none is known; they are returned, or undefined when there are none. */
export function skipTags(buffer: Buffer, start: number, end: number): UnknownTag[] | undefined {
  const count = unsigned(buffer, start, end)
  if (count * 2 > end - cursor.position) badCount('tagged fields', count, cursor.position, end)
  if (count === 0) return undefined
  const tags: UnknownTag[] = []
  for (let i = 0; i < count; i++) {
    const tag = unsigned(buffer, cursor.position, end)
    const size = unsigned(buffer, cursor.position, end)
    const from = cursor.position
    if (size > end - from) badLength(`tag ${tag}`, size, from, end)
    tags.push({ tag, bytes: copy(buffer, from, size) })
    cursor.position = from + size
  }
  return tags
}

function unsigned(buffer: Buffer, position: number, end: number): number {
  if (position >= end) short(position, end, 1)
  const first = byte(buffer, position)
  if (first > 127) return varint(buffer, position + 1, end, first)
  cursor.position = position + 1
  return first
}

export function short(position: number, end: number, needed: number): never {
  throw new ProtocolError(
    `the message ends too early: ${needed} bytes are needed at byte ${position}, ${end - position} are there`,
  )
}

export function badLength(path: string, length: number, position: number, end: number): never {
  throw new ProtocolError(
    `${path}: length ${length} is not possible at byte ${position}, where ${end - position} bytes remain`,
  )
}

export function badCount(path: string, count: number, position: number, end: number): never {
  throw new ProtocolError(
    `${path}: ${count} elements are not possible at byte ${position}, where ${end - position} bytes remain`,
  )
}

export function badTag(path: string, tag: number, size: number): never {
  throw new ProtocolError(`${path}: tagged field ${tag} does not fill its ${size} bytes exactly`)
}

export function badMarker(path: string, marker: number): never {
  throw new ProtocolError(`${path}: ${marker} marks neither null nor a value`)
}

export const emptyBuffer = Buffer.alloc(0)
