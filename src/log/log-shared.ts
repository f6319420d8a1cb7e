import type { Env } from '../env/env.ts'
import type { Committer } from './commit.ts'
import type { HandleCache } from './handle-cache.ts'
import type { LeaderEpochs } from './leader-epochs.ts'
import type { LogMetrics } from './log-metrics.ts'
import type { BufferPool } from '../util/buffer-pool.ts'
import type { Segment } from './segment.ts'
import type { PartitionTail } from './partition-tail.ts'
import type { TailCache } from './tail-cache.ts'

/** What all partitions of one data directory share. */
export interface LogShared {
  readonly env: Env
  readonly tailCache: TailCache
  readonly readBuffers: BufferPool
  readonly handles: HandleCache
  readonly metrics: LogMetrics
  /** Largest batch that the committer can take. */
  readonly batchBytesMax: number
  /** `wal.sync=os`: an append is committed when the segment file has it; there is no WAL. */
  readonly commitBySegment: boolean
  /** Set once recovery is over; until then nothing is appended through it. */
  committer: Committer
  /** The disk is nearly full: appends are refused until there is space again, reads go on. */
  diskFull: boolean
  /** Puts the partition on the list of those with data in memory that the next checkpoint must cover. */
  markDirty(log: LogState): void
  /** Asks the background writer to call `writeOut`. */
  requestWriteOut(log: LogState): void
  /** A segment file could not be written or read. `NO_SPACE` is a state that passes; anything else takes the partition offline. */
  onStorageError(log: LogState, error: unknown): void
}

/** A partition's log as its readers and writers of files see it; the fields are those of PartitionLog, which explains them. */
export interface LogState {
  readonly topic: string
  readonly partition: number
  readonly directory: string
  readonly shared: LogShared
  readonly deleted: boolean
  readonly logStartOffset: number
  readonly logEndOffset: number
  readonly highWatermark: number
  readonly segments: readonly Segment[]
  readonly tail: PartitionTail
  readonly committedSegment: Segment | null
  readonly committedPosition: number
  /** Where a commit on its way wants the files to reach, beyond what is committed. */
  writingThrough: { readonly segment: Segment; readonly position: number } | null
  /** During recovery: base offsets of files that may hold more than the log has taken so far. */
  readonly leftovers: readonly number[]
  directorySynced: boolean
  readonly epochs: LeaderEpochs
}
