import { createHash } from 'node:crypto'
import type { Random } from '../random.ts'

const range32 = 2 ** 32

/**
 * A seeded generator (sfc32: 128 bits of state, passes the usual statistical suites, integer arithmetic only, so that it
 * is the same on every machine). Not for secrets.
 */
export class Prng implements Random {
  readonly #seed: string
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(seed: string) {
    this.#seed = seed
    const digest = createHash('sha256').update(seed).digest()
    this.#a = digest.readInt32LE(0)
    this.#b = digest.readInt32LE(4)
    this.#c = digest.readInt32LE(8)
  }

  /** An independent generator. Draws from one do not move the other, so that a new fault kind leaves the rest as it was. */
  fork(name: string): Prng {
    return new Prng(`${this.#seed}/${name}`)
  }

  /** A whole number in [0, 2^32). */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  below(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > range32) {
      throw new RangeError(`the bound must be a whole number from 1 to 2^32, not ${bound}`)
    }
    // Numbers at the top, which would make the low results more likely, are drawn again.
    const limit = range32 - (range32 % bound)
    let value = this.next()
    while (value >= limit) value = this.next()
    return value % bound
  }

  bytes(size: number): Buffer {
    const bytes = Buffer.alloc(size)
    for (let i = 0; i < size; i++) bytes[i] = this.next() >>> 24
    return bytes
  }

  /** One of the values, of which there is at least one. */
  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T
  }

  /** True with the probability `probability`. Draws nothing for 0 and 1. */
  chance(probability: number): boolean {
    if (probability <= 0) return false
    return probability >= 1 || this.next() < probability * range32
  }

  /** A number in [low, high), with fractions. */
  between(low: number, high: number): number {
    return low + (high - low) * (this.next() / range32)
  }
}
