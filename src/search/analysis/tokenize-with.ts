import { hashBytes } from '../document/byte-hash.ts'
import type { Analyzer } from './analyzer.ts'
import type { TokenBuffer } from './token-buffer.ts'

/** The tokens that an analyzer finds in UTF-8 bytes, appended to `into`. */
export function tokenizeWith(
  analyzer: Analyzer,
  bytes: Uint8Array,
  start: number,
  end: number,
  into: TokenBuffer,
): void {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString()
  analyzer.tokens(text, (term, position) => {
    const encoded = Buffer.from(term)
    into.reserve(encoded.length)
    into.bytes.set(encoded, into.length)
    const index = into.count++
    into.starts[index] = into.length
    into.length += encoded.length
    into.ends[index] = into.length
    into.hashes[index] = hashBytes(encoded, 0, encoded.length)
    into.positions[index] = position
  })
}
