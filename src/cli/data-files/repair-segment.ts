import type { Env } from '../../env/env.ts'
import type { FileHandle } from '../../env/files.ts'
import type { CheckpointSegment } from '../../log/checkpoint.ts'
import { segmentFileName, type SegmentName } from '../../log/segment.ts'
import * as header from '../../records/record-batch.ts'
import type { OfflinePartition } from './offline-directory.ts'
import type { RepairReport } from './offset-span.ts'
import { placeholders } from './placeholder.ts'
import { walkSegment } from './segment-walk.ts'
import type { AsideDirectory } from './set-aside.ts'
import type { WalLookup } from './wal-lookup.ts'

/** A segment that has damage, and up to where it must have all offsets. */
export interface DamagedSegment {
  readonly partition: OfflinePartition
  readonly segment: SegmentName
  /** The offset behind the last one that the segment must hold; null when nothing says it. */
  readonly endOffset: number | null
  /** Offsets from here on are in the write-ahead log, and recovery brings them back from there. */
  readonly recoveryOffset: number
  /** Bytes that the checkpoint says the file has; null when it does not know it. */
  readonly knownBytes: number | null
}

/**
 * Writes the segment anew: all good batches, and for each stretch of damage the batches that the write-ahead log still has, or else
 * placeholders. The old file is copied aside first and replaced with one rename. Returns what the checkpoint must say of it.
 */
export async function repairSegment(
  env: Env,
  damaged: DamagedSegment,
  lookup: WalLookup,
  aside: AsideDirectory,
  report: RepairReport,
): Promise<CheckpointSegment> {
  const { partition } = damaged
  const { baseOffset, cleaned } = damaged.segment
  const path = `${partition.directory}/${segmentFileName(baseOffset, cleaned)}`
  const exists = (await env.files.stat(path)) !== null
  if (exists) await aside.copy(path)
  const temporary = `${path}.tmp`
  await env.files.remove(temporary)
  let segment: CheckpointSegment
  {
    await using target = await env.files.open(temporary, 'exclusive')
    const writer = new SegmentRewriter(target, damaged, lookup, report)
    if (exists) await writer.copyFrom(env, path)
    segment = await writer.finish()
    await target.sync()
  }
  // The index belongs to the old bytes; the server makes a new one.
  await env.files.remove(path.replace(/\.log$/, '.index'))
  await env.files.rename(temporary, path)
  await env.files.syncDirectory(partition.directory)
  report.repaired.push(path)
  return segment
}

class SegmentRewriter {
  readonly #target: FileHandle
  readonly #damaged: DamagedSegment
  readonly #lookup: WalLookup
  readonly #report: RepairReport
  #position = 0
  #next: number
  #durableSize = 0
  #maxTimestamp = -1
  #leaderEpoch = 0
  /** Nothing was missing at the end of the old file. */
  #endsWhole = false

  constructor(target: FileHandle, damaged: DamagedSegment, lookup: WalLookup, report: RepairReport) {
    this.#target = target
    this.#damaged = damaged
    this.#lookup = lookup
    this.#report = report
    this.#next = damaged.segment.baseOffset
  }

  async copyFrom(env: Env, path: string): Promise<void> {
    await using source = await env.files.open(path, 'read')
    for await (const item of walkSegment(env, path, this.#next)) {
      if (item.kind === 'batch') {
        // Between good batches compaction leaves gaps; they are no damage.
        if (item.baseOffset > this.#next && this.#damaged.segment.cleaned === null)
          await this.#fill(item.baseOffset - 1)
        const batch = Buffer.allocUnsafe(item.bytes)
        await source.read(batch, item.position)
        await this.#write(batch)
      } else if (item.firstOffset >= this.#damaged.recoveryOffset) {
        // Not durable by the checkpoint: recovery cuts here and goes on with the write-ahead log.
        return
      } else if (item.nextOffset !== null) await this.#fill(item.nextOffset - 1)
      this.#endsWhole = item.kind === 'batch'
    }
    if (this.#damaged.knownBytes !== null && this.#position < this.#damaged.knownBytes)
      this.#endsWhole = false
  }

  async finish(): Promise<CheckpointSegment> {
    const { endOffset, segment } = this.#damaged
    const mayEndEarlier = segment.cleaned !== null && this.#endsWhole
    if (endOffset !== null && this.#next < endOffset && !mayEndEarlier) await this.#fill(endOffset - 1)
    return { ...segment, size: this.#durableSize, maxTimestamp: this.#maxTimestamp }
  }

  /** Brings the segment up to an offset: from the write-ahead log where it can, with placeholders where it cannot. */
  async #fill(lastOffset: number): Promise<void> {
    const { topicId, topic, partition } = this.#damaged.partition
    for (const batch of await this.#lookup.batches(`${topicId}-${partition}`, this.#next, lastOffset)) {
      const first = header.baseOffset(batch, 0)
      if (first > this.#next) await this.#lose(first - 1)
      const last = header.lastOffset(batch, 0)
      this.#report.restored.push({ topicId, topic, partition, firstOffset: first, lastOffset: last })
      await this.#write(batch)
    }
    if (this.#next <= lastOffset) await this.#lose(lastOffset)
  }

  async #lose(lastOffset: number): Promise<void> {
    const { topicId, topic, partition } = this.#damaged.partition
    this.#report.lost.push({ topicId, topic, partition, firstOffset: this.#next, lastOffset })
    for (const batch of placeholders(this.#next, lastOffset, this.#leaderEpoch)) await this.#write(batch)
  }

  async #write(batch: Buffer): Promise<void> {
    await this.#target.write([batch], this.#position)
    this.#position += batch.length
    this.#next = header.lastOffset(batch, 0) + 1
    this.#leaderEpoch = header.partitionLeaderEpoch(batch, 0)
    this.#maxTimestamp = Math.max(this.#maxTimestamp, header.maxTimestamp(batch, 0))
    if (this.#next <= this.#damaged.recoveryOffset) this.#durableSize = this.#position
  }
}
