import { LARGEST_INT64 } from '../util/int64.ts'
import type { CompressionType } from './compression/codec.ts'

/** Which batches have their records read when they are appended, beyond what the topic's other settings need it for. */
export type RecordChecks =
  /** None: header and CRC only. */
  | 'none'
  /** Those that are not compressed, by a walk that only skips. */
  | 'uncompressed'
  /** All, compressed ones are decompressed: what Kafka does. */
  | 'all'

/** What a partition's configuration says about batches that producers send. One object per topic configuration, not per request. */
export interface AppendRules {
  /** `max.message.bytes`: of a whole batch, as it is sent and as it is stored. */
  readonly maxBatchBytes: number
  /** `compression.type`; `none` is Kafka's `uncompressed`. */
  readonly compressionType: CompressionType | 'producer'
  /** The level that goes with `compressionType` (KIP-390). */
  readonly compressionLevel?: number
  /** `message.timestamp.type` is LogAppendTime. */
  readonly logAppendTime: boolean
  /** `message.timestamp.before.max.ms`: how far a timestamp may lie in the past. */
  readonly timestampBeforeMaxMs: number
  /** `message.timestamp.after.max.ms`: and in the future. */
  readonly timestampAfterMaxMs: number
  /** `cleanup.policy` includes compact: each record needs a key. */
  readonly compacted: boolean
  readonly recordChecks: RecordChecks
  /** How many bytes the records of one batch may have when they must be decompressed. */
  readonly maxDecompressedBytes: number
}

/** Limits at or beyond this are none: Kafka's default for `message.timestamp.before.max.ms` is the largest int64. */
export const UNLIMITED_MS = LARGEST_INT64

/** Kafka's default topic configuration. */
export const defaultAppendRules: AppendRules = {
  maxBatchBytes: 1_048_588,
  compressionType: 'producer',
  logAppendTime: false,
  timestampBeforeMaxMs: UNLIMITED_MS,
  timestampAfterMaxMs: 3_600_000,
  compacted: false,
  recordChecks: 'uncompressed',
  maxDecompressedBytes: 64 << 20,
}
