import { hashKey } from './key-hash.ts'

/** Hash of 16 bytes and offset of 8, as in Kafka's SkimpyOffsetMap. */
export const offsetMapEntryBytes = 24
/** Fuller than this, and looking up gets slow (Kafka's `log.cleaner.io.buffer.load.factor`). */
const loadFactor = 0.9
const slotsMin = 64

/**
 * The last offset of each key, in memory of a fixed size: keys are kept as hashes, and when it is full the caller cleans with what it
 * has and comes back for the rest. Open addressing, linear probing; nothing is ever removed.
 */
export class OffsetMap {
  readonly #hashes: Int32Array
  /** -1: the slot is free. */
  readonly #offsets: Float64Array
  readonly #slots: number
  readonly #entriesMax: number
  readonly #memoryEntries: number
  readonly #seed: number
  readonly #hash = new Int32Array(4)
  #size = 0
  /** Everything up to this offset is in the map; -1 when nothing is. */
  latestOffset = -1

  /** `memoryBytes` is the limit; less is taken when `keysMax`, the most keys there can be, fit into less. */
  constructor(memoryBytes: number, keysMax: number, seed: number) {
    const wanted = Math.ceil(keysMax / loadFactor) + 1
    this.#slots = Math.max(slotsMin, Math.min(Math.floor(memoryBytes / offsetMapEntryBytes), wanted))
    this.#entriesMax = Math.floor(this.#slots * loadFactor)
    this.#memoryEntries = Math.max(
      this.#entriesMax,
      Math.floor((memoryBytes / offsetMapEntryBytes) * loadFactor),
    )
    this.#hashes = new Int32Array(this.#slots * 4)
    this.#offsets = new Float64Array(this.#slots).fill(-1)
    this.#seed = seed
  }

  get size(): number {
    return this.#size
  }

  /** No key can be put any more, not even one that is known. */
  get full(): boolean {
    return this.#size >= this.#entriesMax
  }

  /** Share of the memory limit that the keys take, 0 to 1. */
  get utilization(): number {
    return this.#size / this.#memoryEntries
  }

  /** Notes that the key, `buffer` from `start` to `end`, stands at the offset. Offsets come in rising order. Not when `full`. */
  put(buffer: Uint8Array, start: number, end: number, offset: number): void {
    const slot = this.#slotOf(buffer, start, end)
    if (this.#offsets[slot] === -1) {
      const at = slot * 4
      for (let i = 0; i < 4; i++) this.#hashes[at + i] = this.#hash[i] as number
      this.#size += 1
    }
    this.#offsets[slot] = offset
    this.latestOffset = offset
  }

  /** The last offset of the key, -1 when it was not put. */
  get(buffer: Uint8Array, start: number, end: number): number {
    return this.#offsets[this.#slotOf(buffer, start, end)] as number
  }

  /** The slot that has the key, or the free one where it belongs; the key's hash is in `#hash` then. */
  #slotOf(buffer: Uint8Array, start: number, end: number): number {
    const hash = this.#hash
    const hashes = this.#hashes
    hashKey(buffer, start, end, this.#seed, hash)
    const h1 = hash[0] as number
    const h2 = hash[1] as number
    const h3 = hash[2] as number
    const h4 = hash[3] as number
    let slot = (h1 >>> 0) % this.#slots
    for (;;) {
      if (this.#offsets[slot] === -1) return slot
      const at = slot * 4
      if (hashes[at] === h1 && hashes[at + 1] === h2 && hashes[at + 2] === h3 && hashes[at + 3] === h4)
        return slot
      slot = slot + 1 === this.#slots ? 0 : slot + 1
    }
  }
}
