import type { Env } from '../env/env.ts'
import { FileError } from '../env/files.ts'
import { crc32c } from '../util/crc32c.ts'
import { LeaderEpochs } from './leader-epochs.ts'
import type { CleanedRange } from './segment.ts'

const magic = Buffer.from('CHRNCKP1', 'latin1')
const formatVersion = 2
/** Knew no compaction: its partitions have no cleaned offset, its segments end with the largest timestamp. */
const formatWithoutCompaction = 1
const headerBytes = 64
const segmentBytes = 40
const fileName = 'checkpoint'

export interface CheckpointSegment {
  readonly baseOffset: number
  /** Bytes that are durable in the file. */
  readonly size: number
  readonly maxTimestamp: number
  readonly cleaned: CleanedRange | null
}

export interface CheckpointPartition {
  readonly topicId: Buffer
  readonly partition: number
  readonly logStartOffset: number
  /** End of what is durable in segment files: recovery starts from here. May lie below the log start, which a start alone can move. */
  readonly recoveryOffset: number
  /** Last offset of acknowledged records that recovery found damaged, so that the partition is not served; -1 when all is well. */
  readonly damagedTo: number
  /** Compaction has been through everything below; it goes on from here. */
  readonly cleanedOffset: number
  readonly segments: readonly CheckpointSegment[]
  readonly epochs: LeaderEpochs
  /** As `ProducerState.encode` writes it, as of `recoveryOffset`. */
  readonly producers: Buffer
}

export interface CheckpointHead {
  /** Written by an orderly stop: everything is in segment files, nothing needs a look. */
  readonly clean: boolean
  /** The first WAL file that recovery has to read. */
  readonly walFileNumber: number
  /** Sequence of the last record before that file (of the last record at all, when clean). */
  readonly lastSequence: number
  /** WAL files from `keptFrom` to below `keptTo` hold what a damaged partition still needs: they are not used again. */
  readonly keptFrom: number
  readonly keptTo: number
  /** All that was committed beyond this checkpoint is in those WAL files; false with `wal.sync=os`, which has segment files only. */
  readonly walHasRest: boolean
}

export interface Checkpoint extends CheckpointHead {
  readonly createdMs: number
  readonly partitions: readonly CheckpointPartition[]
}

/**
 * Writes the checkpoint so that either the old or the new one is found after a crash: temporary file, fsync, rename, fsync of
 * the directory.
 *
 * Header of 64 bytes: magic 8 · crc u32 of what follows · version u32 · partition count u32 · clean u8 · WAL has rest u8 · 2 zeros · WAL file f64 ·
 * last sequence f64 · created f64 · kept from f64 · kept to f64. Partition: topic id 16 · partition u32 · log start f64 · recovery
 * offset f64 · damaged to f64 · cleaned offset f64 · segments u32 × (base f64, size f64, max timestamp f64, end of what compaction made f64
 * or -1, its generation f64) · epochs u32 × (epoch i32, start f64) · producers u32 bytes, as ProducerState.encode.
 */
