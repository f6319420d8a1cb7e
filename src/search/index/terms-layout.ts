/**
 * Terms and postings of one view of a field.
 *
 * Dictionary block of 32 terms: varint position of the first term's postings | u8 flags (1: all terms are equally long, 2: all are in one
 * document) | u8 bits per byte of the terms (see term-packing.ts) | with flag 1: varint length of each term; then per term
 * varint shared bytes | without flag 1: varint rest | without flag 2: varint df | df = 1: the posting itself, else: varint length of the postings;
 * then the bytes of all terms that are not shared with the one before, packed. With flag 4 (besides 1 and 2, without positions): varint length of each
 * term, u8 bits of a shared length, u8 bits of a document, 32 shared lengths and 32 documents, packed; then the terms' bytes. Such are unique identifiers.
 *
 * Fewer than 128 postings ("small") follow each other as varints. With positions: (gap << 1 | frequency is 1), [frequency], position deltas;
 * without: gap. A gap is the distance to the document before, minus 1 (the one before the first is -1).
 *
 * From 128 postings on ("large"), aligned to 4: 16 bytes per block of 128
 * { u32 last doc, u32 first word, u8 doc bits, u8 frequency bits, u8 position bits, u8 max frequency, u8 min length code, u8 0, u16 least delta }
 * then the blocks: packed gaps, packed frequencies - 1, packed position deltas minus the least.
 */

export const FLAG_EQUAL_LENGTHS = 1
export const FLAG_SINGLE_DOCUMENTS = 2
export const FLAG_PACKED = 4

/** Terms per dictionary block. */
export const DICTIONARY_BLOCK = 32
export const POSTINGS_BLOCK = 128
/** u32 words of a row of the skip table. */
export const SKIP_WORDS = 4
/** Lists from this many documents on are stored in blocks. */
export const LARGE_FROM = 128
/** A stored maximal frequency of 255 says: 255 or more. */
export const FREQUENCY_MAX = 255
export const LEAST_DELTA_MAX = 0xffff

/** The first six bytes of a term as a number: numbers compare as the terms do, unless they are equal. */
export function headOf(bytes: Uint8Array, start: number, end: number): number {
  let head = 0
  for (let at = start; at < start + 6; at++) head = head * 256 + (at < end ? bytes[at]! : 0)
  return head
}

/** Compares two ranges of bytes: negative, 0 or positive. */
export function compareBytes(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const count = Math.min(aEnd - aStart, bEnd - bStart)
  for (let index = 0; index < count; index++) {
    const difference = a[aStart + index]! - b[bStart + index]!
    if (difference !== 0) return difference
  }
  return aEnd - aStart - (bEnd - bStart)
}
