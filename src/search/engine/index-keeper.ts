import type { Clock } from '../../env/clock.ts'
import { FileError } from '../../env/files.ts'
import { IndexDamageError } from '../index/index-layout.ts'
import { compactionStamp } from './compaction-stamp.ts'
import type { IndexPart } from './index-part.ts'
import type { IndexStore } from './index-store.ts'
import { partsToMerge } from './merge-choice.ts'
import type { WorkerSettings } from './messages.ts'
import type { PartitionIndex } from './partition-index.ts'

/** Index files are about this part of what they are about. */
const fileShare = 0.25
/** After a file could not be written. */
const retryMs = 10_000
/** At an orderly stop, less than this is not worth a file: the next start indexes it anew. */
const worthwhileBytes = 256 << 10

export interface KeeperContext {
  readonly clock: Clock
  readonly store: IndexStore
  readonly settings: WorkerSettings
  /** Lets other work have its turn. */
  readonly pause: () => Promise<void>
  /** A file that was read is not what was written. */
  readonly damaged: (error: IndexDamageError) => void
  readonly failed: (partition: PartitionIndex, doing: string, error: unknown) => void
}

/**
 * Turns tails into files and files into larger files, one at a time, beside what the worker does else. What is being written stays
 * searchable in memory until its file is durable.
 */
export class IndexKeeper {
  readonly #context: KeeperContext
  #job: Promise<void> | null = null
  /** What a finished job wants done between two other things. */
  #finish: (() => void) | null = null
  #retryAtMs = -Infinity
  readonly #trash: IndexPart[] = []
  readonly #directories: string[] = []
  merges = 0

  constructor(context: KeeperContext) {
    this.#context = context
  }

  /** Memory is used up, and must become files before more is indexed. */
  isFull(partitions: Iterable<PartitionIndex>): boolean {
    return memoryOf(partitions) > 2 * this.#context.settings.memoryBytes
  }

  /** Does what is quickly done of what has to be done; returns whether there was anything. Calls `wake` when there is more. */
  async tend(partitions: ReadonlyMap<number, PartitionIndex>, wake: () => void): Promise<boolean> {
    if (this.#finish !== null) {
      const finish = this.#finish
      this.#finish = null
      finish()
      return true
    }
    // A job may be reading any part.
    if (this.#job !== null) return false
    for (const partition of partitions.values()) this.discard(partition.takeExpired())
    if (await this.#emptyTrash()) return true
    if (this.#context.clock.monotonic() < this.#retryAtMs) return false
    return this.#seal(partitions, wake) || this.#merge(partitions, wake)
  }

  /** Parts that nothing refers to any more; their files go when nobody can be reading them. */
  discard(parts: readonly IndexPart[], directory: string | null = null): void {
    this.#trash.push(...parts)
    if (directory !== null) this.#directories.push(directory)
  }

  async #emptyTrash(): Promise<boolean> {
    const parts = this.#trash.splice(0)
    const directories = this.#directories.splice(0)
    for (const part of parts) await this.#context.store.remove(part)
    for (const directory of directories) await this.#context.store.removeAll(directory)
    return parts.length + directories.length > 0
  }

  /** When something has to be tended without anything new coming, by the monotonic clock. */
  nextMs(partitions: Iterable<PartitionIndex>): number {
    let next = Infinity
    for (const { tail, parts } of partitions) {
      if (tail !== null && tail.index.docCount > 0)
        next = Math.min(next, tail.since + this.#context.settings.segmentMs)
      if (parts.some(({ path }) => path === null)) next = Math.min(next, this.#retryAtMs)
    }
    return this.#job === null ? next : Infinity
  }

  /** Everything that is worth it becomes files. */
  async sealAll(partitions: Iterable<PartitionIndex>): Promise<void> {
    const { store, pause, settings } = this.#context
    await this.#job
    this.#finish?.()
    await this.#emptyTrash()
    // A stop that comes at once finds tails that are due and that nobody had the time to turn into files.
    const leastBytes = Math.min(worthwhileBytes, settings.segmentBytes)
    for (const partition of partitions) {
      if ((partition.tail?.index.rawBytes ?? 0) >= leastBytes) partition.freezeTail()
      for (const part of partition.parts.filter(({ path }) => path === null)) {
        const written = await store.write(partition.spec, part, part.indexes, pause)
        await written.close()
      }
    }
  }

  #seal(partitions: ReadonlyMap<number, PartitionIndex>, wake: () => void): boolean {
    const waiting = firstInMemory(partitions.values())
    if (waiting !== null) {
      this.#write(waiting.partition, [waiting.part], wake)
      return true
    }
    const due = this.#due(partitions.values())
    if (due === null) return false
    due.freezeTail()
    return true
  }

  /** The partition whose tail is to become a file now. */
  #due(partitions: Iterable<PartitionIndex>): PartitionIndex | null {
    const { segmentBytes, segmentMs, memoryBytes } = this.#context.settings
    const now = this.#context.clock.monotonic()
    let largest: PartitionIndex | null = null
    let used = 0
    for (const partition of partitions) {
      const { tail } = partition
      if (tail === null) continue
      if (partition.tailIsComplete || tail.index.rawBytes >= segmentBytes) return partition
      if (tail.index.docCount > 0 && now - tail.since >= segmentMs) return partition
      used += tail.index.memoryBytes
      if (tail.index.memoryBytes > (largest?.tail?.index.memoryBytes ?? 0)) largest = partition
    }
    return used > memoryBytes ? largest : null
  }

  #merge(partitions: ReadonlyMap<number, PartitionIndex>, wake: () => void): boolean {
    const { segmentBytes, mergeBytes } = this.#context.settings
    for (const partition of partitions.values()) {
      const parts = partsToMerge(partition.parts, segmentBytes * fileShare, mergeBytes * fileShare)
      if (parts === null) continue
      this.merges += 1
      this.#write(partition, parts, wake)
      return true
    }
    return false
  }

  #write(partition: PartitionIndex, parts: readonly IndexPart[], wake: () => void): void {
    const { store, clock, failed, damaged, pause } = this.#context
    const range = { baseOffset: parts[0]?.baseOffset ?? 0, endOffset: parts.at(-1)?.endOffset ?? 0 }
    const name = { ...range, stamp: compactionStamp(partition.view.files, range) }
    const indexes = parts.flatMap((part) => part.indexes)
    const work = async (): Promise<void> => {
      try {
        const written = await store.write(partition.spec, name, indexes, pause)
        this.#finish = () => this.discard(partition.replace(parts, written) ? parts : [written])
      } catch (error) {
        if (error instanceof IndexDamageError) {
          this.#finish = () => damaged(error)
          return
        }
        if (!(error instanceof FileError)) throw error
        failed(partition, 'an index file could not be written', error)
        this.#retryAtMs = clock.monotonic() + retryMs
      } finally {
        this.#job = null
        wake()
      }
    }
    this.#job = work()
  }
}

function memoryOf(partitions: Iterable<PartitionIndex>): number {
  let bytes = 0
  for (const { tail, parts } of partitions) {
    bytes += tail?.index.memoryBytes ?? 0
    for (const part of parts) if (part.path === null) bytes += part.bytes
  }
  return bytes
}

function firstInMemory(
  partitions: Iterable<PartitionIndex>,
): { readonly partition: PartitionIndex; readonly part: IndexPart } | null {
  for (const partition of partitions)
    for (const part of partition.parts) if (part.path === null) return { partition, part }
  return null
}
