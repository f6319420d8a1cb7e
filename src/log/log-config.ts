import type { CompactionStrategy } from './compaction/clean-job.ts'

/** How a partition is compacted. */
export interface CompactionConfig {
  readonly strategy: CompactionStrategy
  /** Share of the log that must be dirty before it is compacted, 0 to 1. */
  readonly minDirtyRatio: number
  /** Records younger than this are left alone. */
  readonly minLagMs: number
  /** A log with dirty records older than this is compacted whatever its ratio. */
  readonly maxLagMs: number
  /** How long a tombstone or a marker that marks nothing stays once compaction has met it. */
  readonly deleteRetentionMs: number
}

/** The topic settings that the log itself obeys. Replaced as a whole when the topic's configuration changes. */
export interface LogConfig {
  readonly segmentBytes: number
  readonly segmentMs: number
  /** -1 keeps everything. */
  readonly retentionMs: number
  /** Per partition; -1 keeps everything. */
  readonly retentionBytes: number
  /** Retention deletes old segments only when the policy has `delete`. */
  readonly deleteOldSegments: boolean
  /** Null unless the policy has `compact`. */
  readonly compaction: CompactionConfig | null
  /** Time between a segment leaving the log and its file leaving the disk. */
  readonly fileDeleteDelayMs: number
}
