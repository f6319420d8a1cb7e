const powers = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))
/** So many digits are always below 2^53. */
const EXACT_DIGITS = 15

/**
 * The number that JSON text between `start` and `end` states, as JSON.parse reads it. The text is a valid JSON number. Up to 15 digits without
 * exponent are computed: a whole number below 2^53 divided by an exact power of ten is rounded once, so it is the nearest double.
 */
export function parseJsonNumber(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  const negative = bytes[at] === 0x2d
  if (negative) at += 1
  if (end - at > EXACT_DIGITS + 1) return parseSlowly(bytes, start, end)
  let value = 0
  let decimals = -1
  for (; at < end; at++) {
    const digit = bytes[at]! - 0x30
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit
      if (decimals >= 0) decimals += 1
    } else if (bytes[at] === 0x2e) decimals = 0
    else return parseSlowly(bytes, start, end)
  }
  if (decimals > 0) value /= powers[decimals]!
  else if (value > Number.MAX_SAFE_INTEGER) return parseSlowly(bytes, start, end)
  return negative ? -value : value
}

function parseSlowly(bytes: Uint8Array, start: number, end: number): number {
  return Number(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1'))
}
