/**
 * Unsigned integers of a fixed width, packed into 32-bit words without gaps: value i lies in the bits from `i * bits` on, lowest bit
 * first. Groups of 128 are unpacked by straight-line code that is generated per width at its first use, which is two to three times as
 * fast as a loop; shorter groups are cut to whole words and go through the loop.
 */

/** Values of a full group: it is `bits * 4` words long. */
export const GROUP = 128

/** Unpacks a full group that starts at word `at`. With `base` the values are gaps, and `into` gets base + 1 + first gap, and so on. */
type Unpack = (words: Uint32Array, at: number, into: Int32Array, start: number, base: number) => void

const plain: (Unpack | undefined)[] = []
const gaps: (Unpack | undefined)[] = []

export function wordsFor(count: number, bits: number): number {
  return Math.ceil((count * bits) / 32)
}

/** Bits that the value (0 to 2^32 - 1) needs. */
export function bitWidth(value: number): number {
  return 32 - Math.clz32(value)
}

/** Packs `count` values from `start` on into `words` at `at`, which must be zero there; returns the word behind. */
export function pack(
  values: Int32Array,
  start: number,
  count: number,
  bits: number,
  words: Uint32Array,
  at: number,
): number {
  if (bits === 0) return at
  let word = at
  let used = 0
  let current = 0
  for (let index = start; index < start + count; index++) {
    const value = values[index]!
    current |= value << used
    used += bits
    if (used >= 32) {
      words[word++] = current
      used -= 32
      current = used === 0 ? 0 : value >>> (bits - used)
    }
  }
  if (used > 0) words[word++] = current
  return word
}

/** Unpacks `count` values into `into` from `start` on; a value of 2^31 or more comes out negative. */
export function unpack(
  words: Uint32Array,
  at: number,
  bits: number,
  count: number,
  into: Int32Array,
  start: number,
): void {
  if (count === GROUP) {
    const decode = (plain[bits] ??= generate(bits, false))
    decode(words, at, into, start, 0)
  } else unpackSome(words, at, bits, count, into, start)
}

/** Unpacks gaps between ascending numbers; the number before the first is `base`. */
export function unpackGaps(
  words: Uint32Array,
  at: number,
  bits: number,
  count: number,
  into: Int32Array,
  base: number,
): void {
  if (count === GROUP) {
    const decode = (gaps[bits] ??= generate(bits, true))
    decode(words, at, into, 0, base)
    return
  }
  unpackSome(words, at, bits, count, into, 0)
  let value = base
  for (let index = 0; index < count; index++) {
    value += into[index]! + 1
    into[index] = value
  }
}

function unpackSome(
  words: Uint32Array,
  at: number,
  bits: number,
  count: number,
  into: Int32Array,
  start: number,
): void {
  if (bits === 0) {
    into.fill(0, start, start + count)
    return
  }
  const mask = bits === 32 ? -1 : (1 << bits) - 1
  let word = at
  let used = 0
  for (let index = start; index < start + count; index++) {
    let value = words[word]! >>> used
    used += bits
    if (used >= 32) {
      word += 1
      used -= 32
      if (used > 0) value |= words[word]! << (bits - used)
    }
    into[index] = value & mask
  }
}

/** The value at one place, without unpacking those before it. */
export function unpackOne(words: Uint32Array, at: number, bits: number, index: number): number {
  if (bits === 0) return 0
  const first = index * bits
  const word = at + (first >>> 5)
  const shift = first & 31
  let value = words[word]! >>> shift
  if (shift + bits > 32) value |= words[word + 1]! << (32 - shift)
  return bits === 32 ? value : value & ((1 << bits) - 1)
}

function generate(bits: number, isGaps: boolean): Unpack {
  const mask = bits === 32 ? -1 : (1 << bits) - 1
  const lines: string[] = ['"use strict"; let value = base | 0;']
  for (let word = 0; word < bits * 4; word++) lines.push(`const w${word} = words[at + ${word}] | 0;`)
  for (let index = 0; index < GROUP; index++) {
    const field = bits === 0 ? '0' : fieldExpression(index * bits, bits, mask)
    lines.push(
      isGaps
        ? `value = (value + 1 + ${field}) | 0; into[${index}] = value;`
        : `into[start + ${index}] = ${field};`,
    )
  }
  // oxlint-disable-next-line typescript/no-implied-eval -- made of numbers below 129 alone
  return new Function('words', 'at', 'into', 'start', 'base', lines.join('\n')) as Unpack
}

function fieldExpression(first: number, bits: number, mask: number): string {
  const word = first >>> 5
  const shift = first & 31
  if (bits === 32) return `w${word}`
  if (shift + bits === 32) return `(w${word} >>> ${shift})`
  if (shift + bits < 32) return `((w${word} >>> ${shift}) & ${mask})`
  return `(((w${word} >>> ${shift}) | (w${word + 1} << ${32 - shift})) & ${mask})`
}
