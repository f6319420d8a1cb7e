import type { Env } from '../../env/env.ts'
import { segmentFileName } from '../../log/segment.ts'
import type { Damage } from './damage.ts'
import type { OfflineDirectory, OfflinePartition } from './offline-directory.ts'
import { walkSegment, type WalkedItem } from './segment-walk.ts'
import { walRecordType } from '../../log/wal/wal-format.ts'
import { walkWal, type WalkedRecord, type WalWalkItem } from './wal-walk.ts'
import { referencedBatches, referencedFile } from './wal-reference-view.ts'

/** What a survey meets. Damage comes with the file it is in, after what was good before it. */
export type SurveyItem =
  | {
      readonly kind: 'segment'
      readonly partition: OfflinePartition
      readonly path: string
      readonly item: WalkedItem
    }
  | { readonly kind: 'wal'; readonly item: WalWalkItem }
  | { readonly kind: 'damage'; readonly damage: Damage }

/** Reads every byte that counts: all segments, and the WAL files that recovery would read. */
export async function* surveyDirectory(
  env: Env,
  directory: OfflineDirectory,
): AsyncGenerator<SurveyItem, void> {
  yield* metadataDamage(directory)
  for (const partition of directory.partitions) yield* surveyPartition(env, directory, partition)
  yield* surveyWal(env, directory)
}

function* metadataDamage(directory: OfflineDirectory): Generator<SurveyItem, void> {
  const nobody = {
    topic: null,
    partition: null,
    firstOffset: null,
    lastOffset: null,
    bytes: null,
    position: 0,
  }
  if (directory.metadataProblem !== null) {
    const damage = {
      ...nobody,
      file: `${directory.path}/metadata`,
      reason: directory.metadataProblem,
      remedy: 'a backup',
    } as const
    yield { kind: 'damage', damage }
  }
  if (directory.checkpointDamaged) {
    const reason = 'the checkpoint has another checksum than it states; all segments are read in its place'
    const damage = {
      ...nobody,
      file: `${directory.path}/checkpoint`,
      reason,
      remedy: 'the next start',
    } as const
    yield { kind: 'damage', damage }
  }
}

/** All segments of a partition in order; offsets must go on from file to file. */
export async function* surveyPartition(
  env: Env,
  directory: OfflineDirectory,
  partition: OfflinePartition,
): AsyncGenerator<SurveyItem, void> {
  let expected = partition.segments[0]?.baseOffset ?? 0
  let previous: { readonly path: string; readonly end: number; readonly remedy: Damage['remedy'] } | null =
    null
  for (const [index, { baseOffset: base, cleaned }] of partition.segments.entries()) {
    const path = `${partition.directory}/${segmentFileName(base, cleaned)}`
    const known = partition.checkpoint?.segments.find(({ baseOffset }) => baseOffset === base)?.size ?? null
    const nextBase = cleaned?.endOffset ?? partition.segments[index + 1]?.baseOffset ?? null
    if (previous !== null && base > expected) {
      const reason = `the file ends before offset ${base}, where the next one begins`
      yield missing(partition, previous.path, previous.end, expected, base - 1, reason, previous.remedy)
    }
    expected = Math.max(expected, base)
    let end = 0
    for await (const item of walkSegment(env, path, expected)) {
      yield { kind: 'segment', partition, path, item }
      end = item.position + item.bytes
      if (item.kind === 'batch') expected = item.lastOffset + 1
      else {
        const isDurable = known !== null && item.position < known
        // Without a checkpoint the next start would cut the log at the damage, although more stands behind it.
        const isInside = item.nextOffset !== null || nextBase !== null
        const needsRepair = isDurable || (directory.checkpoint === null && isInside)
        // What follows the durable bytes and goes on to the end is a torn tail.
        if (!needsRepair && item.nextOffset === null) continue
        const next = item.nextOffset ?? (known === null ? null : durableEnd(partition, nextBase))
        const damage: Damage = {
          file: path,
          position: item.position,
          bytes: item.bytes,
          reason: item.reason,
          topic: partition.topic,
          partition: partition.partition,
          firstOffset: item.firstOffset,
          lastOffset: next === null ? null : next - 1,
          remedy: needsRepair ? 'log repair' : 'the next start',
        }
        yield { kind: 'damage', damage }
        expected = next ?? expected
      }
    }
    if (known !== null && end < known) {
      const last = durableEnd(partition, nextBase)
      if (last > expected) {
        yield missing(
          partition,
          path,
          end,
          expected,
          last - 1,
          `the file ends here, ${known - end} durable bytes are missing`,
          'log repair',
        )
        expected = last
      }
    }
    // Compaction may have left nothing at the end of its range.
    if (cleaned !== null) expected = Math.max(expected, cleaned.endOffset)
    const remedy = known !== null || directory.checkpoint === null ? 'log repair' : 'the next start'
    previous = { path, end, remedy }
  }
}

