import { TimelineMap } from '../../runtime/timeline.ts'
import type { Timeline } from '../../runtime/timeline.ts'
import type { TransactionOutcome } from '../../../records/control-record.ts'
import { PendingOffsets } from './pending-offsets.ts'
import type { PlacedOffset, StoredOffset } from './stored-offset.ts'

/** The committed offsets of all groups of a shard. Only `replay` of the shard calls `put` and `remove`. */
export class OffsetStore {
  readonly #timeline: Timeline
  /** By group id, then by topic and partition. Invariant: no map is empty in both of its views. */
  readonly #groups = new Map<string, TimelineMap<string, StoredOffset>>()
  /** Those of transactions that are open. */
  readonly pending: PendingOffsets
  #nextOrder = 1

  constructor(timeline: Timeline) {
    this.#timeline = timeline
    this.pending = new PendingOffsets(timeline)
  }

  /** A commit, which counts once the transaction of `producerId` is committed; at once when that is -1. */
  put(groupId: string, offset: PlacedOffset, producerId = -1): void {
    const stored: StoredOffset = { ...offset, order: this.#nextOrder++ }
    if (producerId < 0) this.#put(groupId, stored)
    else this.pending.put(producerId, groupId, stored)
  }

  /** The transaction of the producer has ended. An offset that was committed meanwhile without a transaction stays. */
  endTransaction(producerId: number, outcome: TransactionOutcome): void {
    for (const { groupId, offset } of this.pending.end(producerId)) {
      if (outcome === 'abort') continue
      const known = this.get(groupId, offset.topic, offset.partition)
      if (known === undefined || known.order < offset.order) this.#put(groupId, offset)
    }
  }

  #put(groupId: string, offset: StoredOffset): void {
    let offsets = this.#groups.get(groupId)
    if (offsets === undefined) {
      offsets = new TimelineMap(this.#timeline, () => this.#groups.delete(groupId))
      this.#groups.set(groupId, offsets)
    }
    offsets.set(offsetKey(offset.topic, offset.partition), offset)
  }

  remove(groupId: string, topic: string, partition: number): void {
    this.#groups.get(groupId)?.delete(offsetKey(topic, partition))
    this.pending.remove(groupId, topic, partition)
  }

  has(groupId: string): boolean {
    return (this.#groups.get(groupId)?.size ?? 0) > 0 || this.pending.has(groupId)
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
    return new Set([...this.#groups.keys(), ...this.pending.groupIds()]).values()
  }
}

/** Topic names have no colon. */
export function offsetKey(topic: string, partition: number): string {
  return `${topic}:${partition}`
}
