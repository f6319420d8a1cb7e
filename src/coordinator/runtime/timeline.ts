/** What a key held before the first write of one batch. `undefined` means that it was absent. */
interface PendingWrite<V> {
  readonly epoch: number
  readonly previous: V | undefined
}

/** What the timeline does with each of its maps. */
interface Revertible {
  commit(epoch: number): boolean
  rollback(): void
}

/**
 * The order in which writes of a coordinator shard become durable. Every append to the log is one epoch; a map that
 * belongs to the timeline remembers what each write of an epoch replaced until the epoch is durable or undone.
 */
export class Timeline {
  /** The epoch that writes belong to, or null while loading: what is read from the log is durable already. */
  epoch: number | null = null
  readonly #dirty = new Set<Revertible>()

  touched(map: Revertible): void {
    this.#dirty.add(map)
  }

  /** Makes the writes of all epochs up to `epoch` final. */
  commit(epoch: number): void {
    for (const map of this.#dirty) if (map.commit(epoch)) this.#dirty.delete(map)
  }

  /** Takes back every write that is not final. */
  rollback(): void {
    for (const map of this.#dirty) map.rollback()
    this.#dirty.clear()
  }
}

/**
 * A map with two views: the latest one, which decisions are based on, and the committed one, which holds only what is
 * durable. Values are immutable and never undefined. A read of the committed view costs one look-up more.
 */
export class TimelineMap<K, V> implements Revertible {
  readonly #timeline: Timeline
  readonly #emptied: () => void
  readonly #latest = new Map<K, V>()
  /** Keys with writes that are not durable, oldest write first, at most one per epoch. */
  readonly #pending = new Map<K, PendingWrite<V>[]>()

  /** `emptied` is called when nothing is left in either view, so that the owner can drop the map. */
  constructor(timeline: Timeline, emptied: () => void = () => {}) {
    this.#timeline = timeline
    this.#emptied = emptied
  }

  get size(): number {
    return this.#latest.size
  }

  get(key: K): V | undefined {
    return this.#latest.get(key)
  }

  has(key: K): boolean {
    return this.#latest.has(key)
  }

  entries(): IterableIterator<[K, V]> {
    return this.#latest.entries()
  }

  keys(): IterableIterator<K> {
    return this.#latest.keys()
  }

  getCommitted(key: K): V | undefined {
    const pending = this.#pending.get(key)
    const oldest = pending?.[0]
    return oldest === undefined ? this.#latest.get(key) : oldest.previous
  }

  *committedEntries(): IterableIterator<[K, V]> {
    for (const [key, value] of this.#latest) if (!this.#pending.has(key)) yield [key, value]
    for (const [key, [oldest]] of this.#pending) {
      if (oldest?.previous !== undefined) yield [key, oldest.previous]
    }
  }

  set(key: K, value: V): void {
    this.#remember(key)
    this.#latest.set(key, value)
  }

  delete(key: K): boolean {
    if (!this.#latest.has(key)) return false
    this.#remember(key)
    this.#latest.delete(key)
    this.#reportIfEmpty()
    return true
  }

  /** Called by the timeline. Returns whether no write is pending any more. */
  commit(epoch: number): boolean {
    for (const [key, writes] of this.#pending) {
      const open = writes.filter((write) => write.epoch > epoch)
      if (open.length === 0) this.#pending.delete(key)
      else if (open.length < writes.length) this.#pending.set(key, open)
    }
    this.#reportIfEmpty()
    return this.#pending.size === 0
  }

  /** Called by the timeline. */
  rollback(): void {
    for (const [key, [oldest]] of this.#pending) {
      if (oldest?.previous === undefined) this.#latest.delete(key)
      else this.#latest.set(key, oldest.previous)
    }
    this.#pending.clear()
    this.#reportIfEmpty()
  }

  #remember(key: K): void {
    const { epoch } = this.#timeline
    if (epoch === null) return
    const writes = this.#pending.get(key)
    if (writes === undefined) this.#pending.set(key, [{ epoch, previous: this.#latest.get(key) }])
    else if (writes.at(-1)?.epoch !== epoch) writes.push({ epoch, previous: this.#latest.get(key) })
    this.#timeline.touched(this)
  }

  #reportIfEmpty(): void {
    if (this.#latest.size === 0 && this.#pending.size === 0) this.#emptied()
  }
}
