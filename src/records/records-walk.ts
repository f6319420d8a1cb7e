import { baseTimestamp, batchSize, maxTimestamp, recordCount, RECORDS_AT } from './record-batch.ts'

/** Of the next byte. A module variable, so that the walk allocates nothing; valid only within one call of `recordsMatchHeader`. */
let position = 0

/**
 * Whether the uncompressed records of the batch at `at` are exactly what its header says: as many as stated, each as long as stated,
 * nothing behind the last, the largest timestamp the stated one. False means that a closer look is needed (`validateBatch`), which
 * finds the error, or finds none: it is also false for over-long numbers and for timestamps that are absurdly far apart.
 *
 * It only skips: a byte or two are read per field, no key or value is touched. It checks for the end once per record, since reading
 * beyond it yields a wrong position at worst. Needs a whole header with a count of 1 or more and timestamp type CreateTime.
 */
export function recordsMatchHeader(buffer: Buffer, at: number): boolean {
  const end = at + batchSize(buffer, at)
  const count = recordCount(buffer, at)
  let largestDelta = -Infinity
  position = at + RECORDS_AT
  for (let index = 0; index < count; index++) {
    const size = varint(buffer)
    const next = position + size
    // The smallest body has 6 bytes; this also ends the walk where the bytes do.
    if (size < 6 || next > end) return false
    position++
    const delta = varlong(buffer)
    if (delta > largestDelta) largestDelta = delta
    // The offset delta: Kafka stores uncompressed batches whatever stands there.
    varint(buffer)
    const keySize = varint(buffer)
    if (keySize > 0) position += keySize
    const valueSize = varint(buffer)
    if (valueSize > 0) position += valueSize
    const headers = varint(buffer)
    if (headers !== 0 && !skipHeaders(buffer, headers, next)) return false
    if (position !== next) return false
  }
  if (position !== end) return false
  const base = baseTimestamp(buffer, at)
  return Number.isSafeInteger(base) && base + largestDelta === maxTimestamp(buffer, at)
}

function skipHeaders(buffer: Buffer, count: number, end: number): boolean {
  if (count < 0 || count > end - position) return false
  for (let index = 0; index < count; index++) {
    const keySize = varint(buffer)
    if (keySize < 0) return false
    position += keySize
    const valueSize = varint(buffer)
    if (valueSize > 0) position += valueSize
  }
  return true
}

/** A position that no record can end at, for a number that is longer than it may be: the walk then ends with this record. */
const NOWHERE = 0x7fff_ffff

/** An int32 of at most 4 bytes, which is 128 MiB. */
function varint(buffer: Buffer): number {
  let byte = buffer[position++]!
  if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1)
  let bits = byte & 0x7f
  byte = buffer[position++]!
  bits |= (byte & 0x7f) << 7
  if (byte < 0x80) return (bits >>> 1) ^ -(bits & 1)
  byte = buffer[position++]!
  bits |= (byte & 0x7f) << 14
  if (byte < 0x80) return (bits >>> 1) ^ -(bits & 1)
  byte = buffer[position++]!
  bits |= (byte & 0x7f) << 21
  if (byte < 0x80) return (bits >>> 1) ^ -(bits & 1)
  position = NOWHERE
  return 0
}

/** An int64 of at most 7 bytes, which is 8,000 years of milliseconds. */
function varlong(buffer: Buffer): number {
  let byte = buffer[position++]!
  if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1)
  let sum = byte & 0x7f
  let unit = 0x80
  while (unit <= 2 ** 42) {
    byte = buffer[position++]!
    sum += (byte & 0x7f) * unit
    if (byte < 0x80) return sum % 2 === 0 ? sum / 2 : -(sum + 1) / 2
    unit *= 0x80
  }
  position = NOWHERE
  return 0
}
