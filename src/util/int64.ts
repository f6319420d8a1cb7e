/**
 * Big-endian int64 fields as plain numbers. Values beyond 2^53 are rounded to the nearest double, and never to one that is
 * outside the range of an int64, so that whatever was read can be written again with the same sign.
 * A BigInt would be exact but costs about four times as much on the hot path.
 */

const TWO_32 = 4_294_967_296

/** The largest double that is still an int64: 2^63 - 1024. */
export const LARGEST_INT64 = 9_223_372_036_854_774_784
const TWO_63 = 9_223_372_036_854_775_808

/** Two halves as one number: `high` is signed, `low` is taken as unsigned. */
export function joinInt64(high: number, low: number): number {
  const value = high * TWO_32 + (low >>> 0)
  return value < TWO_63 ? value : LARGEST_INT64
}

/** Eight bytes at `at`, big-endian. */
export function readInt64(buffer: Buffer, at: number): number {
  return joinInt64(buffer.readInt32BE(at), buffer.readInt32BE(at + 4))
}

/** Writes eight bytes at `at`, big-endian. `value` is an integer within the int64 range. */
export function writeInt64(buffer: Buffer, value: number, at: number): void {
  const high = Math.floor(value / TWO_32)
  buffer.writeInt32BE(high, at)
  buffer.writeUInt32BE(value - high * TWO_32, at + 4)
}

/** `a + b` as int64 arithmetic has it: past either end it wraps around. */
export function addInt64(a: number, b: number): number {
  const sum = a + b
  if (Number.isSafeInteger(sum)) return sum
  const wrapped = Number(BigInt.asIntN(64, BigInt(a) + BigInt(b)))
  return wrapped < TWO_63 ? wrapped : LARGEST_INT64
}

/** `a - b` as int64 arithmetic has it: past either end it wraps around. */
export function subtractInt64(a: number, b: number): number {
  const difference = a - b
  if (Number.isSafeInteger(difference)) return difference
  const wrapped = Number(BigInt.asIntN(64, BigInt(a) - BigInt(b)))
  return wrapped < TWO_63 ? wrapped : LARGEST_INT64
}
