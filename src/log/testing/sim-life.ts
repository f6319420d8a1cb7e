import assert from 'node:assert/strict'
import type { LogManager } from '../log-manager.ts'

export type End = 'power-cut' | 'kill' | 'close'

/** One life of the process. What an earlier one left behind must not act on a later one. */
export class Life {
  readonly number: number
  readonly end: End
  #logs: LogManager | null = null
  dead = false
  /** The log said that the disk failed. */
  fatal = false
  onDeath: () => void = () => {}

  constructor(number: number, end: End) {
    this.number = number
    this.end = end
  }

  get logs(): LogManager {
    assert.ok(this.#logs !== null)
    return this.#logs
  }

  set logs(logs: LogManager) {
    this.#logs = logs
  }
}
