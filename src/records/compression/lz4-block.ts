/** The block is not LZ4, or it is cut short. */
export const LZ4_CORRUPT = -1
/** The block holds more than there is room for. */
export const LZ4_TOO_LARGE = -2

/** Below this many bytes a loop is faster than the call of a native copy. */
const SHORT_COPY = 24
const MIN_MATCH = 4

/**
 * Decompresses one LZ4 block, `input` from `from` to `to`, into `output` from `outAt`, and never writes at or beyond `outEnd`.
 * Matches may reach back to `history` in the output: the block's own start, or further where blocks are linked.
 * Returns the position after the last byte written, or one of the codes above.
 *
 * It is our own because the native binding takes no limit for its output. A block is a row of sequences: a token (literal count in
 * the high four bits, match length - 4 in the low ones; 15 says that bytes to be added follow), the literals, the match's
 * distance (16 bits, little-endian). The last one ends after its literals.
 */
export function decompressLz4Block(
  input: Buffer,
  from: number,
  to: number,
  output: Buffer,
  outAt: number,
  outEnd: number,
  history: number,
): number {
  let at = from
  let out = outAt
  while (at < to) {
    const token = input[at++]!
    let literals = token >>> 4
    if (literals === 15) {
      let more = 255
      while (more === 255) {
        if (at >= to) return LZ4_CORRUPT
        more = input[at++]!
        literals += more
      }
    }
    if (literals > to - at) return LZ4_CORRUPT
    if (literals > outEnd - out) return LZ4_TOO_LARGE
    if (literals < SHORT_COPY) for (let i = 0; i < literals; i++) output[out + i] = input[at + i]!
    else input.copy(output, out, at, at + literals)
    at += literals
    out += literals
    if (at === to) return out

    if (to - at < 2) return LZ4_CORRUPT
    const distance = input[at]! | (input[at + 1]! << 8)
    at += 2
    if (distance === 0 || distance > out - history) return LZ4_CORRUPT
    let match = (token & 15) + MIN_MATCH
    if (match === 15 + MIN_MATCH) {
      let more = 255
      while (more === 255) {
        if (at >= to) return LZ4_CORRUPT
        more = input[at++]!
        match += more
      }
    }
    if (match > outEnd - out) return LZ4_TOO_LARGE
    copyMatch(output, out, distance, match)
    out += match
  }
  // An empty block, or one that ends with a match: no encoder writes either.
  return LZ4_CORRUPT
}

/** Repeats what lies `distance` bytes back until `length` bytes are written; the two may overlap. */
function copyMatch(output: Buffer, at: number, distance: number, length: number): void {
  if (length < SHORT_COPY) {
    for (let i = at; i < at + length; i++) output[i] = output[i - distance]!
    return
  }
  // What has been written is itself a repetition, so each round can copy twice as much as the one before.
  let done = 0
  while (done < length) {
    const piece = Math.min(distance + done, length - done)
    output.copyWithin(at + done, at - distance, at - distance + piece)
    done += piece
  }
}
