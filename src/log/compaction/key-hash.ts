/**
 * MurmurHash3, the x86 form with 128 bits, of the bytes from `start` to `end`; the four words go into `out`. Two keys that differ have
 * the same hash with a chance of about 2^-128, and never when both have exactly 16 bytes, because one block is mixed reversibly.
 * Compaction takes keys of equal hash for equal, as Kafka's SkimpyOffsetMap does with MD5. Whoever can make two keys collide on
 * purpose can write a tombstone for either as well, so nothing is gained by a slower hash.
 */
export function hashKey(buffer: Uint8Array, start: number, end: number, seed: number, out: Int32Array): void {
  const length = end - start
  let h1 = seed
  let h2 = seed
  let h3 = seed
  let h4 = seed
  let at = start
  for (; at + 16 <= end; at += 16) {
    h1 ^= mix1(word(buffer, at))
    h1 = (Math.imul(rotate(h1, 19) + h2, 5) + 0x561ccd1b) | 0
    h2 ^= mix2(word(buffer, at + 4))
    h2 = (Math.imul(rotate(h2, 17) + h3, 5) + 0x0bcaa747) | 0
    h3 ^= mix3(word(buffer, at + 8))
    h3 = (Math.imul(rotate(h3, 15) + h4, 5) + 0x96cd1c35) | 0
    h4 ^= mix4(word(buffer, at + 12))
    h4 = (Math.imul(rotate(h4, 13) + h1, 5) + 0x32ac3b17) | 0
  }
  const left = end - at
  if (left > 12) h4 ^= mix4(partOf(buffer, at + 12, left - 12))
  if (left > 8) h3 ^= mix3(partOf(buffer, at + 8, left - 8))
  if (left > 4) h2 ^= mix2(partOf(buffer, at + 4, left - 4))
  if (left > 0) h1 ^= mix1(partOf(buffer, at, left))
  h1 ^= length
  h2 ^= length
  h3 ^= length
  h4 ^= length
  h1 = (h1 + h2 + h3 + h4) | 0
  h2 = (h2 + h1) | 0
  h3 = (h3 + h1) | 0
  h4 = (h4 + h1) | 0
  h1 = finish(h1)
  h2 = finish(h2)
  h3 = finish(h3)
  h4 = finish(h4)
  h1 = (h1 + h2 + h3 + h4) | 0
  out[0] = h1
  out[1] = (h2 + h1) | 0
  out[2] = (h3 + h1) | 0
  out[3] = (h4 + h1) | 0
}

const C1 = 0x239b961b
const C2 = 0xab0e9789 | 0
const C3 = 0x38b34ae5
const C4 = 0xa1e38b93 | 0

function mix1(k: number): number {
  return Math.imul(rotate(Math.imul(k, C1), 15), C2)
}

function mix2(k: number): number {
  return Math.imul(rotate(Math.imul(k, C2), 16), C3)
}

function mix3(k: number): number {
  return Math.imul(rotate(Math.imul(k, C3), 17), C4)
}

function mix4(k: number): number {
  return Math.imul(rotate(Math.imul(k, C4), 18), C1)
}

function finish(hash: number): number {
  let h = hash ^ (hash >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by))
}

function word(buffer: Uint8Array, at: number): number {
  // The caller has checked that four bytes are there.
  return buffer[at]! | (buffer[at + 1]! << 8) | (buffer[at + 2]! << 16) | (buffer[at + 3]! << 24)
}

/** The first up to four of `count` bytes, lowest first. */
function partOf(buffer: Uint8Array, at: number, count: number): number {
  let value = 0
  for (let i = Math.min(count, 4) - 1; i >= 0; i--) value = (value << 8) | buffer[at + i]!
  return value
}
