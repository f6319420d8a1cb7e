import type { LogRecord } from '../../../records/record.ts'
import type { PartitionReader } from './partition-reader.ts'

export interface PlacedRecord {
  readonly partition: number
  readonly record: LogRecord
}

/**
 * Several partitions as one stream: of the records that come next in their partitions always the one with the smallest timestamp. The
 * order within a partition is kept, so timestamps may go back where they do in a partition.
 */
export class MergedReader {
  readonly #readers: readonly PartitionReader[]
  readonly #heads: (LogRecord | null)[]
  readonly #taken: number[]

  constructor(readers: readonly PartitionReader[]) {
    this.#readers = readers
    this.#heads = readers.map(() => null)
    this.#taken = readers.map((reader) => reader.nextOffset)
  }

  /** The next record without taking it, or null when there is none at the moment. */
  async peek(): Promise<PlacedRecord | null> {
    let first: PlacedRecord | null = null
    for (const [index, reader] of this.#readers.entries()) {
      const head = (this.#heads[index] ??= await reader.next())
      if (head === null) this.#taken[index] = reader.nextOffset
      else if (first === null || head.timestamp < first.record.timestamp) {
        first = { partition: reader.log.partition, record: head }
      }
    }
    return first
  }

  /** Takes the record that `peek` returned. */
  take(placed: PlacedRecord): void {
    const index = this.#readers.findIndex((reader) => reader.log.partition === placed.partition)
    this.#heads[index] = null
    this.#taken[index] = placed.record.offset + 1
  }

  /** Where a later read goes on, by partition. */
  get positions(): { readonly reader: PartitionReader; readonly nextOffset: number }[] {
    return this.#readers.map((reader, index) => ({
      reader,
      nextOffset: this.#taken[index] ?? reader.nextOffset,
    }))
  }

  /** Some partition has records that were not returned yet. */
  get behind(): boolean {
    return this.#readers.some((reader, index) => this.#heads[index] !== null || reader.behind)
  }
}
