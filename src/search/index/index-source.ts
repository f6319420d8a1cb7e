/** Where the bytes of an open index come from. Views stay valid; they are not to be changed. */
export interface IndexSource {
  bytes(at: number, length: number): Uint8Array
  /** `at` is a multiple of 4. */
  words(at: number, count: number): Uint32Array
  /** `at` is a multiple of 8. */
  doubles(at: number, count: number): Float64Array
}

/** An index in memory, which nothing can damage. */
export class MemorySource implements IndexSource {
  readonly #bytes: Uint8Array

  /** The bytes start at the beginning of their buffer. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** All of it. */
  get all(): Uint8Array {
    return this.#bytes
  }

  get size(): number {
    return this.#bytes.length
  }

  bytes(at: number, length: number): Uint8Array {
    return this.#bytes.subarray(at, at + length)
  }

  words(at: number, count: number): Uint32Array {
    return new Uint32Array(this.#bytes.buffer, at, count)
  }

  doubles(at: number, count: number): Float64Array {
    return new Float64Array(this.#bytes.buffer, at, count)
  }
}
