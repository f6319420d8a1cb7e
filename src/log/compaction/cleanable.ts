import type { CompactionConfig } from '../log-config.ts'
import type { PartitionLog } from '../partition-log.ts'
import type { Segment } from '../segment.ts'

/** What compaction could do for a log now (Kafka's LogToClean). */
export interface Cleanable {
  /** From the start of the log to the first segment that must not be cleaned. */
  readonly segments: readonly Segment[]
  readonly firstDirtyOffset: number
  /** The first offset that must not be cleaned. */
  readonly endOffset: number
  readonly cleanBytes: number
  readonly dirtyBytes: number
  /** Bytes of segments whose records are all too old; always 0 when age does not matter. */
  readonly expiredBytes: number
}

/** The larger share of the two reasons to clean. */
export function dirtyRatio({ cleanBytes, dirtyBytes, expiredBytes }: Cleanable): number {
  const bytes = cleanBytes + dirtyBytes
  return bytes === 0 ? 0 : Math.max(dirtyBytes, expiredBytes) / bytes
}

/**
 * Never cleaned: the active segment, what is not below the last stable offset, what is younger than `min.compaction.lag.ms`
 * (LogCleanerManager.cleanableOffsets); and here also what a crash would still bring back from the write-ahead log.
 */
export function cleanableOf(log: PartitionLog, config: CompactionConfig, nowMs: number): Cleanable {
  const limit = Math.min(log.lastStableOffset, log.durableRecoveryOffset)
  return cleanableBelow(log, config, nowMs, limit, isAtRest)
}

/** What there would be after a checkpoint, which takes from the write-ahead log all that is sealed. */
export function cleanableAfterCheckpoint(
  log: PartitionLog,
  config: CompactionConfig,
  nowMs: number,
): Cleanable {
  return cleanableBelow(log, config, nowMs, log.lastStableOffset, ({ sealed }) => sealed)
}

function cleanableBelow(
  log: PartitionLog,
  config: CompactionConfig,
  nowMs: number,
  limit: number,
  isReady: (segment: Segment) => boolean,
): Cleanable {
  const firstDirtyOffset = Math.max(log.cleanedOffset, log.logStartOffset)
  const segments: Segment[] = []
  let cleanBytes = 0
  let dirtyBytes = 0
  let expiredBytes = 0
  for (const [index, segment] of log.segments.entries()) {
    const end = log.segments[index + 1]?.baseOffset
    if (end === undefined || end > limit || !isReady(segment)) break
    const dirty = end > firstDirtyOffset
    if (dirty && config.minLagMs > 0 && segment.maxTimestamp > nowMs - config.minLagMs) break
    segments.push(segment)
    if (dirty) dirtyBytes += segment.size
    else cleanBytes += segment.size
    if (isExpired(segment, config, nowMs)) expiredBytes += segment.size
  }
  const last = segments.at(-1)
  const endOffset =
    last === undefined ? firstDirtyOffset : (log.segments[segments.length]?.baseOffset ?? firstDirtyOffset)
  return { segments, firstDirtyOffset, endOffset, cleanBytes, dirtyBytes, expiredBytes }
}

function isAtRest(segment: Segment): boolean {
  return segment.sealed && segment.written === segment.size && segment.synced === segment.size
}

function isExpired(segment: Segment, { strategy }: CompactionConfig, nowMs: number): boolean {
  return (
    strategy.kind !== 'key' && segment.maxTimestamp >= 0 && segment.maxTimestamp < nowMs - strategy.maxAgeMs
  )
}
