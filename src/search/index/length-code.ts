/**
 * Field lengths in one byte: up to 127 tokens exactly, above that with three bits behind the leading one, rounded down (an error below
 * 12.5 %). Codes ascend with the lengths.
 */
export function lengthCode(length: number): number {
  if (length < 128) return length
  const shift = 28 - Math.clz32(length)
  return Math.min(255, 128 + (shift - 4) * 8 + ((length >>> shift) & 7))
}

/** The length of each code. */
export const codedLengths: Int32Array = Int32Array.from({ length: 256 }, (_, code) =>
  code < 128 ? code : (8 + ((code - 128) & 7)) * 2 ** (((code - 128) >>> 3) + 4),
)
