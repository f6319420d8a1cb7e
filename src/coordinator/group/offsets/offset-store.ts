import { TimelineMap } from '../../runtime/timeline.ts'
import type { Timeline } from '../../runtime/timeline.ts'
import type { CommittedOffset } from '../group-record.ts'

/** A committed offset with its place. */
export interface StoredOffset extends CommittedOffset {
  readonly topic: string
  readonly partition: number
}

/** The committed offsets of all groups of a shard. Only `replay` of the shard calls `put` and `remove`. */
export class OffsetStore {
  readonly #timeline: Timeline
  /** By group id, then by topic and partition. Invariant: no map is empty in both of its views. */
  readonly #groups = new Map<string, TimelineMap<string, StoredOffset>>()

  constructor(timeline: Timeline) {
    this.#timeline = timeline
  }

  put(groupId: string, offset: StoredOffset): void {
    let offsets = this.#groups.get(groupId)
    if (offsets === undefined) {
      offsets = new TimelineMap(this.#timeline, () => this.#groups.delete(groupId))
      this.#groups.set(groupId, offsets)
    }
    offsets.set(offsetKey(offset.topic, offset.partition), offset)
  }

  remove(groupId: string, topic: string, partition: number): void {
    this.#groups.get(groupId)?.delete(offsetKey(topic, partition))
  }

  has(groupId: string): boolean {
    return (this.#groups.get(groupId)?.size ?? 0) > 0
  }

  hasCommitted(groupId: string): boolean {
    return this.#groups.get(groupId)?.committedEntries().next().done === false
  }

  get(groupId: string, topic: string, partition: number): StoredOffset | undefined {
    return this.#groups.get(groupId)?.get(offsetKey(topic, partition))
  }

  getCommitted(groupId: string, topic: string, partition: number): StoredOffset | undefined {
    return this.#groups.get(groupId)?.getCommitted(offsetKey(topic, partition))
  }

  *of(groupId: string): IterableIterator<StoredOffset> {
    for (const [, offset] of this.#groups.get(groupId)?.entries() ?? []) yield offset
  }

  *committedOf(groupId: string): IterableIterator<StoredOffset> {
    for (const [, offset] of this.#groups.get(groupId)?.committedEntries() ?? []) yield offset
  }

  /** Groups that have offsets in either view. */
  groupIds(): IterableIterator<string> {
    return this.#groups.keys()
  }
}

/** Topic names have no colon. */
function offsetKey(topic: string, partition: number): string {
  return `${topic}:${partition}`
}
