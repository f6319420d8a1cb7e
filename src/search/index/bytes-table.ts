import { compareBytes } from './terms-layout.ts'

/** A larger table gives its memory back when it is cleared. */
const KEPT_SLOTS_MAX = 1 << 20

/** Distinct byte strings, numbered in the order in which they came. Lies in one arena; no string is an object. */
export class BytesTable {
  count = 0
  bytes = new Uint8Array(1024)
  /** String i is `bytes` from `offsets[i]` to `offsets[i + 1]`. */
  offsets = new Int32Array(65)
  hashes = new Int32Array(64)
  /** Pairs of hash and number, so that a look-up touches the arena only for a string that is most likely the same. */
  #slots = new Int32Array(256).fill(-1)

  /** The number of the bytes, whose `hashBytes` is `hash`. A new one has the number that `count` was. */
  intern(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const slots = this.#slots
    const mask = slots.length - 2
    let slot = (hash << 1) & mask
    for (let id = slots[slot + 1]!; id !== -1; id = slots[slot + 1]!) {
      if (slots[slot] === hash) {
        const from = this.offsets[id]!
        const to = this.offsets[id + 1]!
        if (to - from === end - start) {
          const arena = this.bytes
          let at = from
          for (let other = start; at < to && arena[at] === bytes[other]; other++) at += 1
          if (at === to) return id
        }
      }
      slot = (slot + 2) & mask
    }
    return this.#add(bytes, start, end, hash, slot)
  }

  clear(): void {
    this.count = 0
    if (this.#slots.length <= KEPT_SLOTS_MAX) {
      this.#slots.fill(-1)
      return
    }
    this.bytes = new Uint8Array(1024)
    this.offsets = new Int32Array(65)
    this.hashes = new Int32Array(64)
    this.#slots = new Int32Array(256).fill(-1)
  }

  /** Bytes of all strings together. */
  get byteLength(): number {
    return this.offsets[this.count]!
  }

  /** The numbers in ascending order of their bytes. */
  sorted(): Int32Array {
    const order = new Int32Array(this.count)
    for (let id = 0; id < this.count; id++) order[id] = id
    this.#sortRange(order, 0, this.count, 0)
    return order
  }

  #add(bytes: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const id = this.count++
    const from = this.offsets[id]!
    const to = from + end - start
    if (to > this.bytes.length) {
      const grown = new Uint8Array(to * 2)
      grown.set(this.bytes.subarray(0, from))
      this.bytes = grown
    }
    for (let at = start, into = from; at < end; at++, into++) this.bytes[into] = bytes[at]!
    this.offsets[id + 1] = to
    this.hashes[id] = hash
    this.#slots[slot] = hash
    this.#slots[slot + 1] = id
    if (this.count === this.hashes.length) this.#grow()
    return id
  }

  #grow(): void {
    const size = this.hashes.length * 2
    const offsets = new Int32Array(size + 1)
    offsets.set(this.offsets)
    this.offsets = offsets
    const hashes = new Int32Array(size)
    hashes.set(this.hashes)
    this.hashes = hashes
    const slots = new Int32Array(size * 4).fill(-1)
    const mask = slots.length - 2
    for (let id = 0; id < this.count; id++) {
      let slot = (hashes[id]! << 1) & mask
      while (slots[slot + 1] !== -1) slot = (slot + 2) & mask
      slots[slot] = hashes[id]!
      slots[slot + 1] = id
    }
    this.#slots = slots
  }

  /**
   * Sorts strings that agree in their first `depth` bytes: native sort of numbers made of the next four bytes and the place, then each run
   * of equal ones again, four bytes further on. A comparator would cost ten times as much.
   */
  #sortRange(order: Int32Array, start: number, end: number, depth: number): void {
    const count = end - start
    if (count <= 8 || count > PLACES) {
      this.#compareSort(order, start, end)
      return
    }
    const keys = new Float64Array(count)
    for (let index = 0; index < count; index++) {
      const id = order[start + index]!
      keys[index] = this.#nextFour(id, depth) * PLACES + index
    }
    keys.sort()
    const before = order.slice(start, end)
    let runStart = 0
    let runHead = -1
    for (let index = 0; index <= count; index++) {
      const head = index === count ? -1 : Math.floor(keys[index]! / PLACES)
      if (index < count) order[start + index] = before[keys[index]! % PLACES]!
      if (head === runHead) continue
      if (index - runStart > 1) this.#sortRun(order, start + runStart, start + index, depth)
      runStart = index
      runHead = head
    }
  }

  #sortRun(order: Int32Array, start: number, end: number, depth: number): void {
    // Strings that end here equal each other but for zero bytes, which the numbers do not tell from the end.
    let ended = false
    for (let at = start; at < end && !ended; at++) {
      const id = order[at]!
      ended = this.offsets[id + 1]! - this.offsets[id]! <= depth + 4
    }
    if (ended) this.#compareSort(order, start, end)
    else this.#sortRange(order, start, end, depth + 4)
  }

  #nextFour(id: number, depth: number): number {
    const end = this.offsets[id + 1]!
    let at = this.offsets[id]! + depth
    let head = 0
    for (let count = 0; count < 4; count++, at++) head = head * 256 + (at < end ? this.bytes[at]! : 0)
    return head
  }

  #compareSort(order: Int32Array, start: number, end: number): void {
    const { bytes, offsets } = this
    const compare = (a: number, b: number): number =>
      compareBytes(bytes, offsets[a]!, offsets[a + 1]!, bytes, offsets[b]!, offsets[b + 1]!)
    if (end - start > 8) {
      order.subarray(start, end).sort(compare)
      return
    }
    for (let at = start + 1; at < end; at++) {
      const id = order[at]!
      let place = at
      while (place > start && compare(order[place - 1]!, id) > 0) {
        order[place] = order[place - 1]!
        place -= 1
      }
      order[place] = id
    }
  }
}

/** What a place may be below in the numbers that are sorted: 32 + 21 bits are exact in a double. */
const PLACES = 2 ** 21
