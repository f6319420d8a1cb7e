import { KafkaError } from '../../protocol/errors.ts'
import type { ErrorName } from '../../protocol/errors.ts'
import type { CoordinatorLog, CoordinatorRecord, LoadedRecord } from '../runtime/coordinator-log.ts'

/** An internal topic in memory, for tests. Appends can be held back, and be made to fail. */
export class MemoryLog implements CoordinatorLog {
  /** Durable records by partition. */
  readonly partitions = new Map<number, CoordinatorRecord[]>()
  /** Sizes of the appended batches. */
  readonly batches: number[] = []
  /** Whether appends wait for `release`. */
  held = false
  /** What the next append fails with. */
  failure: ErrorName | null = null
  #release: (() => void)[] = []

  async append(partition: number, records: readonly CoordinatorRecord[]): Promise<number> {
    if (this.held) await new Promise<void>((resolve) => this.#release.push(resolve))
    const { failure } = this
    if (failure !== null) {
      this.failure = null
      throw new KafkaError(failure, `the test's ${failure}`)
    }
    const log = this.#log(partition)
    log.push(...records)
    this.batches.push(records.length)
    return log.length - 1
  }

  async load(partition: number, replay: (records: readonly LoadedRecord[]) => void): Promise<void> {
    if (this.held) await new Promise<void>((resolve) => this.#release.push(resolve))
    if (this.failure !== null) throw new KafkaError(this.failure, `the test's ${this.failure}`)
    const records = this.#log(partition).map((record, offset) => ({ offset, ...record }))
    for (let start = 0; start < records.length; start += 3) replay(records.slice(start, start + 3))
  }

  release(): void {
    this.held = false
    const waiting = this.#release
    this.#release = []
    for (const resolve of waiting) resolve()
  }

  #log(partition: number): CoordinatorRecord[] {
    let log = this.partitions.get(partition)
    if (log === undefined) {
      log = []
      this.partitions.set(partition, log)
    }
    return log
  }
}
