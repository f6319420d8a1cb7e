import type { Prng } from '../../src/env/sim/prng.ts'

/** Numbers at which decoders go wrong: limits, signs, lengths that are too long by one or by everything. */
const numbers = [
  0, 1, -1, 2, 127, 128, 255, 256, 0x7fff, -0x8000, 0xffff, 0x10000, 0x7fffffff, -0x80000000, 0x7ffffff0,
  100_000_000,
]

type Mutation = (bytes: Buffer, random: Prng, other: Buffer) => Buffer

function at(bytes: Buffer, random: Prng): number {
  return random.below(bytes.length + 1)
}

function number(random: Prng): number {
  return numbers[random.below(numbers.length)] ?? 0
}

const mutations: readonly Mutation[] = [
  function flipBit(bytes, random) {
    const copy = Buffer.from(bytes)
    if (copy.length === 0) return copy
    const position = random.below(copy.length)
    copy[position] = (copy[position] ?? 0) ^ (1 << random.below(8))
    return copy
  },
  function setByte(bytes, random) {
    const copy = Buffer.from(bytes)
    if (copy.length > 0)
      copy[random.below(copy.length)] = random.chance(0.5) ? number(random) & 0xff : random.below(256)
    return copy
  },
  function setInt16(bytes, random) {
    const copy = Buffer.from(bytes)
    if (copy.length >= 2) copy.writeInt16BE((number(random) << 16) >> 16, random.below(copy.length - 1))
    return copy
  },
  function setInt32(bytes, random) {
    const copy = Buffer.from(bytes)
    if (copy.length >= 4) copy.writeInt32BE(number(random) | 0, random.below(copy.length - 3))
    return copy
  },
  function setVarint(bytes, random) {
    const copy = Buffer.from(bytes)
    const endless = Buffer.from([0xff, 0xff, 0xff, 0xff, random.chance(0.5) ? 0x0f : 0xff])
    if (copy.length >= 5) endless.copy(copy, random.below(copy.length - 4))
    return copy
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, at(bytes, random))
  },
  function extend(bytes, random) {
    return Buffer.concat([bytes, random.bytes(1 + random.below(64))])
  },
  function remove(bytes, random) {
    const from = at(bytes, random)
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + random.below(8))])
  },
  function insert(bytes, random) {
    const from = at(bytes, random)
    return Buffer.concat([bytes.subarray(0, from), random.bytes(1 + random.below(8)), bytes.subarray(from)])
  },
  function repeat(bytes, random) {
    const from = at(bytes, random)
    const piece = bytes.subarray(from, from + 1 + random.below(32))
    return Buffer.concat([
      bytes.subarray(0, from),
      ...Array.from({ length: 1 + random.below(20) }, () => piece),
      bytes.subarray(from),
    ])
  },
  function splice(bytes, random, other) {
    return Buffer.concat([bytes.subarray(0, at(bytes, random)), other.subarray(at(other, random))])
  },
]

/** One to four changes to `bytes`; `other` is where pieces of something else come from. The same random numbers give the same bytes. */
export function mutate(bytes: Buffer, random: Prng, other: Buffer): Buffer {
  let result = bytes
  for (let left = 1 + random.below(4); left > 0; left--) {
    const mutation = mutations[random.below(mutations.length)]
    if (mutation !== undefined) result = mutation(result, random, other)
  }
  return result
}
