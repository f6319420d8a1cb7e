import type { BucketKey } from './aggregation-partial.ts'

const float = new Float64Array(1)
const words = new Uint32Array(float.buffer)

const TEXT_SEED = 0x1b873593
const NUMBER_SEED = 0x52dce729
const BOOLEAN_SEED = 0x38b34ae5

/** A hash of 53 bits, the same in every process. Values of different types have different hashes. */
export function hashKey(key: BucketKey): number {
  if (typeof key === 'string') return hashText(key)
  return typeof key === 'number' ? hashNumber(key) : mixed(key ? 1 : 2, 0, BOOLEAN_SEED)
}

function hashNumber(value: number): number {
  float[0] = value === 0 ? 0 : value
  return mixed(words[0]!, words[1]!, NUMBER_SEED)
}

function hashText(text: string): number {
  let a = TEXT_SEED
  let b = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ unit, 0xcc9e2d51)
    a = (a << 15) | (a >>> 17)
    b = Math.imul(b ^ unit, 0x01000193)
  }
  return mixed(a, b, text.length)
}

/** Two rounds of 32 bits each, of which 53 are kept. */
function mixed(a: number, b: number, seed: number): number {
  const first = avalanche(Math.imul(a ^ seed, 0x85ebca6b) ^ (b + (b << 16)))
  const second = avalanche(Math.imul(b ^ first, 0xc2b2ae35) ^ a)
  return first * 0x200000 + (second >>> 11)
}

function avalanche(value: number): number {
  let h = value
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
