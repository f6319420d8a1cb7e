import type { ByteOutput } from './byte-output.ts'

/**
 * Bytes of terms in fewer than eight bits each, when all of a dictionary block come from a small alphabet: identifiers in hexadecimal take half,
 * plain words five eighths.
 */

/** By bits per byte: 4, 5 and 6. The table of a width never changes; files are written with it. */
const alphabets: readonly (readonly [bits: number, alphabet: string])[] = [
  [4, '0123456789abcdef'],
  [5, 'abcdefghijklmnopqrstuvwxyz-_./: '],
  [6, '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_'],
]

const letters: (Uint8Array | undefined)[] = []
const codes: (Uint8Array | undefined)[] = []
for (const [bits, alphabet] of alphabets) {
  letters[bits] = Uint8Array.from(Buffer.from(alphabet, 'latin1'))
  const code = new Uint8Array(256)
  for (let index = 0; index < alphabet.length; index++) code[alphabet.charCodeAt(index)] = index
  codes[bits] = code
}

/** Of each byte, a bit for each width that has it: 1 for 4 bits, 2 for 5, 4 for 6. */
const widths = Uint8Array.from({ length: 256 }, (_, byte) =>
  alphabets.reduce(
    (set, [, alphabet], index) => set | (alphabet.includes(String.fromCharCode(byte)) ? 1 << index : 0),
    0,
  ),
)

/** The fewest bits that each of the bytes can be written in. */
export function bitsPerByte(bytes: Uint8Array, length: number): number {
  let common = 7
  for (let at = 0; at < length && common !== 0; at++) common &= widths[bytes[at]!]!
  if ((common & 1) !== 0) return 4
  if ((common & 2) !== 0) return 5
  return (common & 4) !== 0 ? 6 : 8
}

export function packBytes(bytes: Uint8Array, length: number, bits: number, output: ByteOutput): void {
  const code = codes[bits]
  if (code === undefined) {
    output.append(bytes, 0, length)
    return
  }
  let current = 0
  let used = 0
  for (let at = 0; at < length; at++) {
    current |= code[bytes[at]!]! << used
    used += bits
    if (used >= 8) {
      output.byte(current & 0xff)
      current >>>= 8
      used -= 8
    }
  }
  if (used > 0) output.byte(current)
}

/** Writes `length` bytes to the start of `into`; `packed` are the bytes from `at` on. */
export function unpackBytes(
  packed: Uint8Array,
  at: number,
  length: number,
  bits: number,
  into: Uint8Array,
): void {
  const letter = letters[bits]
  if (letter === undefined) {
    for (let index = 0; index < length; index++) into[index] = packed[at + index]!
    return
  }
  const mask = (1 << bits) - 1
  let from = at
  let current = 0
  let used = 0
  for (let index = 0; index < length; index++) {
    if (used < bits) {
      current |= packed[from++]! << used
      used += 8
    }
    into[index] = letter[current & mask]!
    current >>>= bits
    used -= bits
  }
}
