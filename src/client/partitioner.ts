import type { Random } from '../env/random.ts'
import { murmur2, toPositive } from '../util/murmur2.ts'

/** Where Kafka's producers put a record with this key, so that all clients agree on it. */
export function partitionForKey(key: Buffer, partitions: number): number {
  return toPositive(murmur2(key)) % partitions
}

/**
 * Chooses the partition for records without a key: it stays with one until the batch is full, then goes to another at
 * random (KIP-480), because few large batches cost less than many small ones.
 */
export class StickyPartitioner {
  readonly #random: Random
  readonly #current = new Map<string, { readonly partition: number; readonly partitions: number }>()

  constructor(random: Random) {
    this.#random = random
  }

  partitionFor(topic: string, partitions: number): number {
    const current = this.#current.get(topic)
    if (current?.partitions === partitions) return current.partition
    return this.#choose(topic, partitions, this.#random.below(partitions))
  }

  /** The batch of `partition` was closed; the next record goes elsewhere, if there is an elsewhere. */
  batchClosed(topic: string, partition: number): void {
    const current = this.#current.get(topic)
    if (current === undefined || current.partition !== partition || current.partitions < 2) return
    const drawn = this.#random.below(current.partitions - 1)
    this.#choose(topic, current.partitions, drawn >= partition ? drawn + 1 : drawn)
  }

  #choose(topic: string, partitions: number, partition: number): number {
    this.#current.set(topic, { partition, partitions })
    return partition
  }
}
