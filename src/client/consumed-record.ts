import type { LogRecord } from '../records/record.ts'

/** What all records of a batch have in common. */
export interface BatchFacts {
  readonly topic: string
  readonly partition: number
  readonly leaderEpoch: number
  readonly producerId: number
  readonly producerEpoch: number
  /** none, gzip, snappy, lz4 or zstd. */
  readonly compression: string
  readonly logAppendTime: boolean
  readonly transactional: boolean
  readonly control: boolean
}

/** A record as it was fetched. Its buffers are views of the fetched bytes: keep a copy, not the record, for long. */
export interface ConsumedRecord extends LogRecord {
  readonly batch: BatchFacts
}
