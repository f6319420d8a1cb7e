import type { Timeline } from '../runtime/timeline.ts'
import { TimelineMap } from '../runtime/timeline.ts'
import { classicGroupFromPersisted, newClassicGroup } from './classic/classic-group.ts'
import type { ClassicGroup } from './classic/classic-group.ts'
import { ConsumerGroup } from './consumer/consumer-group.ts'
import type { ConsumerRecord } from './consumer/consumer-record.ts'
import type { Group } from './group.ts'
import type { PersistedClassicGroup } from './group-record.ts'
import type { OffsetStore } from './offsets/offset-store.ts'

/** What the log says about a group, by kind. */
export type PersistedGroup =
  | { readonly kind: 'classic'; readonly value: PersistedClassicGroup }
  | { readonly kind: 'consumer'; readonly value: ConsumerGroup }

/**
 * The groups of a shard, in two layers. The persisted layer is what the log says and is written by `replay` alone. The
 * open layer holds classic groups with members or ids that are about to join: soft state, made from the persisted layer.
 *
 * A group exists when it is open, or persisted, or has offsets: those of consumers that never joined have nothing else.
 */
export class GroupStore {
  readonly #timeline: Timeline
  readonly #offsets: OffsetStore
  readonly #persisted: TimelineMap<string, PersistedGroup>
  readonly #open = new Map<string, ClassicGroup>()

  constructor(timeline: Timeline, offsets: OffsetStore) {
    this.#timeline = timeline
    this.#offsets = offsets
    this.#persisted = new TimelineMap(timeline)
  }

  replayClassic(groupId: string, value: PersistedClassicGroup | null): void {
    if (value !== null) {
      this.#persisted.set(groupId, { kind: 'classic', value })
      return
    }
    if (this.#persisted.get(groupId)?.kind === 'classic') this.#persisted.delete(groupId)
    this.#open.delete(groupId)
  }

  /** The tombstone of the group itself ends it; others only mean something while it is there. */
  replayConsumer(record: ConsumerRecord): void {
    const { groupId } = record
    const known = this.#persisted.get(groupId)
    if (record.value === null) {
      if (known?.kind !== 'consumer') return
      known.value.replay(record)
      if (record.kind === 'consumer-group') this.#persisted.delete(groupId)
      return
    }
    if (known?.kind === 'consumer') {
      known.value.replay(record)
      return
    }
    const group = new ConsumerGroup(this.#timeline, groupId)
    group.replay(record)
    this.#persisted.set(groupId, { kind: 'consumer', value: group })
  }

  isPersisted(groupId: string): boolean {
    return this.#persisted.has(groupId)
  }

  /** What the log says, without what is not durable yet. */
  committed(groupId: string): PersistedGroup | undefined {
    return this.#persisted.getCommitted(groupId)
  }

  /** The group as the latest decisions left it, or null when there is none. */
  find(groupId: string, now: number): Group | null {
    const open = this.#open.get(groupId)
    if (open !== undefined) return open
    const persisted = this.#persisted.get(groupId)
    if (persisted !== undefined) return groupOf(groupId, persisted)
    return this.#offsets.has(groupId) ? newClassicGroup(groupId, now) : null
  }

  /** As `find`, for a group that existed when the last record became durable. Sessions are shown as they are now. */
  findCommitted(groupId: string, now: number): Group | null {
    const persisted = this.#persisted.getCommitted(groupId)
    if (persisted === undefined)
      return this.#offsets.hasCommitted(groupId) ? newClassicGroup(groupId, now) : null
    if (persisted.kind === 'consumer') return persisted.value
    return this.#open.get(groupId) ?? groupOf(groupId, persisted)
  }

  /** The classic group, made when there is none or one of another kind, to be changed: it stays in memory. */
  open(groupId: string, now: number): ClassicGroup {
    const known = this.find(groupId, now)
    const group = known?.kind === 'classic' ? known : newClassicGroup(groupId, now)
    this.#open.set(groupId, group)
    return group
  }

  /** Takes over a classic group whose records are on their way. */
  adopt(group: ClassicGroup): void {
    this.#open.set(group.groupId, group)
  }

  /** Every persisted group that has members; classic ones are opened. */
  *openAll(now: number): IterableIterator<Group> {
    for (const [groupId, persisted] of this.#persisted.entries()) {
      if (persisted.kind === 'consumer') yield persisted.value
      else if (persisted.value.members.length > 0) yield this.open(groupId, now)
    }
  }

  /** Drops and returns open groups that nothing in the log, or on its way there, accounts for. */
  closeUnfounded(): ClassicGroup[] {
    const unfounded: ClassicGroup[] = []
    for (const group of this.#open.values()) {
      const persisted = this.#persisted.get(group.groupId)
      const founded =
        persisted === undefined ? this.#offsets.has(group.groupId) : persisted.kind === 'classic'
      if (!founded) unfounded.push(group)
    }
    for (const group of unfounded) this.#open.delete(group.groupId)
    return unfounded
  }

  /** What was checked with records that were taken back must be checked again. */
  forgetChecks(): void {
    for (const [, persisted] of this.#persisted.entries())
      if (persisted.kind === 'consumer') persisted.value.checkedVersion = -1
  }

  /** All groups there are. */
  ids(): string[] {
    return [...new Set([...this.#persisted.keys(), ...this.#open.keys(), ...this.#offsets.groupIds()])]
  }

  /** All groups that existed when the last record became durable. */
  *allCommitted(now: number): IterableIterator<Group> {
    for (const groupId of this.ids()) {
      const group = this.findCommitted(groupId, now)
      if (group !== null) yield group
    }
  }
}

function groupOf(groupId: string, persisted: PersistedGroup): Group {
  return persisted.kind === 'classic' ? classicGroupFromPersisted(groupId, persisted.value) : persisted.value
}
