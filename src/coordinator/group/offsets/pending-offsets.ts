import { TimelineMap } from '../../runtime/timeline.ts'
import type { Timeline } from '../../runtime/timeline.ts'
import type { StoredOffset } from './stored-offset.ts'

export interface PendingOffset {
  readonly groupId: string
  readonly offset: StoredOffset
}

type Key = string

/** Neither a topic's name nor a number has a colon; the group's id, which may have some, comes last. */
function keyOf(groupId: string, topic: string, partition: number): Key {
  return `${topic}:${partition}:${groupId}`
}

/** Offsets that were committed in transactions which are open. Only `replay` of the shard changes them. */
export class PendingOffsets {
  readonly #timeline: Timeline
  /** By producer id. Invariant: no map is empty in both of its views. */
  readonly #producers = new Map<number, TimelineMap<Key, PendingOffset>>()
  /** By group id, then by topic and partition: the producers whose transactions are open. */
  readonly #groups = new Map<string, TimelineMap<Key, ReadonlySet<number>>>()

  constructor(timeline: Timeline) {
    this.#timeline = timeline
  }

  put(producerId: number, groupId: string, offset: StoredOffset): void {
    const key = keyOf(groupId, offset.topic, offset.partition)
    mapIn(this.#producers, producerId, this.#timeline).set(key, { groupId, offset })
    const open = mapIn(this.#groups, groupId, this.#timeline)
    open.set(key, new Set(open.get(key)).add(producerId))
  }

  /** Takes the producer's offsets out. */
  end(producerId: number): PendingOffset[] {
    const offsets = this.#producers.get(producerId)
    if (offsets === undefined) return []
    const ended = [...offsets.entries()]
    for (const [key, { groupId }] of ended) {
      offsets.delete(key)
      const open = this.#groups.get(groupId)
      const others = new Set(open?.get(key))
      others.delete(producerId)
      if (others.size > 0) open?.set(key, others)
      else open?.delete(key)
    }
    return ended.map(([, pending]) => pending)
  }

  /** The offset was deleted, which holds for what transactions would have made of it, too. */
  remove(groupId: string, topic: string, partition: number): void {
    const key = keyOf(groupId, topic, partition)
    const open = this.#groups.get(groupId)
    for (const producerId of open?.get(key) ?? []) this.#producers.get(producerId)?.delete(key)
    open?.delete(key)
  }

  isOpen(groupId: string, topic: string, partition: number): boolean {
    return this.#groups.get(groupId)?.has(keyOf(groupId, topic, partition)) === true
  }

  has(groupId: string): boolean {
    return (this.#groups.get(groupId)?.size ?? 0) > 0
  }

  /** Places of the group's offsets, each once. */
  *of(groupId: string): IterableIterator<{ readonly topic: string; readonly partition: number }> {
    for (const [key, producers] of this.#groups.get(groupId)?.entries() ?? []) {
      const [first] = producers
      const pending = first === undefined ? undefined : this.#producers.get(first)?.get(key)
      if (pending !== undefined) yield pending.offset
    }
  }

  groupIds(): IterableIterator<string> {
    return this.#groups.keys()
  }
}

function mapIn<O, V>(maps: Map<O, TimelineMap<Key, V>>, owner: O, timeline: Timeline): TimelineMap<Key, V> {
  let map = maps.get(owner)
  if (map === undefined) {
    map = new TimelineMap<Key, V>(timeline, () => maps.delete(owner))
    maps.set(owner, map)
  }
  return map
}
