import type { KeyValue, MetaEvent, Operation } from './meta-store.ts'

/**
 * The keys in two states: the committed one, which readers see, and the staged one, which also has the transactions that
 * are not durable yet and on which new transactions are decided.
 */
export class KeySpace {
  readonly #committed: Map<string, KeyValue>
  /** Keys whose staged state differs from the committed one, with the event that makes the difference. */
  readonly #staged = new Map<string, MetaEvent>()

  constructor(committed: Map<string, KeyValue>) {
    this.#committed = committed
  }

  get(key: string): KeyValue | null {
    return this.#committed.get(key) ?? null
  }

  /** Committed entries below the prefix, sorted by key. */
  range(prefix: string): KeyValue[] {
    const entries: KeyValue[] = []
    for (const entry of this.#committed.values()) if (entry.key.startsWith(prefix)) entries.push(entry)
    return entries.sort((a, b) => (a.key < b.key ? -1 : 1))
  }

  /** All committed entries, in no order. */
  entries(): KeyValue[] {
    return [...this.#committed.values()]
  }

  /** When the key was last written, in the staged state; 0 when it is absent. */
  stagedRevision(key: string): number {
    const event = this.#staged.get(key)
    if (event) return event.kind === 'put' ? event.modRevision : 0
    return this.#committed.get(key)?.modRevision ?? 0
  }

  #stagedBelow(prefix: string): string[] {
    const keys: string[] = []
    for (const key of this.#committed.keys()) {
      if (key.startsWith(prefix) && !this.#staged.has(key)) keys.push(key)
    }
    for (const [key, event] of this.#staged)
      if (event.kind === 'put' && key.startsWith(prefix)) keys.push(key)
    return keys.sort()
  }

  /** What the operations change in the staged state, as events of that revision. */
  eventsOf(operations: readonly Operation[], modRevision: number): MetaEvent[] {
    const events: MetaEvent[] = []
    for (const operation of operations) {
      switch (operation.kind) {
        case 'put':
          events.push({ kind: 'put', key: operation.key, value: operation.value, modRevision })
          break
        case 'delete':
          if (this.stagedRevision(operation.key) > 0)
            events.push({ kind: 'delete', key: operation.key, modRevision })
          break
        case 'deletePrefix':
          for (const key of this.#stagedBelow(operation.prefix))
            events.push({ kind: 'delete', key, modRevision })
      }
    }
    return events
  }

  stage(events: readonly MetaEvent[]): void {
    for (const event of events) this.#staged.set(event.key, event)
  }

  /** Moves events from the staged to the committed state. They come in the order in which they were staged. */
  commit(events: readonly MetaEvent[]): void {
    for (const event of events) {
      const { key, modRevision } = event
      if (event.kind === 'put') this.#committed.set(key, { key, value: event.value, modRevision })
      else this.#committed.delete(key)
      if (this.#staged.get(key) === event) this.#staged.delete(key)
    }
  }
}
