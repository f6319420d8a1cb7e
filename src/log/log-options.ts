import type { CleanerOptions } from './compaction/log-cleaner.ts'

export interface LogOptions {
  /** The data directory. */
  readonly directory: string
  readonly directoryId: Buffer
  readonly sync: 'commit' | 'interval' | 'os'
  readonly syncIntervalMs: number
  readonly walFileBytes: number
  readonly walFilesRecycledMax: number
  readonly walFilesMax: number
  readonly groupBytesMax: number
  readonly groupRecordsMax: number
  /** What a partition has at least in one group to go straight to its segment file instead of through the WAL. */
  readonly directBytesMin: number
  readonly lingerMs: number
  /** Memory for tails. */
  readonly cacheBytes: number
  /** Largest chunk of a tail: so much of a partition is written to its segment at once. */
  readonly writeBehindBytes: number
  /** How long committed data may wait for its chunk to fill before it is written to the segment. */
  readonly writeBehindIntervalMs: number
  /** Idle read buffers kept for reads from files. */
  readonly readBufferBytes: number
  readonly openFilesMax: number
  readonly checkpointIntervalMs: number
  readonly retentionCheckIntervalMs: number
  /** Appends are refused while less than this is free on the disk. */
  readonly diskReserveBytes: number
  readonly producerIdExpirationMs: number
  readonly cleaner: CleanerOptions
  /** The log can not go on and nothing more will be acknowledged: the process must stop. */
  readonly onFatal: (error: unknown) => void
}

export interface PartitionSpec {
  readonly topic: string
  readonly topicId: string
  readonly partition: number
}
