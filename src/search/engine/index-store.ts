import { type FileHandle, FileError, type Files } from '../../env/files.ts'
import type { LogView } from '../../log/log-files.ts'
import { IndexDamageError } from '../index/index-layout.ts'
import type { IndexReader } from '../index/index-reader.ts'
import { mergeIndexes } from '../index/merge-indexes.ts'
import { openIndex } from '../index/open-index.ts'
import { indexFileName, type IndexRange, indexRangeOf, withoutOverlaps } from './index-names.ts'
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

  constructor(files: Files) {
    this.#files = files
  }

  /** Opens what there is of the partition, sorted; removes what is of no use any more. */
  async load(spec: PartitionSpec, view: LogView, discarded: OnDiscarded): Promise<IndexPart[]> {
    const found: IndexRange[] = []
    for (const name of await this.#namesIn(spec.directory)) {
      const path = `${spec.directory}/${name}`
      const range = indexRangeOf(name)
      if (range === null) {
        if (name.endsWith(temporarySuffix)) await this.#files.remove(path)
      } else if (range.endOffset <= view.logStartOffset) await this.#files.remove(path)
      else if (range.endOffset > spec.logEndAtStart) {
        discarded(path, `the log ends at ${spec.logEndAtStart}, before the records that it is about`)
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

  /** Writes one index that has all documents of the readers, which are adjacent and in order, and opens it. */
  async write(spec: PartitionSpec, range: IndexRange, readers: readonly IndexReader[]): Promise<IndexPart> {
    await this.#files.makeDirectory(spec.directory)
    const path = pathOf(spec, range)
    const temporary = path + temporarySuffix
    await this.#files.remove(temporary)
    {
      await using handle = await this.#files.open(temporary, 'exclusive')
      await mergeIndexes(readers, handle, range)
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
    range: IndexRange,
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
  async #open(spec: PartitionSpec, range: IndexRange): Promise<IndexPart> {
    const path = pathOf(spec, range)
    const handle = await this.#files.open(path, 'read')
    let opened = false
    try {
      const reader = await openIndex(handle)
      const same = reader.baseOffset === range.baseOffset && reader.endOffset === range.endOffset
      if (!same || reader.topicId !== spec.topicId || reader.partition !== spec.partition)
        throw new IndexDamageError('the file is about other records than its name says')
      opened = true
      return filePart(path, range, reader, handle, await handle.size())
    } finally {
      if (!opened) await handle.close()
    }
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

function filePart(
  path: string,
  range: IndexRange,
  reader: IndexReader,
  handle: FileHandle,
  bytes: number,
): IndexPart {
  return { ...range, readers: [reader], docCount: reader.docCount, path, bytes, close: () => handle.close() }
}

function pathOf(spec: PartitionSpec, range: IndexRange): string {
  return `${spec.directory}/${indexFileName(range)}`
}
