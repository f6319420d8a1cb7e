import { HASH_PRIME, HASH_START, hashBytes, mixHash } from '../document/byte-hash.ts'
import type { TokenBuffer } from './token-buffer.ts'

/** Longer words are cut into pieces of this many UTF-16 units, as Lucene does. */
export const TOKEN_UNITS_MAX = 255

/** Runs of letters, digits and marks; ideographs one by one, because nothing separates their words. */
const words = /\p{Ideographic}|[[\p{L}\p{N}\p{M}]--\p{Ideographic}]+/gv

/** Finds the words of a text: `start` and `end` are UTF-16 units, the term is in lower case. */
export function standardTokens(text: string, sink: (term: string, start: number, end: number) => void): void {
  // A loop over `exec` costs a fifth of `matchAll`.
  words.lastIndex = 0
  for (let match = words.exec(text); match !== null; match = words.exec(text)) {
    const word = match[0]
    const next = words.lastIndex
    for (let at = 0; at < word.length;) {
      let end = Math.min(at + TOKEN_UNITS_MAX, word.length)
      // A cut never parts a surrogate pair.
      if (end < word.length && (word.charCodeAt(end - 1) & 0xfc00) === 0xd800) end -= 1
      sink(word.slice(at, end).toLowerCase(), match.index + at, match.index + end)
      at = end
    }
    // The sink may have used the expression, too.
    words.lastIndex = next
  }
}

const NOT_ASCII = 255

/** Of each byte: 0 for what separates words, 255 for what is not ASCII, else the lower case. */
const lowerCase = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x80) return NOT_ASCII
  const character = String.fromCharCode(byte)
  return /[0-9A-Za-z]/.test(character) ? character.toLowerCase().charCodeAt(0) : 0
})

/**
 * The same words from UTF-8 bytes, appended to `into` at positions from 0 on. ASCII words are lowered and hashed while they are read; only
 * a run of bytes that holds others becomes a string.
 */
export function tokenizeStandard(bytes: Uint8Array, start: number, end: number, into: TokenBuffer): void {
  let at = start
  while (at < end) {
    let lower = lowerCase[bytes[at]!]!
    if (lower === 0) {
      at += 1
      continue
    }
    into.reserve(TOKEN_UNITS_MAX)
    const first = at
    const from = into.length
    const most = Math.min(end, at + TOKEN_UNITS_MAX)
    const output = into.bytes
    let to = from
    let hash = HASH_START
    while (lower !== 0 && lower !== NOT_ASCII) {
      output[to++] = lower
      hash = Math.imul(hash ^ lower, HASH_PRIME)
      at += 1
      if (at >= most) break
      lower = lowerCase[bytes[at]!]!
    }
    if (at < end && lowerCase[bytes[at]!] === NOT_ASCII) {
      at = tokenizeUnicode(bytes, first, end, into)
      continue
    }
    const index = into.count++
    into.starts[index] = from
    into.ends[index] = to
    into.hashes[index] = mixHash(hash)
    into.positions[index] = index
    into.length = to
  }
}

/** The run of bytes that starts at `start` and ends with the first ASCII byte that separates words; returns where that is. */
function tokenizeUnicode(bytes: Uint8Array, start: number, end: number, into: TokenBuffer): number {
  let at = start
  while (at < end && lowerCase[bytes[at]!] !== 0) at += 1
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, at - start).toString()
  standardTokens(text, (term) => {
    const encoded = Buffer.from(term)
    into.reserve(encoded.length)
    into.bytes.set(encoded, into.length)
    const index = into.count++
    into.starts[index] = into.length
    into.length += encoded.length
    into.ends[index] = into.length
    into.hashes[index] = hashBytes(encoded, 0, encoded.length)
    into.positions[index] = index
  })
  return at
}