export async function writeCheckpoint(env: Env, directory: string, checkpoint: Checkpoint): Promise<void> {
  const path = `${directory}/${fileName}`
  const temporary = `${path}.tmp`
  const handle = await env.files.open(temporary, 'create')
  try {
    await handle.truncate(0)
    await handle.write(encode(checkpoint), 0)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await env.files.rename(temporary, path)
  await env.files.syncDirectory(directory)
}

/** The checkpoint, null when there is none, `'damaged'` when its checksum fails. */
export async function readCheckpoint(env: Env, directory: string): Promise<Checkpoint | null | 'damaged'> {
  const path = `${directory}/${fileName}`
  const stat = await env.files.stat(path)
  if (stat === null) return null
  await using handle = await env.files.open(path, 'read')
  const buffer = Buffer.alloc(stat.size)
  await handle.read(buffer, 0)
  if (buffer.length < headerBytes || !buffer.subarray(0, 8).equals(magic)) return 'damaged'
  if (buffer.readUInt32BE(8) !== crc32c(buffer.subarray(12))) return 'damaged'
  const version = buffer.readUInt32BE(12)
  if (version !== formatVersion && version !== formatWithoutCompaction) {
    throw new FileError(
      'OTHER',
      path,
      `${path} has format version ${version}, this release reads ${formatWithoutCompaction} and ${formatVersion}; start the release that wrote it`,
    )
  }
  try {
    return decode(buffer, version === formatVersion)
  } catch (error) {
    // The checksum holds, so this is what was written: by a build whose layout of this version was another one.
    if (!(error instanceof RangeError)) throw error
    throw new FileError(
      'OTHER',
      path,
      `${path} states format version ${version}, but has another layout than this release gives that version; start the release that wrote it`,
      { cause: error },
    )
  }
}

function encode(checkpoint: Checkpoint): Buffer[] {
  const head = Buffer.alloc(headerBytes)
  magic.copy(head)
  head.writeUInt32BE(formatVersion, 12)
  head.writeUInt32BE(checkpoint.partitions.length, 16)
  head.writeUInt8(checkpoint.clean ? 1 : 0, 20)
  head.writeUInt8(checkpoint.walHasRest ? 1 : 0, 21)
  head.writeDoubleBE(checkpoint.walFileNumber, 24)
  head.writeDoubleBE(checkpoint.lastSequence, 32)
  head.writeDoubleBE(checkpoint.createdMs, 40)
  head.writeDoubleBE(checkpoint.keptFrom, 48)
  head.writeDoubleBE(checkpoint.keptTo, 56)
  const parts: Buffer[] = [head]
  for (const partition of checkpoint.partitions) parts.push(encodePartition(partition), partition.producers)
  const whole = Buffer.concat(parts)
  whole.writeUInt32BE(crc32c(whole.subarray(12)), 8)
  return [whole]
}

function encodePartition(partition: CheckpointPartition): Buffer {
  const { segments } = partition
  const epochs = partition.epochs.entries
  const buffer = Buffer.alloc(64 + segments.length * segmentBytes + epochs.length * 12)
  partition.topicId.copy(buffer, 0)
  let at = buffer.writeUInt32BE(partition.partition, 16)
  at = buffer.writeDoubleBE(partition.logStartOffset, at)
  at = buffer.writeDoubleBE(partition.recoveryOffset, at)
  at = buffer.writeDoubleBE(partition.damagedTo, at)
  at = buffer.writeDoubleBE(partition.cleanedOffset, at)
  at = buffer.writeUInt32BE(segments.length, at)
  for (const segment of segments) {
    at = buffer.writeDoubleBE(segment.baseOffset, at)
    at = buffer.writeDoubleBE(segment.size, at)
    at = buffer.writeDoubleBE(segment.maxTimestamp, at)
    at = buffer.writeDoubleBE(segment.cleaned?.endOffset ?? -1, at)
    at = buffer.writeDoubleBE(segment.cleaned?.generation ?? 0, at)
  }
  at = buffer.writeUInt32BE(epochs.length, at)
  for (const entry of epochs) {
    at = buffer.writeInt32BE(entry.epoch, at)
    at = buffer.writeDoubleBE(entry.startOffset, at)
  }
  buffer.writeUInt32BE(partition.producers.length, at)
  return buffer
}

function decode(buffer: Buffer, withCompaction: boolean): Checkpoint {
  const partitions: CheckpointPartition[] = []
  let at = headerBytes
  for (let left = buffer.readUInt32BE(16); left > 0; left--) {
    const topicId = Buffer.from(buffer.subarray(at, at + 16))
    const partition = buffer.readUInt32BE(at + 16)
    const logStartOffset = buffer.readDoubleBE(at + 20)
    const recoveryOffset = buffer.readDoubleBE(at + 28)
    const damagedTo = buffer.readDoubleBE(at + 36)
    at += 44
    const cleanedOffset = withCompaction ? buffer.readDoubleBE(at) : 0
    if (withCompaction) at += 8
    const segments: CheckpointSegment[] = []
    const segmentCount = buffer.readUInt32BE(at)
    at += 4
    for (let i = 0; i < segmentCount; i++, at += withCompaction ? segmentBytes : 24) {
      const endOffset = withCompaction ? buffer.readDoubleBE(at + 24) : -1
      segments.push({
        baseOffset: buffer.readDoubleBE(at),
        size: buffer.readDoubleBE(at + 8),
        maxTimestamp: buffer.readDoubleBE(at + 16),
        cleaned: endOffset < 0 ? null : { endOffset, generation: buffer.readDoubleBE(at + 32) },
      })
    }
    const epochCount = buffer.readUInt32BE(at)
    at += 4
    const epochs = new LeaderEpochs()
    for (let i = 0; i < epochCount; i++, at += 12)
      epochs.assign(buffer.readInt32BE(at), buffer.readDoubleBE(at + 4))
    const producers = buffer.subarray(at + 4, at + 4 + buffer.readUInt32BE(at))
    at += 4 + producers.length
    partitions.push({
      topicId,
      partition,
      logStartOffset,
      recoveryOffset,
      damagedTo,
      cleanedOffset,
      segments,
      epochs,
      producers,
    })
  }
  return {
    clean: buffer.readUInt8(20) === 1,
    walHasRest: buffer.readUInt8(21) === 1,
    walFileNumber: buffer.readDoubleBE(24),
    lastSequence: buffer.readDoubleBE(32),
    createdMs: buffer.readDoubleBE(40),
    keptFrom: buffer.readDoubleBE(48),
    keptTo: buffer.readDoubleBE(56),
    partitions,
  }
}
