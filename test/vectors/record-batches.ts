import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

/** A line of `record-batches.jsonl.gz`: bytes that Kafka's Java classes wrote or were given, and what those classes made of them. */
export interface RecordBatchVector {
  readonly name: string
  readonly hex: string
  /** Where a consumer that checks CRCs stops; null when it reads all. */
  readonly expect: { readonly stage: 'iterate' | 'ensureValid' | 'records'; readonly error: string } | null
  /** What it has read until then. */
  readonly batches: readonly ExpectedBatch[]
  /** What the broker stores when this is produced, at offset 1000 with leader epoch 5, or the error that it answers. */
  readonly append:
    | { readonly hex: string; readonly maxTimestamp: string }
    | { readonly stage: string; readonly error: string }
}

/** int64 are decimal strings, bytes are in hex. */
export interface ExpectedBatch {
  readonly baseOffset: string
  readonly lastOffset: string
  readonly sizeInBytes: number
  readonly magic: number
  readonly partitionLeaderEpoch: number
  readonly crc: number
  readonly compression: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'
  readonly timestampType: 'CreateTime' | 'LogAppendTime'
  readonly transactional: boolean
  readonly control: boolean
  readonly deleteHorizonMs?: string
  readonly baseTimestamp: string
  readonly maxTimestamp: string
  readonly producerId: string
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly lastSequence: number
  readonly count: number
  readonly records: readonly ExpectedRecord[]
}

export interface ExpectedRecord {
  readonly offset: string
  readonly timestamp: string
  readonly sequence: number
  readonly sizeInBytes: number
  readonly key: string | null
  /** Left out when it is above 1 MiB. */
  readonly value?: string | null
  readonly valueSize?: number
  readonly headers: readonly (readonly [string, string | null])[]
  readonly controlType?: string
}

/** The lines of a compressed file of vectors beside this one. */
export function vectorLines(name: string): readonly string[] {
  return gunzipSync(readFileSync(new URL(`./${name}.jsonl.gz`, import.meta.url)))
    .toString()
    .trimEnd()
    .split('\n')
}

export const recordBatchVectors = vectorLines('record-batches').map((line): RecordBatchVector =>
  JSON.parse(line),
)

/** Formats 0 and 1 are not supported: Produce has refused them since its version 3, the lowest that there still is. */
export function isOldFormat({ name }: RecordBatchVector): boolean {
  return name.startsWith('legacy-') || name === 'magic-says-0' || name === 'magic-says-1'
}
