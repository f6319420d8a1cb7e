/** A record of an internal topic, encoded. A null value is a tombstone for the key. */
export interface CoordinatorRecord {
  readonly key: Buffer
  readonly value: Buffer | null
}

/** A record read back from the internal topic. The buffers may be views; whoever keeps them copies them. */
export interface LoadedRecord {
  readonly offset: number
  readonly key: Buffer
  readonly value: Buffer | null
}

/** The partitions of one internal topic (`__consumer_offsets`), as a coordinator needs them. */
export interface CoordinatorLog {
  /**
   * Appends the records as one batch; resolves with the last offset once the batch is durable (below the high
   * watermark). Appends of one partition become durable in order. A rejection is a KafkaError; one of the codes
   * in `NEVER_APPENDED` promises that the batch is not in the log and never will be, any other code leaves that open.
   */
  append(partition: number, records: readonly CoordinatorRecord[]): Promise<number>
  /** Delivers all records below the high watermark, in order, in chunks. */
  load(partition: number, replay: (records: readonly LoadedRecord[]) => void): Promise<void>
}
