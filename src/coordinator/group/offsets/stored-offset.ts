import type { CommittedOffset } from '../group-record.ts'

/** A committed offset with its place. */
export interface PlacedOffset extends CommittedOffset {
  readonly topic: string
  readonly partition: number
}

/** As the shard keeps it. */
export interface StoredOffset extends PlacedOffset {
  /** Rises with each commit of the shard: of two commits in the log, the later has the higher one. */
  readonly order: number
}
