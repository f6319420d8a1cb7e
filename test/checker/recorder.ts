import { appendFileSync, writeFileSync } from 'node:fs'
import type { Operation } from './history.ts'
import type { Delivery, ReadRecord } from './history-client.ts'

/** Collects the operations of all processes, and writes them as JSON lines, one operation each, in the order of completion. */
export class Recorder {
  readonly operations: Operation[] = []
  readonly #path: string
  #pending: string[] = []
  readonly #started = performance.now()

  constructor(path: string) {
    this.#path = path
    writeFileSync(path, '')
  }

  now(): number {
    return Math.round((performance.now() - this.#started) * 1000) / 1000
  }

  add(operation: Operation): void {
    this.operations.push(operation)
    this.#pending.push(JSON.stringify(operation))
    if (this.#pending.length >= 1000) this.flush()
  }

  /** An operation without steps: the process got new positions or a new client. */
  event(process: string, f: 'assign' | 'subscribe' | 'crash'): void {
    const now = this.now()
    this.add({ process, type: 'ok', f, steps: [], startMs: now, endMs: now })
  }

  /** A delivery that records what the consumer `process` is given. */
  delivery(process: string, readCommitted: boolean, failed: (error: unknown) => void): Delivery {
    const isolation = readCommitted ? {} : ({ isolation: 'uncommitted' } as const)
    let before = this.now()
    return {
      read: (records) => {
        if (records.length === 0) return
        const now = this.now()
        this.add({
          process,
          type: 'ok',
          f: 'poll',
          steps: [{ kind: 'poll', reads: byKey(records) }],
          startMs: before,
          endMs: now,
          ...isolation,
        })
        before = now
      },
      moved: (how) => this.event(process, how),
      failed,
    }
  }

  flush(): void {
    if (this.#pending.length === 0) return
    appendFileSync(this.#path, `${this.#pending.join('\n')}\n`)
    this.#pending = []
  }
}

export function byKey(records: readonly ReadRecord[]): Record<string, [number, number][]> {
  const reads: Record<string, [number, number][]> = {}
  for (const { key, offset, value } of records) (reads[key] ??= []).push([offset, value])
  return reads
}
