import type { Budget } from '../budget.ts'

/** Cells of the dense table of all owners together; beyond it, a hash table takes over. */
const DENSE_CELLS_MAX = 1 << 22

const EMPTY_ROW = new Int32Array(0)

/**
 * Numbers the pairs of an owner and an id below it, from 0 in the order in which they are first seen: the buckets of one aggregation
 * under all buckets of its parent. Counts the documents of each.
 *
 * Few ids under few owners lie in a table of a row per owner; what would need too large a table lies in an open hash table.
 */
export class BucketOrdinals {
  readonly #budget: Budget
  #rows: Int32Array[] = []
  #cells = 0
  /** Ordinal + 1 by hash; null while the rows are in use. */
  #table: Int32Array | null = null
  #owners = new Int32Array(64)
  #ids = new Int32Array(64)
  #counts = new Float64Array(64)
  #size = 0
  #byOwner: { readonly starts: Int32Array; readonly ordinals: Int32Array } | null = null

  constructor(budget: Budget) {
    this.#budget = budget
  }

  get size(): number {
    return this.#size
  }

  /** Documents by ordinal. The array is replaced when it grows. */
  get counts(): Float64Array {
    return this.#counts
  }

  idOf(ordinal: number): number {
    return this.#ids[ordinal] ?? -1
  }

  /** The ordinal of the pair, with one more document. */
  add(owner: number, id: number): number {
    const ordinal = this.ordinal(owner, id)
    this.#counts[ordinal]! += 1
    return ordinal
  }

  /** The ordinal of a pair, with so many more documents. */
  addRun(owner: number, id: number, documents: number): number {
    const ordinal = this.ordinal(owner, id)
    this.#counts[ordinal]! += documents
    return ordinal
  }

  /** The ordinal of the pair, which is made when it is new. */
  ordinal(owner: number, id: number): number {
    if (this.#table !== null) return this.#hashed(owner, id)
    const row = this.#rows[owner]
    const ordinal = row === undefined ? undefined : row[id]
    if (ordinal !== undefined && ordinal > 0) return ordinal - 1
    return this.#insertDense(owner, id)
  }

  /** The ordinals of an owner, in no order. Not to be called before the last `add`. */
  of(owner: number): Int32Array {
    this.#byOwner ??= this.#group()
    const { starts, ordinals } = this.#byOwner
    const from = starts[owner]
    const to = starts[owner + 1]
    return from === undefined || to === undefined ? EMPTY_ROW : ordinals.subarray(from, to)
  }

  #insertDense(owner: number, id: number): number {
    let row = this.#rows[owner] ?? EMPTY_ROW
    if (id >= row.length) {
      const length = Math.max(16, 2 ** Math.ceil(Math.log2(id + 1)))
      if (this.#cells + length - row.length > DENSE_CELLS_MAX) {
        this.#hashAll()
        return this.#hashed(owner, id)
      }
      this.#budget.allocate(4 * (length - row.length))
      this.#cells += length - row.length
      const grown = new Int32Array(length)
      grown.set(row)
      while (this.#rows.length < owner) this.#rows.push(EMPTY_ROW)
      this.#rows[owner] = grown
      row = grown
    }
    const ordinal = this.#append(owner, id)
    row[id] = ordinal + 1
    return ordinal
  }

  #append(owner: number, id: number): number {
    const ordinal = this.#size
    if (ordinal === this.#owners.length) {
      this.#budget.allocate(16 * ordinal)
      this.#owners = grown(this.#owners)
      this.#ids = grown(this.#ids)
      const counts = new Float64Array(2 * ordinal)
      counts.set(this.#counts)
      this.#counts = counts
    }
    this.#owners[ordinal] = owner
    this.#ids[ordinal] = id
    this.#size += 1
    return ordinal
  }

  #hashAll(): void {
    this.#rows = []
    this.#rehash(Math.max(1 << 12, 2 ** Math.ceil(Math.log2(4 * (this.#size + 1)))))
  }

  #rehash(length: number): void {
    this.#budget.allocate(4 * length)
    const table = new Int32Array(length)
    const mask = length - 1
    for (let ordinal = 0; ordinal < this.#size; ordinal += 1) {
      let slot = hash(this.#owners[ordinal]!, this.#ids[ordinal]!) & mask
      while (table[slot] !== 0) slot = (slot + 1) & mask
      table[slot] = ordinal + 1
    }
    this.#table = table
  }

  #hashed(owner: number, id: number): number {
    let table = this.#table ?? EMPTY_ROW
    if (2 * (this.#size + 1) > table.length) {
      this.#rehash(2 * table.length)
      table = this.#table ?? EMPTY_ROW
    }
    const mask = table.length - 1
    let slot = hash(owner, id) & mask
    for (;;) {
      const found = table[slot]! - 1
      if (found < 0) break
      if (this.#ids[found] === id && this.#owners[found] === owner) return found
      slot = (slot + 1) & mask
    }
    const ordinal = this.#append(owner, id)
    table[slot] = ordinal + 1
    return ordinal
  }

  /** Counting sort of the ordinals by owner. */
  #group(): { readonly starts: Int32Array; readonly ordinals: Int32Array } {
    let owners = 0
    for (let i = 0; i < this.#size; i += 1) owners = Math.max(owners, this.#owners[i]! + 1)
    const starts = new Int32Array(owners + 1)
    for (let i = 0; i < this.#size; i += 1) starts[this.#owners[i]! + 1]! += 1
    for (let owner = 0; owner < owners; owner += 1) starts[owner + 1]! += starts[owner]!
    const next = starts.slice()
    const ordinals = new Int32Array(this.#size)
    for (let i = 0; i < this.#size; i += 1) {
      const owner = this.#owners[i]!
      ordinals[next[owner]!] = i
      next[owner]! += 1
    }
    return { starts, ordinals }
  }
}

function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const twice = new Int32Array(2 * array.length)
  twice.set(array)
  return twice
}

function hash(owner: number, id: number): number {
  let h = Math.imul(id, 0x9e3779b1) ^ Math.imul(owner + 1, 0x85ebca6b)
  h ^= h >>> 15
  h = Math.imul(h, 0x2c1b3c6d)
  return h ^ (h >>> 13)
}
