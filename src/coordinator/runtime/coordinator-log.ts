import type { EndMarker } from '../../log/producer-state.ts'
import type { TransactionOutcome } from '../../records/control-record.ts'

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

/** Of whose transaction records are a part. */
export interface TransactionalProducer {
  readonly producerId: number
  readonly producerEpoch: number
  /** Of the verification that the coordinator of the transaction has confirmed; null when the transaction is open in the partition. */
  readonly guard: object | null
}

/** What is loaded, in the order of the log: records, which may be part of a transaction, or the end of one. */
export type LoadedBatch =
  | { readonly kind: 'records'; readonly producerId: number; readonly records: readonly LoadedRecord[] }
  | { readonly kind: 'marker'; readonly producerId: number; readonly outcome: TransactionOutcome }

/** The partitions of one internal topic (`__consumer_offsets`), as a coordinator needs them. */
export interface CoordinatorLog {
  /**
   * Appends the records as one batch; resolves with the last offset once the batch is durable (below the high
   * watermark). Appends of one partition become durable in order. A rejection is a KafkaError; one of the codes
   * in `NEVER_APPENDED` promises that the batch is not in the log and never will be, any other code leaves that open.
   */
  append(
    partition: number,
    records: readonly CoordinatorRecord[],
    producer?: TransactionalProducer | null,
  ): Promise<number>
  /** As `append`, for the marker that ends a producer's transaction in the partition. */
  appendMarker(partition: number, marker: EndMarker): Promise<number>
  /** Delivers everything below the high watermark, in order, in chunks. */
  load(partition: number, replay: (batch: LoadedBatch) => void): Promise<void>
}
