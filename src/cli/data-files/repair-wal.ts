import type { Env } from '../../env/env.ts'
import type { FileHandle } from '../../env/files.ts'
import {
  encodeWalFileHeader,
  walFileHeaderBytes,
  walFileName,
  walRecordBytes,
  type WalRecordHeader,
  walRecordHeaderBytes,
  walRecordType,
  walTag,
  writeGroupHeader,
  writeRecordHeader,
} from '../../log/wal/wal-format.ts'
import * as header from '../../records/record-batch.ts'
import type { OfflineDirectory } from './offline-directory.ts'
import type { RepairReport } from './offset-span.ts'
import { placeholders } from './placeholder.ts'
import type { AsideDirectory } from './set-aside.ts'
import { walkWal, type WalkedRecord } from './wal-walk.ts'
import { referencedBatches } from './wal-reference-view.ts'

/** A file is closed when it has grown beyond this. */
const FILE_BYTES = 256 * 1024 * 1024
const TEMPORARY = /^wal-repair-\d+\.tmp$/

/**
 * Writes the part of the write-ahead log that recovery reads anew, without what cannot be read; placeholders take the place of lost
 * offsets, so that no partition has a gap. The new files begin with the sequence that recovery expects, so it makes no difference
 * to it whether the old ones are still there: they are moved aside, oldest first, once the new ones are durable.
 *
 * `ends` are the offsets behind the last good batch of each partition's segments, by topic id and partition.
 */
export async function repairWal(
  env: Env,
  directory: OfflineDirectory,
  ends: ReadonlyMap<string, number>,
  aside: AsideDirectory,
  report: RepairReport,
): Promise<void> {
  const { walDirectory, neededWalFiles, walFiles, checkpoint } = directory
  for (const name of await env.files.list(walDirectory)) {
    if (TEMPORARY.test(name)) await env.files.remove(`${walDirectory}/${name}`)
  }
  const nextNumber = Math.max(checkpoint?.walFileNumber ?? 0, ...walFiles) + 1
  const start = { number: nextNumber, sequence: checkpoint === null ? null : checkpoint.lastSequence + 1 }
  const rewriter = new WalRewriter(env, directory, ends, report, start)
  for await (const item of walkWal(env, directory, neededWalFiles, directory.firstSequence)) {
    if (item.kind === 'record') await rewriter.take(item)
  }
  const written = await rewriter.finish()
  for (const { temporary, path } of written) await env.files.rename(temporary, path)
  await env.files.syncDirectory(walDirectory)
  for (const number of neededWalFiles) await aside.move(`${walDirectory}/${walFileName(number)}`)
  report.repaired.push(...neededWalFiles.map((number) => `${walDirectory}/${walFileName(number)}`))
}

interface NewFile {
  readonly temporary: string
  readonly path: string
}

class WalRewriter {
  readonly #env: Env
  readonly #directory: OfflineDirectory
  readonly #directoryId: Buffer
  readonly #report: RepairReport
  readonly #ends: Map<string, number>
  readonly #written: NewFile[] = []
  #number: number
  #sequence: number | null
  #handle: FileHandle | null = null
  #position = 0

  constructor(
    env: Env,
    directory: OfflineDirectory,
    ends: ReadonlyMap<string, number>,
    report: RepairReport,
    start: { readonly number: number; readonly sequence: number | null },
  ) {
    this.#env = env
    this.#directory = directory
    this.#directoryId = directory.directoryId
    this.#ends = new Map(ends)
    this.#report = report
    this.#number = start.number
    this.#sequence = start.sequence
  }

