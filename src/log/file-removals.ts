import type { Env } from '../env/env.ts'
import type { PartitionLog } from './partition-log.ts'
import { indexPath, type Segment } from './segment.ts'

interface Removal {
  readonly log: PartitionLog
  readonly segment: Segment
  readonly dueMs: number
}

/**
 * Files of segments that left the log, for as long as `file.delete.delay.ms` wants them kept for those who still read them. Only what no
 * durable checkpoint names may be put here. What a crash keeps from being removed is removed by recovery.
 */
export class FileRemovals {
  readonly #env: Env
  #waiting: Removal[] = []

  constructor(env: Env) {
    this.#env = env
  }

  /** Bytes of files that wait. */
  get waitingBytes(): number {
    return this.#waiting.reduce((bytes, { segment }) => bytes + segment.size, 0)
  }

  add(log: PartitionLog, segments: readonly Segment[]): void {
    const dueMs = this.#env.clock.monotonic() + log.config.fileDeleteDelayMs
    for (const segment of segments) this.#waiting.push({ log, segment, dueMs })
  }

  /** Removes what is due; `all` for an orderly stop, after which nobody looks for them. */
  async sweep(all: boolean): Promise<void> {
    const nowMs = this.#env.clock.monotonic()
    const due = this.#waiting.filter((removal) => all || removal.dueMs <= nowMs)
    this.#waiting = this.#waiting.filter((removal) => !due.includes(removal))
    for (const { log, segment } of due) if (!log.deleted) await removeSegmentFiles(log, segment)
  }
}

async function removeSegmentFiles(log: PartitionLog, segment: Segment): Promise<void> {
  // A write-out under way may be about to make the file.
  await log.writingDone()
  await log.shared.handles.forget(segment.path)
  await log.shared.env.files.remove(segment.path)
  await log.shared.env.files.remove(indexPath(segment))
}
