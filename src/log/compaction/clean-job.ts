import type { CleanedRange } from '../segment.ts'
import type { AbortedRange } from './cleaned-transactions.ts'

/**
 * What a compaction keeps. `key`: the last record of each key, as Kafka. `time`: records that are not older than `maxAgeMs`, whatever
 * their keys. `hybrid`: the last record of each key, unless it is older.
 */
export type CompactionStrategy =
  | { readonly kind: 'key' }
  | { readonly kind: 'time'; readonly maxAgeMs: number }
  | { readonly kind: 'hybrid'; readonly maxAgeMs: number }

/** A sealed segment whose records are all committed, stable and durable in its file. */
export interface CleanSource {
  readonly path: string
  readonly baseOffset: number
  /** Base of the segment that follows. */
  readonly endOffset: number
  readonly size: number
  readonly cleaned: CleanedRange | null
  readonly maxTimestamp: number
}

/** The last record of a producer that a restart must not forget. */
export interface LastRecord {
  readonly producerId: number
  readonly producerEpoch: number
  /** Of its last batch with records; -1 when the log knows only a marker of it. */
  readonly lastDataOffset: number
}

/** All that a compaction of one partition needs to know. Plain data: it may go to another thread. */
export interface CleanJob {
  readonly directory: string
  /** All segments from the start of the log to the first that must not be cleaned, without gaps between them. */
  readonly sources: readonly CleanSource[]
  /** Where the part begins that was not cleaned before. */
  readonly firstDirtyOffset: number
  readonly strategy: CompactionStrategy
  readonly nowMs: number
  readonly deleteRetentionMs: number
  /** Segments are merged up to this size. */
  readonly segmentBytes: number
  readonly abortedTransactions: readonly AbortedRange[]
  readonly lastRecords: readonly LastRecord[]
  /** Larger than that of any cleaned segment of the partition. */
  readonly generation: number
  /** Memory for the offsets of keys. */
  readonly dedupeBytes: number
  /** Size of reads and writes; a larger batch is taken whole all the same. */
  readonly ioBytes: number
  /** Bytes read and written per second; Infinity does not wait. */
  readonly bytesPerSecond: number
  /** Records of one batch are decompressed to at most so many bytes. */
  readonly decompressedBytesMax: number
  readonly hashSeed: number
}

/** One new segment, complete and durable under its name, with its index, and not yet part of the log. */
export interface CleanedGroup {
  readonly kind: 'group'
  /** Base offsets of the segments that it stands for. */
  readonly sources: readonly number[]
  readonly path: string
  readonly baseOffset: number
  readonly cleaned: CleanedRange
  readonly size: number
  readonly maxTimestamp: number
}

export interface CleanStats {
  readonly recordsRead: number
  readonly recordsKept: number
  readonly bytesRead: number
  readonly bytesKept: number
  /** Bytes read to learn the offsets of keys, which comes first. */
  readonly mapBytesRead: number
  readonly recordsWithoutKey: number
  /** Share of the offset map that was used. */
  readonly mapUtilization: number
}

export interface CleanEnd {
  readonly kind: 'end'
  /** Everything below was compared with the dirty part up to here; the next compaction begins here. */
  readonly cleanedOffset: number
  /** Offsets of the markers of aborted transactions of which nothing is left: nobody needs to be told of those any more. */
  readonly emptyTransactions: readonly number[]
  readonly stats: CleanStats
}

export type CleanEvent = CleanedGroup | CleanEnd

/** Says that the work is to stop; what was begun is removed. */
export interface CleanSignal {
  readonly aborted: boolean
}

/** Does a job, on this thread or on another. Ends with `CleanEnd` unless it is aborted. */
export type CleanRunner = (job: CleanJob, signal: CleanSignal) => AsyncIterable<CleanEvent>
