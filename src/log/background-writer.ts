import type { Scheduler } from '../env/scheduler.ts'
import type { PartitionLog } from './partition-log.ts'

/** Writers that run at once; the thread pool must keep room for the WAL. */
const concurrency = 2
const retryMs = 1000

/** Writes tails to segment files behind the acknowledgements, a few partitions at a time, each queued at most once. */
export class BackgroundWriter {
  readonly #scheduler: Scheduler
  readonly #onFailure: (log: PartitionLog, error: unknown) => 'retry' | 'stop'
  readonly #queue = new Set<PartitionLog>()
  readonly #active = new Set<PartitionLog>()

  constructor(scheduler: Scheduler, onFailure: (log: PartitionLog, error: unknown) => 'retry' | 'stop') {
    this.#scheduler = scheduler
    this.#onFailure = onFailure
  }

  request(log: PartitionLog): void {
    if (log.deleted) return
    this.#queue.add(log)
    this.#next()
  }

  /** Resolves when the partition's committed data is in its files, however long the disk stays full. */
  async writeOut(log: PartitionLog): Promise<void> {
    for (;;) {
      try {
        await log.writeOut()
        return
      } catch (error) {
        if (log.deleted) return
        if (this.#onFailure(log, error) === 'stop') throw error
        await new Promise<void>((resolve) => this.#scheduler.after(retryMs, resolve))
      }
    }
  }

  /** Resolves when no write of the partition is under way. */
  async idle(log: PartitionLog): Promise<void> {
    this.#queue.delete(log)
    await log.writingDone()
  }

  #next(): void {
    for (const log of this.#queue) {
      if (this.#active.size >= concurrency) return
      if (this.#active.has(log)) continue
      this.#queue.delete(log)
      this.#active.add(log)
      void this.#run(log)
    }
  }

  async #run(log: PartitionLog): Promise<void> {
    try {
      await log.writeOut()
    } catch (error) {
      if (!log.deleted && this.#onFailure(log, error) === 'retry') {
        this.#scheduler.after(retryMs, () => this.request(log))
      }
    } finally {
      this.#active.delete(log)
      this.#next()
    }
  }
}
