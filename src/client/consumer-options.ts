export interface ConsumerOptions {
  /** Hides records of open and aborted transactions. */
  readonly readCommitted: boolean
  /** Hands out control records, such as transaction markers, as well. */
  readonly withControl: boolean
  /** How long the broker may wait for new records before it answers. */
  readonly maxWaitMs: number
  readonly minBytes: number
  /** Bytes of one answer: what is held in memory for each broker, at most (a single larger batch still comes). */
  readonly maxBytes: number
  readonly maxPartitionBytes: number
  /** Bytes that one compressed batch may grow to. */
  readonly maxDecompressedBytes: number
  /** Where to go on when the position is not in the log any more, or not yet. */
  readonly onOutOfRange: 'start' | 'end' | 'fail'
}

export const defaultConsumerOptions: ConsumerOptions = {
  readCommitted: false,
  withControl: false,
  maxWaitMs: 500,
  minBytes: 1,
  maxBytes: 16 * 1024 * 1024,
  maxPartitionBytes: 1024 * 1024,
  maxDecompressedBytes: 256 * 1024 * 1024,
  onOutOfRange: 'fail',
}
