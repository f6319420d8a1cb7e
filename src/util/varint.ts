import { joinInt64 } from './int64.ts'

/**
 * Variable-length integers: seven bits a byte, lowest first, the top bit says that more follow. Signed ones are zig-zag encoded
 * (0, -1, 1, -2 ... become 0, 1, 2, 3 ...). A varint has at most 5 bytes, a varlong at most 10. Bits beyond the width are dropped,
 * and over-long forms are read, as Kafka's ByteUtils does.
 */

const TWO_32 = 4_294_967_296

export type VarintFault = 'truncated' | 'too-long'

/** What a varint that cannot be read throws. `util` knows no Kafka error, so the caller turns it into one. */
export class VarintError extends Error {
  readonly kind: VarintFault

  constructor(kind: VarintFault, position: number) {
    super(
      kind === 'truncated'
        ? `the bytes end within a varint that starts at position ${position}`
        : `the varint at position ${position} is too long: its last byte says that more follow`,
    )
    this.name = 'VarintError'
    this.kind = kind
  }
}

/** Reads varints one after the other between `position` and `end`; borrows the buffer. */
export class VarintReader {
  buffer: Buffer
  /** Of the next byte to read. After an error it is unspecified. */
  position: number
  /** Never read at or beyond this. */
  end: number

  constructor(buffer: Buffer, position = 0, end = buffer.length) {
    this.buffer = buffer
    this.position = position
    this.end = Math.min(end, buffer.length)
  }

  /** An unsigned varint, as the int32 with the same bits: a value of 2^31 or more comes out negative. */
  unsignedBits(): number {
    const start = this.position
    const { buffer, end } = this
    let position = start
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      if (position >= end) throw new VarintError('truncated', start)
      // The loop's condition keeps the position inside of the buffer.
      const byte = buffer[position++]!
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) {
        this.position = position
        return value
      }
    }
    throw new VarintError('too-long', start)
  }

  /** 0 to 2^32 - 1. */
  unsigned(): number {
    return this.unsignedBits() >>> 0
  }

  /** -2^31 to 2^31 - 1. */
  signed(): number {
    const { position } = this
    if (position < this.end) {
      const byte = this.buffer[position]!
      if (byte < 0x80) {
        this.position = position + 1
        return (byte >>> 1) ^ -(byte & 1)
      }
    }
    const bits = this.unsignedBits()
    return (bits >>> 1) ^ -(bits & 1)
  }

  /** An int64; beyond 2^53 the nearest number (see `int64.ts`). */
  signedLong(): number {
    const start = this.position
    const { buffer, end } = this
    let low = 0
    let high = 0
    for (let index = 0; index < 10; index++) {
      const position = start + index
      if (position >= end) throw new VarintError('truncated', start)
      const byte = buffer[position]!
      const bits = byte & 0x7f
      if (index < 4) low |= bits << (7 * index)
      else if (index === 4) {
        low |= bits << 28
        high = bits >>> 4
      } else high |= bits << (7 * index - 32)
      if (byte < 0x80) {
        this.position = position + 1
        const sign = -(low & 1)
        return joinInt64((high >>> 1) ^ sign, ((low >>> 1) | (high << 31)) ^ sign)
      }
    }
    throw new VarintError('too-long', start)
  }
}

/** Bytes that `writeUnsignedVarint` takes for this value (0 to 2^32 - 1; of a negative one the bits count). */
export function unsignedVarintSize(value: number): number {
  const bits = value >>> 0
  if (bits < 0x80) return 1
  if (bits < 0x4000) return 2
  if (bits < 0x20_0000) return 3
  return bits < 0x1000_0000 ? 4 : 5
}

/** Returns the position after the last byte written. */
export function writeUnsignedVarint(buffer: Buffer, value: number, at: number): number {
  let bits = value >>> 0
  let position = at
  while (bits >= 0x80) {
    buffer[position++] = (bits & 0x7f) | 0x80
    bits >>>= 7
  }
  buffer[position++] = bits
  return position
}

/** Bytes that `writeVarint` takes for this int32. */
export function varintSize(value: number): number {
  return unsignedVarintSize((value << 1) ^ (value >> 31))
}

/** Writes an int32; returns the position after the last byte written. */
export function writeVarint(buffer: Buffer, value: number, at: number): number {
  return writeUnsignedVarint(buffer, (value << 1) ^ (value >> 31), at)
}

/** Bytes that `writeVarlong` takes for this int64. */
export function varlongSize(value: number): number {
  if (value >= -0x8000_0000 && value <= 0x7fff_ffff) return varintSize(value)
  const high = Math.floor(value / TWO_32)
  const low = (value - high * TWO_32) | 0
  // The zig-zag form's upper half, which is not 0 for a value that is no int32.
  const upper = ((high << 1) | (low >>> 31)) ^ (high >> 31)
  return Math.ceil((64 - Math.clz32(upper)) / 7)
}

/** Writes an int64; returns the position after the last byte written. */
export function writeVarlong(buffer: Buffer, value: number, at: number): number {
  if (value >= -0x8000_0000 && value <= 0x7fff_ffff) return writeVarint(buffer, value, at)
  let high = Math.floor(value / TWO_32)
  let low = (value - high * TWO_32) | 0
  const sign = high >> 31
  high = (high << 1) | (low >>> 31)
  low = (low << 1) ^ sign
  high ^= sign
  let position = at
  while (high !== 0 || low >>> 0 >= 0x80) {
    buffer[position++] = (low & 0x7f) | 0x80
    low = (low >>> 7) | (high << 25)
    high >>>= 7
  }
  buffer[position++] = low
  return position
}
