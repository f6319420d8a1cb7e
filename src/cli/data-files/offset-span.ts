/** Offsets of one partition, both ends included. */
export interface OffsetSpan {
  readonly topicId: string
  readonly topic: string
  readonly partition: number
  readonly firstOffset: number
  readonly lastOffset: number
}

/** What a repair did. */
export interface RepairReport {
  /** Offsets whose records were found again in the write-ahead log. */
  readonly restored: OffsetSpan[]
  /** Offsets whose records are gone. Compaction and transaction markers leave such offsets as well; consumers skip them. */
  readonly lost: OffsetSpan[]
  /** Files that were changed or replaced; each has a copy aside. */
  readonly repaired: string[]
}
