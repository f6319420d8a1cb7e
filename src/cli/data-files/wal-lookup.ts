import type { Env } from '../../env/env.ts'
import { walFileHeaderBytes, walRecordType } from '../../log/wal/wal-format.ts'
import type { OfflineDirectory } from './offline-directory.ts'
import { WalFileView } from './wal-file-view.ts'
import { isGoodBatch } from './wal-walk.ts'

/** Where a batch stands in the write-ahead log. */
interface Place {
  readonly file: number
  readonly position: number
  readonly baseOffset: number
  readonly lastOffset: number
}

/**
 * Good batches of some partitions in any WAL file, those included that are kept for reuse only: a batch that is damaged in its
 * segment may still be there.
 */
export class WalLookup {
  readonly #env: Env
  readonly #directory: OfflineDirectory
  /** By topic id and partition; rising offsets. */
  readonly #places = new Map<string, Place[]>()

  private constructor(env: Env, directory: OfflineDirectory) {
    this.#env = env
    this.#directory = directory
  }

  static async read(
    env: Env,
    directory: OfflineDirectory,
    partitions: ReadonlySet<string>,
  ): Promise<WalLookup> {
    const lookup = new WalLookup(env, directory)
    if (partitions.size === 0) return lookup
    for (const file of directory.walFiles) await lookup.#readFile(file, partitions)
    for (const places of lookup.#places.values()) places.sort((a, b) => a.baseOffset - b.baseOffset)
    return lookup
  }

  /** The batches that lie within these offsets, in order, without overlap. */
  async batches(partition: string, firstOffset: number, lastOffset: number): Promise<Buffer[]> {
    const found: Buffer[] = []
    let next = firstOffset
    for (const place of this.#places.get(partition) ?? []) {
      if (place.baseOffset < next || place.lastOffset > lastOffset) continue
      await using file = await WalFileView.open(this.#env, this.#directory, place.file)
      const record = await file?.recordAt(place.position)
      if (record === null || record === undefined) continue
      found.push(Buffer.from(record.payload))
      next = place.lastOffset + 1
    }
    return found
  }

  async #readFile(number: number, partitions: ReadonlySet<string>): Promise<void> {
    await using file = await WalFileView.open(this.#env, this.#directory, number)
    if (file === null) return
    let position: number | null = walFileHeaderBytes
    while (position !== null) {
      const record = await file.recordAt(position)
      if (record === null) {
        position = await file.find(position + 8, () => true)
        continue
      }
      const { type, topicId, partition, baseOffset, lastOffsetDelta } = record.header
      const key = `${topicId.toString('base64url')}-${partition}`
      if (type === walRecordType.data && partitions.has(key) && isGoodBatch(record.payload)) {
        const places = this.#places.get(key) ?? []
        places.push({ file: number, position, baseOffset, lastOffset: baseOffset + lastOffsetDelta })
        this.#places.set(key, places)
      }
      position = record.end
    }
  }
}
