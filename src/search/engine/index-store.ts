import { FileError, type Files } from '../../env/files.ts'
import type { LogView } from '../../log/log-files.ts'
import { IndexDamageError } from '../index/index-layout.ts'
import { BlockCache } from '../index/block-cache.ts'
import { type FileIndex, openIndex, writeIndex } from '../index/index-file.ts'
import type { SealedIndex } from '../index/sealed-index.ts'
import { compactionStamp } from './compaction-stamp.ts'
import { indexFileName, type IndexName, parseIndexName, withoutOverlaps } from './index-names.ts'
import type { IndexPart } from './index-part.ts'
import type { PartitionSpec } from './messages.ts'

/** What was wrong with a file that had to go. */
export type OnDiscarded = (path: string, reason: string) => void

const temporarySuffix = '.tmp'

/**
 * The index files of partitions. All of them can be made again from the log, so whatever is not as it should be is removed, and said.
 * A file gets its name when its bytes are durable, and so is complete.
 */
export class IndexStore {
  readonly #files: Files
  readonly #cache: BlockCache

  /** `cacheBytes` is the memory for pages of all files of this thread. */
  constructor(files: Files, cacheBytes: number) {
    this.#files = files
    this.#cache = new BlockCache(cacheBytes)
  }

  /** Opens what there is of the partition, sorted; removes what is of no use any more. */
  async load(spec: PartitionSpec, view: LogView, discarded: OnDiscarded): Promise<IndexPart[]> {
    const found: IndexName[] = []
    for (const name of await this.#namesIn(spec.directory)) {
      const path = `${spec.directory}/${name}`
      const range = parseIndexName(name)
      if (range === null) {
        if (name.endsWith(temporarySuffix)) await this.#files.remove(path)
      } else if (range.endOffset <= view.logStartOffset) await this.#files.remove(path)
      else if (range.endOffset > spec.logEndAtStart) {
        discarded(path, `the log ends at ${spec.logEndAtStart}, before the records that it is about`)
        await this.#files.remove(path)
      } else if (range.stamp !== compactionStamp(view.files, range)) {
        discarded(path, 'the log was compacted since it was made')
        await this.#files.remove(path)
      } else found.push(range)
    }
    const { kept, superseded } = withoutOverlaps(found)
    for (const range of superseded) await this.#files.remove(pathOf(spec, range))
    const parts: IndexPart[] = []
    for (const range of kept) {
      const part = await this.#openOrDiscard(spec, range, discarded)
      if (part !== null) parts.push(part)
    }
    return parts
  }

  /**
   * Writes one index that has all documents of the others, which are adjacent and in order, and opens it. `pause` is awaited often,
   * so that other work gets its turn.
   */
  async write(
    spec: PartitionSpec,
    range: IndexName,
    indexes: readonly SealedIndex[],
    pause: () => Promise<void>,
  ): Promise<IndexPart> {
    await this.#files.makeDirectory(spec.directory)
    const path = pathOf(spec, range)
    const temporary = path + temporarySuffix
    await this.#files.remove(temporary)
    {
      await using handle = await this.#files.open(temporary, 'exclusive')
      await writeIndex(handle, indexes, pause)
      await handle.datasync()
    }
    await this.#files.rename(temporary, path)
    await this.#files.syncDirectory(spec.directory)
    return await this.#open(spec, range)
  }

  /** Closes the part and removes its file. */
  async remove(part: IndexPart): Promise<void> {
    await part.close()
    if (part.path !== null) await this.#files.remove(part.path)
  }

  async removeAll(directory: string): Promise<void> {
    await this.#files.removeTree(directory)
  }

  async #openOrDiscard(
    spec: PartitionSpec,
    range: IndexName,
    discarded: OnDiscarded,
  ): Promise<IndexPart | null> {
    try {
      return await this.#open(spec, range)
    } catch (error) {
      if (!(error instanceof IndexDamageError)) throw error
      const path = pathOf(spec, range)
      discarded(path, error.message)
      await this.#files.remove(path)
      return null
    }
  }

  /** @throws IndexDamageError */
  async #open(spec: PartitionSpec, range: IndexName): Promise<IndexPart> {
    const path = pathOf(spec, range)
    const index = await openIndex(await this.#files.open(path, 'read'), this.#cache)
    const same = index.baseOffset === range.baseOffset && index.endOffset === range.endOffset
    if (same && index.topicId === spec.topicId && index.partition === spec.partition)
      return filePart(path, range, index)
    await index[Symbol.asyncDispose]()
    throw new IndexDamageError(`${path}: it is about other records than its name says`)
  }

  async #namesIn(directory: string): Promise<string[]> {
    try {
      return await this.#files.list(directory)
    } catch (error) {
      if (error instanceof FileError && error.code === 'NOT_FOUND') return []
      throw error
    }
  }
}

function filePart(path: string, range: IndexName, index: FileIndex): IndexPart {
  const { docCount, fileBytes: bytes } = index
  return { ...range, indexes: [index], docCount, path, bytes, close: () => index[Symbol.asyncDispose]() }
}

function pathOf(spec: PartitionSpec, range: IndexName): string {
  return `${spec.directory}/${indexFileName(range)}`
}
