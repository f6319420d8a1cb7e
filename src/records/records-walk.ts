import { baseTimestamp, batchSize, maxTimestamp, recordCount, RECORDS_AT } from './record-batch.ts'

/** Sizes and counts have at most 4 bytes here, which is 128 MiB: their last shift is 21 bits. */
const LAST_SHIFT = 21
/** A timestamp delta has at most 7 bytes, which is 8,000 years of milliseconds: the last one counts in these units. */
const LAST_UNIT = 2 ** 42
const SMALLEST_BODY = 6

/**
 * Whether the uncompressed records of the batch at `at` are exactly what its header says: as many as stated, each as long as stated,
 * nothing behind the last, the largest timestamp the stated one. False means that a closer look is needed (`validateBatch`), which
 * finds the error, or finds none: it is also false for over-long numbers and for timestamps that are absurdly far apart.
 * Needs a whole header with a count of 1 or more and timestamp type CreateTime.
 *
 * It only skips: a byte or two are read per field, no key or value is touched. It looks for the end once per record; reading beyond
 * it (`undefined`, which counts as 0) only leads to a position that cannot be right. The numbers are decoded in place, because a
 * position that is shared with a function made the walk twice as slow.
 */
export function recordsMatchHeader(buffer: Buffer, at: number): boolean {
  const end = at + batchSize(buffer, at)
  const count = recordCount(buffer, at)
  let largestDelta = -Infinity
  let position = at + RECORDS_AT
  for (let index = 0; index < count; index++) {
    let byte = buffer[position++]!
    let bits = byte & 0x7f
    for (let shift = 7; byte >= 0x80; shift += 7) {
      if (shift > LAST_SHIFT) return false
      byte = buffer[position++]!
      bits |= (byte & 0x7f) << shift
    }
    const next = position + ((bits >>> 1) ^ -(bits & 1))
    if (next < position + SMALLEST_BODY || next > end) return false

    // Behind the attributes, a byte without meaning, is the timestamp delta.
    byte = buffer[position + 1]!
    position += 2
    let sum = byte & 0x7f
    for (let unit = 0x80; byte >= 0x80; unit *= 0x80) {
      if (unit > LAST_UNIT) return false
      byte = buffer[position++]!
      sum += (byte & 0x7f) * unit
    }
    const delta = sum % 2 === 0 ? sum / 2 : -(sum + 1) / 2
    if (delta > largestDelta) largestDelta = delta

    // The offset delta: Kafka stores uncompressed batches whatever stands there.
    for (byte = 0x80, bits = 0; byte >= 0x80; bits++) {
      if (bits > 4) return false
      byte = buffer[position++]!
    }

    // The key, then the value. An odd number is a negative size, which is null.
    for (let field = 0; field < 2; field++) {
      byte = buffer[position++]!
      bits = byte & 0x7f
      for (let shift = 7; byte >= 0x80; shift += 7) {
        if (shift > LAST_SHIFT) return false
        byte = buffer[position++]!
        bits |= (byte & 0x7f) << shift
      }
      if ((bits & 1) === 0) position += bits >>> 1
    }

    // A body that ends before its header count must not borrow the byte behind it.
    if (position >= next) return false
    position = buffer[position] === 0 ? position + 1 : endOfHeaders(buffer, position, next)
    if (position !== next) return false
  }
  if (position !== end) return false
  const base = baseTimestamp(buffer, at)
  return Number.isSafeInteger(base) && base + largestDelta === maxTimestamp(buffer, at)
}

/** The position after the headers, of which there is at least one; -1 when they are not right. */
function endOfHeaders(buffer: Buffer, start: number, end: number): number {
  let position = start
  let left = 1
  for (let field = 0; left > 0; field++) {
    // The first number is the count; then come the size of a key, that of a value, and so on.
    if (position >= end) return -1
    let byte = buffer[position++]!
    let bits = byte & 0x7f
    for (let shift = 7; byte >= 0x80; shift += 7) {
      if (shift > LAST_SHIFT) return -1
      byte = buffer[position++]!
      bits |= (byte & 0x7f) << shift
    }
    const negative = (bits & 1) === 1
    if (field === 0) {
      left = bits >>> 1
      if (negative || left > end - position) return -1
    } else if (field % 2 === 1) {
      if (negative) return -1
      position += bits >>> 1
    } else {
      if (!negative) position += bits >>> 1
      left--
    }
  }
  return position
}
