import { KafkaError } from '../../protocol/errors.ts'
import type { ErrorName } from '../../protocol/errors.ts'
import type { EndMarker } from '../../log/producer-state.ts'
import type {
  CoordinatorLog,
  CoordinatorRecord,
  LoadedBatch,
  TransactionalProducer,
} from '../runtime/coordinator-log.ts'

/** A record or a marker as it stands in the log. */
export interface MemoryRecord extends CoordinatorRecord {
  readonly producerId?: number
  readonly marker?: EndMarker
}

const noBytes = Buffer.alloc(0)

/** An internal topic in memory, for tests. Appends can be held back, and be made to fail. */
export class MemoryLog implements CoordinatorLog {
  /** Durable records by partition. */
  readonly partitions = new Map<number, MemoryRecord[]>()
  /** Sizes of the appended batches. */
  readonly batches: number[] = []
  /** Whether appends wait for `release`. */
  held = false
  /** What the next append fails with. */
  failure: ErrorName | null = null
  #release: (() => void)[] = []

  append(
    partition: number,
    records: readonly CoordinatorRecord[],
    producer: TransactionalProducer | null = null,
  ): Promise<number> {
    const producerId = producer?.producerId ?? -1
    return this.#append(
      partition,
      records.map((record) => ({ ...record, producerId })),
    )
  }

  appendMarker(partition: number, marker: EndMarker): Promise<number> {
    const { producerId } = marker
    return this.#append(partition, [{ key: noBytes, value: null, producerId, marker }])
  }

  async #append(partition: number, records: readonly MemoryRecord[]): Promise<number> {
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

  async load(partition: number, replay: (batch: LoadedBatch) => void): Promise<void> {
    if (this.held) await new Promise<void>((resolve) => this.#release.push(resolve))
    if (this.failure !== null) throw new KafkaError(this.failure, `the test's ${this.failure}`)
    for (const [offset, { key, value, producerId = -1, marker }] of this.#log(partition).entries()) {
      if (marker !== undefined) replay({ kind: 'marker', producerId, outcome: marker.outcome })
      else replay({ kind: 'records', producerId, records: [{ offset, key, value }] })
    }
  }

  release(): void {
    this.held = false
    const waiting = this.#release
    this.#release = []
    for (const resolve of waiting) resolve()
  }

  #log(partition: number): MemoryRecord[] {
    let log = this.partitions.get(partition)
    if (log === undefined) {
      log = []
      this.partitions.set(partition, log)
    }
    return log
  }
}
