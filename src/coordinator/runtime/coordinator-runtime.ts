import type { EndMarker } from '../../log/producer-state.ts'
import { KafkaError } from '../../protocol/errors.ts'
import { CoordinatorPartition } from './coordinator-partition.ts'
import type { PartitionOptions } from './coordinator-partition.ts'
import type { CoordinatorShard, ShardFactory } from './coordinator-shard.ts'
import type { Parked, ShardTypes, Turn } from './turn.ts'

/**
 * The shards of one internal topic that this broker holds (Kafka: CoordinatorRuntime). A shard exists from `load` to
 * `unload`, that is while this broker leads its partition.
 */
export class CoordinatorRuntime<T extends ShardTypes, S extends CoordinatorShard<T>> implements Disposable {
  readonly #create: ShardFactory<S>
  readonly #options: PartitionOptions
  readonly #partitions = new Map<number, CoordinatorPartition<T, S>>()
  #closed = false

  constructor(create: ShardFactory<S>, options: PartitionOptions) {
    this.#create = create
    this.#options = options
  }

  /** Takes the partition over. Resolves when it serves requests; does nothing when it already does or is about to. */
  async load(partition: number): Promise<void> {
    this.#throwIfClosed()
    const known = this.#partitions.get(partition)
    if (known !== undefined && known.state !== 'failed') return
    const loading = known ?? new CoordinatorPartition<T, S>(partition, this.#create, this.#options)
    this.#partitions.set(partition, loading)
    await loading.load()
  }

  /** Gives the partition up; requests that wait end with NOT_COORDINATOR. */
  unload(partition: number): void {
    this.#partitions
      .get(partition)
      ?.unload(
        new KafkaError('NOT_COORDINATOR', `coordinator partition ${partition} has moved to another broker`),
      )
    this.#partitions.delete(partition)
  }

  /** Partitions that are held here, loaded or not. */
  get partitions(): readonly number[] {
    return [...this.#partitions.keys()]
  }

  /** Whether the partition is held here and loaded. */
  isActive(partition: number): boolean {
    return this.#partitions.get(partition)?.state === 'active'
  }

  /** Runs a command. See {@link CoordinatorPartition.write}. Rejects with a KafkaError when the partition cannot serve. */
  async write<R>(partition: number, decide: (shard: S, turn: Turn<T>) => R | Parked): Promise<R> {
    return this.#at(partition).write(decide)
  }

  /** Ends a producer's transaction in the partition. See {@link CoordinatorPartition.writeMarker}. */
  async writeMarker(partition: number, marker: EndMarker): Promise<void> {
    await this.#at(partition).writeMarker(marker)
  }

  /** Runs a query on committed state. Throws a KafkaError when the partition cannot serve. */
  read<R>(partition: number, query: (shard: S) => R): R {
    return this.#at(partition).read(query)
  }

  /** Runs a query on committed state of every partition held here. Throws a KafkaError when one cannot serve. */
  readAll<R>(query: (shard: S) => R): R[] {
    this.#throwIfClosed()
    return [...this.#partitions.values()].map((held) => held.read(query))
  }

  /** Ends every shard; requests that wait end with COORDINATOR_NOT_AVAILABLE. */
  [Symbol.dispose](): void {
    this.#closed = true
    for (const held of this.#partitions.values()) held.unload(shuttingDown())
    this.#partitions.clear()
  }

  #at(partition: number): CoordinatorPartition<T, S> {
    this.#throwIfClosed()
    const held = this.#partitions.get(partition)
    if (held !== undefined) return held
    throw new KafkaError('NOT_COORDINATOR', `coordinator partition ${partition} is not held here`)
  }

  #throwIfClosed(): void {
    if (this.#closed) throw shuttingDown()
  }
}

function shuttingDown(): KafkaError {
  return new KafkaError('COORDINATOR_NOT_AVAILABLE', 'the coordinator is shutting down')
}
