/**
 * An immutable map that shares structure with the one it was made from: a large base that is never touched again, and a
 * small overlay that is copied on change and folded into a new base when it has grown too large for that. So one change
 * among n entries copies O(sqrt n) of them on average, and a look-up is at most two hash look-ups.
 * Iteration gives every entry once; its order means nothing.
 */
export class LayeredMap<K, V> implements Iterable<readonly [K, V]> {
  readonly size: number
  readonly #base: ReadonlyMap<K, V>
  /** `undefined` marks a deleted key of the base. */
  readonly #overlay: ReadonlyMap<K, V | undefined>

  constructor(
    base: ReadonlyMap<K, V> = new Map(),
    overlay: ReadonlyMap<K, V | undefined> = new Map(),
    size = base.size,
  ) {
    this.#base = base
    this.#overlay = overlay
    this.size = size
  }

  get(key: K): V | undefined {
    return this.#overlay.has(key) ? this.#overlay.get(key) : this.#base.get(key)
  }

  has(key: K): boolean {
    return this.get(key) !== undefined
  }

  *[Symbol.iterator](): IterableIterator<readonly [K, V]> {
    for (const entry of this.#base) if (!this.#overlay.has(entry[0])) yield entry
    for (const [key, value] of this.#overlay) if (value !== undefined) yield [key, value]
  }

  *keys(): IterableIterator<K> {
    for (const [key] of this) yield key
  }

  *values(): IterableIterator<V> {
    for (const [, value] of this) yield value
  }

  /** A map with the changes applied; `undefined` deletes. Without changes it is this map itself. */
  with(changes: ReadonlyMap<K, V | undefined>): LayeredMap<K, V> {
    if (changes.size === 0) return this
    let size = this.size
    for (const [key, value] of changes) size += Number(value !== undefined) - Number(this.has(key))
    const overlay = new Map(this.#overlay)
    for (const [key, value] of changes) overlay.set(key, value)
    // The balance between copying the overlay with every change of this size, and the base with every folding.
    if (overlay.size ** 2 <= this.#base.size * changes.size) return new LayeredMap(this.#base, overlay, size)
    const base = new Map(this.#base)
    for (const [key, value] of overlay) {
      if (value === undefined) base.delete(key)
      else base.set(key, value)
    }
    return new LayeredMap(base)
  }
}
