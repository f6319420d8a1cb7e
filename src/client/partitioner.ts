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
  readonly #current = new Map<string, number>()

  constructor(random: Random) {
    this.#random = random
  }

  partitionFor(topic: string, partitions: number): number {
    const current = this.#current.get(topic)
    if (current !== undefined && current < partitions) return current
    return this.#move(topic, partitions, -1)
  }

  /** The batch of `partition` was closed; the next record goes elsewhere, if there is an elsewhere. */
  batchClosed(topic: string, partition: number, partitions: number): void {
    if (this.#current.get(topic) === partition) this.#move(topic, partitions, partition)
  }

  #move(topic: string, partitions: number, from: number): number {
    const stays = from < 0 || partitions < 2
    const drawn = this.#random.below(stays ? partitions : partitions - 1)
    const chosen = !stays && drawn >= from ? drawn + 1 : drawn
    this.#current.set(topic, chosen)
    return chosen
  }
}