/** The offset behind the last durable record of a segment, given the base of the next one. */
function durableEnd(partition: OfflinePartition, nextBase: number | null): number {
  const recovery = partition.checkpoint?.recoveryOffset ?? 0
  return nextBase ?? recovery
}

function missing(
  partition: OfflinePartition,
  file: string,
  position: number,
  firstOffset: number,
  lastOffset: number,
  reason: string,
  remedy: Damage['remedy'],
): SurveyItem {
  const { topic } = partition
  const damage: Damage = {
    file,
    position,
    bytes: null,
    reason,
    topic,
    partition: partition.partition,
    firstOffset,
    lastOffset,
    remedy,
  }
  return { kind: 'damage', damage }
}

async function* surveyWal(env: Env, directory: OfflineDirectory): AsyncGenerator<SurveyItem, void> {
  const { neededWalFiles, firstSequence } = directory
  for await (const item of walkWal(env, directory, neededWalFiles, firstSequence)) {
    yield { kind: 'wal', item }
    if (item.kind === 'header') yield { kind: 'damage', damage: headerDamage(item.path) }
    if (item.kind === 'damage') {
      const upTo = item.nextSequence === null ? 'the end' : String(item.nextSequence - 1)
      const damage: Damage = {
        file: item.path,
        position: item.position,
        bytes: item.end === null ? null : item.end - item.position,
        reason: `acknowledged records of sequence ${item.firstSequence} to ${upTo} cannot be read`,
        topic: null,
        partition: null,
        firstOffset: null,
        lastOffset: null,
        remedy: 'log repair',
      }
      yield { kind: 'damage', damage }
    } else if (item.kind === 'record' && !item.payloadGood) {
      const { topicId, partition, baseOffset, lastOffsetDelta } = item.header
      const damage: Damage = {
        file: item.path,
        position: item.position,
        bytes: item.end - item.position,
        reason: 'the batch of an acknowledged record is damaged',
        topic: directory.nameOf(topicId.toString('base64url')),
        partition,
        firstOffset: baseOffset,
        lastOffset: baseOffset + lastOffsetDelta,
        remedy: 'log repair',
      }
      yield { kind: 'damage', damage }
    } else if (item.kind === 'record' && item.header.type === walRecordType.reference) {
      yield* surveyReference(env, directory, item)
    }
  }
}

/** What a REFERENCE record stands for must be in the segment file, unless it was deleted or the checkpoint answers for it. */
async function* surveyReference(
  env: Env,
  directory: OfflineDirectory,
  record: WalkedRecord,
): AsyncGenerator<SurveyItem, void> {
  const { topicId, partition, baseOffset, lastOffsetDelta } = record.header
  const id = topicId.toString('base64url')
  const lastOffset = baseOffset + lastOffsetDelta
  const known = directory.partitions.find((each) => each.topicId === id && each.partition === partition)
  if (known === undefined) return
  const { recoveryOffset = 0, logStartOffset = 0 } = known.checkpoint ?? {}
  if (lastOffset < Math.max(recoveryOffset, logStartOffset)) return
  let next = baseOffset
  for await (const { batch } of referencedBatches(env, directory, record)) {
    if (batch.baseOffset !== next) break
    next = batch.lastOffset + 1
  }
  if (next > lastOffset) return
  const damage: Damage = {
    file: record.path,
    position: record.position,
    bytes: record.end - record.position,
    reason: `the acknowledged records that it stands for cannot be read in ${referencedFile(directory, record)}`,
    topic: known.topic,
    partition,
    firstOffset: next,
    lastOffset,
    remedy: 'log repair',
  }
  yield { kind: 'damage', damage }
}

/** No record is lost with it, and the file is not used again before what it holds is in segments. */
function headerDamage(file: string): Damage {
  return {
    file,
    position: 0,
    bytes: null,
    reason: 'the header of the file is damaged; its records are read all the same',
    topic: null,
    partition: null,
    firstOffset: null,
    lastOffset: null,
    remedy: 'the next start',
  }
}
