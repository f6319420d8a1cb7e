import type { Timeline } from '../runtime/timeline.ts'
import { TimelineMap } from '../runtime/timeline.ts'
import { classicGroupFromPersisted, newClassicGroup } from './classic/classic-group.ts'
import type { ClassicGroup } from './classic/classic-group.ts'
import type { Group } from './group.ts'
import type { PersistedClassicGroup } from './group-record.ts'
import type { OffsetStore } from './offsets/offset-store.ts'

/** What the log says about a group, by kind. */
export type PersistedGroup = { readonly kind: 'classic'; readonly value: PersistedClassicGroup }

/**
 * The groups of a shard, in two layers. The persisted layer is what the log says and is written by `replay` alone. The
 * open layer holds groups with members or ids that are about to join: soft state, made from the persisted layer.
 *
 * A group exists when it is open, or persisted, or has offsets: those of consumers that never joined have nothing else.
 */
export class GroupStore {
  readonly #offsets: OffsetStore
  readonly #persisted: TimelineMap<string, PersistedGroup>
  readonly #open = new Map<string, ClassicGroup>()

  constructor(timeline: Timeline, offsets: OffsetStore) {
    this.#offsets = offsets
    this.#persisted = new TimelineMap(timeline)
  }

  replayClassic(groupId: string, value: PersistedClassicGroup | null): void {
    if (value !== null) {
      this.#persisted.set(groupId, { kind: 'classic', value })
      return
    }
    this.#persisted.delete(groupId)
    this.#open.delete(groupId)
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
    if (persisted !== undefined) return classicGroupFromPersisted(groupId, persisted.value)
    return this.#offsets.has(groupId) ? newClassicGroup(groupId, now) : null
  }

  /** As `find`, for a group that existed when the last record became durable. Sessions are shown as they are now. */
  findCommitted(groupId: string, now: number): Group | null {
    const persisted = this.#persisted.getCommitted(groupId)
    if (persisted === undefined)
      return this.#offsets.hasCommitted(groupId) ? newClassicGroup(groupId, now) : null
    return this.#open.get(groupId) ?? classicGroupFromPersisted(groupId, persisted.value)
  }

  /** The group, made when there is none, to be changed: it stays in memory. */
  open(groupId: string, now: number): Group {
    const group = this.find(groupId, now) ?? newClassicGroup(groupId, now)
    this.#open.set(groupId, group)
    return group
  }

  /** Opens every persisted group that has members. */
  *openAll(now: number): IterableIterator<Group> {
    for (const [groupId, persisted] of this.#persisted.entries()) {
      if (persisted.value.members.length > 0) yield this.open(groupId, now)
    }
  }

  /** Drops and returns open groups that nothing in the log, or on its way there, accounts for. */
  closeUnfounded(): Group[] {
    const unfounded: Group[] = []
    for (const group of this.#open.values()) {
      if (!this.#persisted.has(group.groupId) && !this.#offsets.has(group.groupId)) unfounded.push(group)
    }
    for (const group of unfounded) this.#open.delete(group.groupId)
    return unfounded
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
