import type { Budget } from '../budget.ts'
import type { StringColumn } from '../index/index-reader.ts'
import type { BucketKey } from './aggregation-partial.ts'

const NO_ID = -1
const UNSEEN = -2

/** Whole numbers below this have their ids in an array, which is a dozen times as fast as a map: status codes, small counts. */
const SMALL_NUMBERS = 1 << 16

/** What one distinct text costs in memory beside its characters: map entry, string, key. */
const KEY_BYTES = 100

/** Numbers the distinct values of a field across readers, from 0 as they are first seen. */
export class KeyIds {
  readonly #budget: Budget
  readonly #accepts: ((key: BucketKey) => boolean) | null
  readonly #ids = new Map<BucketKey, number>()
  readonly #keys: BucketKey[] = []
  #small: Int32Array | null = null
  #ofReader = new Int32Array(0)

  constructor(budget: Budget, accepts: ((key: BucketKey) => boolean) | null) {
    this.#budget = budget
    this.#accepts = accepts
  }

  get size(): number {
    return this.#keys.length
  }

  key(id: number): BucketKey {
    return this.#keys[id] ?? ''
  }

  /** The ordinals that follow are of this column. */
  begin(column: StringColumn | null): void {
    const count = column?.valueCount ?? 0
    if (count > this.#ofReader.length) {
      this.#budget.allocate(4 * (count - this.#ofReader.length))
      this.#ofReader = new Int32Array(count)
    }
    this.#ofReader.fill(UNSEEN, 0, count)
  }

  /** The id of a value of the column, -1 when the filter refuses it. */
  ofOrdinal(column: StringColumn, ordinal: number): number {
    const known = this.#ofReader[ordinal]!
    if (known !== UNSEEN) return known
    const id = this.of(column.value(ordinal))
    this.#ofReader[ordinal] = id
    return id
  }

  /** The id of a number, -1 when the filter refuses it. */
  ofNumber(value: number): number {
    if (value >= 0 && value < SMALL_NUMBERS && Number.isInteger(value)) {
      this.#small ??= new Int32Array(SMALL_NUMBERS).fill(UNSEEN)
      const known = this.#small[value]!
      if (known !== UNSEEN) return known
      const id = this.of(value === 0 ? 0 : value)
      this.#small[value] = id
      return id
    }
    return this.of(value)
  }

  of(key: BucketKey): number {
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const accepted = this.#accepts === null || this.#accepts(key)
    const id = accepted ? this.#keys.length : NO_ID
    this.#budget.allocate(KEY_BYTES + (typeof key === 'string' ? 2 * key.length : 0))
    if (accepted) this.#keys.push(key)
    this.#ids.set(key, id)
    return id
  }
}