  async take(record: WalkedRecord): Promise<void> {
    const { type, baseOffset, lastOffsetDelta, sequence } = record.header
    if (type === walRecordType.group) return
    this.#sequence ??= sequence
    const lastOffset = baseOffset + lastOffsetDelta
    // The segments have it.
    if (lastOffset < this.#next(record.header)) return
    if (type === walRecordType.data) {
      await this.#put(record.header, lastOffset, record.payloadGood ? Buffer.from(record.payload) : null)
      return
    }
    for await (const { batch, bytes } of referencedBatches(this.#env, this.#directory, record)) {
      if (batch.baseOffset >= this.#next(record.header))
        await this.#put({ ...record.header, baseOffset: batch.baseOffset }, batch.lastOffset, bytes)
    }
    if (lastOffset >= this.#next(record.header)) await this.#put(record.header, lastOffset, null)
  }

  #next({ topicId, partition }: WalRecordHeader): number {
    return this.#ends.get(`${topicId.toString('base64url')}-${partition}`) ?? 0
  }

  /** The next batch of a partition; null when it can not be read. Placeholders fill what is missing before it, or its own place. */
  async #put(header: WalRecordHeader, lastOffset: number, payload: Buffer | null): Promise<void> {
    const { topicId, partition, leaderEpoch, baseOffset } = header
    const id = topicId.toString('base64url')
    const next = this.#next(header)
    const lostUpTo = payload === null ? lastOffset : baseOffset - 1
    if (next <= lostUpTo) {
      const topic = this.#directory.nameOf(id)
      this.#report.lost.push({ topicId: id, topic, partition, firstOffset: next, lastOffset: lostUpTo })
      for (const batch of placeholders(next, lostUpTo, leaderEpoch))
        await this.#write(topicId, partition, leaderEpoch, batch)
    }
    if (payload !== null) await this.#write(topicId, partition, leaderEpoch, payload)
    this.#ends.set(`${id}-${partition}`, lastOffset + 1)
  }

  /** The new files, all durable under their temporary names. */
  async finish(): Promise<readonly NewFile[]> {
    await this.#close()
    return this.#written
  }

  async #write(topicId: Buffer, partition: number, leaderEpoch: number, batch: Buffer): Promise<void> {
    const handle = this.#handle ?? (await this.#open())
    const record = Buffer.alloc(walRecordBytes(batch.length))
    const base = header.baseOffset(batch, 0)
    const delta = header.lastOffsetDelta(batch, 0)
    const sequence = this.#takeSequence()
    writeRecordHeader(
      record,
      0,
      walTag(this.#number, this.#directoryId),
      walRecordType.data,
      sequence,
      batch.length,
      topicId,
      partition,
      leaderEpoch,
      base,
      delta,
      -1,
    )
    batch.copy(record, walRecordHeaderBytes)
    await handle.write([record], this.#position)
    this.#position += record.length
    if (this.#position > FILE_BYTES) await this.#close()
  }

  #takeSequence(): number {
    const sequence = this.#sequence ?? 1
    this.#sequence = sequence + 1
    return sequence
  }

  async #open(): Promise<FileHandle> {
    const { walDirectory } = this.#directory
    const temporary = `${walDirectory}/wal-repair-${this.#number}.tmp`
    const handle = await this.#env.files.open(temporary, 'exclusive')
    this.#written.push({ temporary, path: `${walDirectory}/${walFileName(this.#number)}` })
    this.#handle = handle
    this.#position = walFileHeaderBytes
    return handle
  }

  /** Ends the file with a group header that says that everything before it is durable: from now on a bad record is damage. */
  async #close(): Promise<void> {
    const handle = this.#handle
    if (handle === null) return
    const sequence = this.#takeSequence()
    const group = Buffer.alloc(walRecordHeaderBytes)
    writeGroupHeader(group, 0, walTag(this.#number, this.#directoryId), {
      sequence,
      durableSequence: sequence - 1,
      count: 0,
    })
    await handle.write([group], this.#position)
    const fileBytes = this.#position + group.length
    const createdMs = this.#env.clock.now()
    await handle.write(
      [
        encodeWalFileHeader({
          fileNumber: this.#number,
          directoryId: this.#directoryId,
          fileBytes,
          createdMs,
        }),
      ],
      0,
    )
    await handle.sync()
    await handle.close()
    this.#handle = null
    this.#number++
  }
}
