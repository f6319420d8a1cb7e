/** Settings of the transaction coordinator. Times are milliseconds; names in parentheses are Kafka's. */
export interface TransactionOptions {
  /** Longest timeout that a producer may ask for (transaction.max.timeout.ms). */
  readonly timeoutMaxMs: number
  /** How long an id that nobody uses is remembered (transactional.id.expiration.ms). */
  readonly idExpirationMs: number
  /** Time between two looks for transactions whose time is over (transaction.abort.timed.out.transaction.cleanup.interval.ms). */
  readonly abortIntervalMs: number
  /** Time between two looks for ids to forget (transaction.remove.expired.transaction.cleanup.interval.ms). */
  readonly expirationIntervalMs: number
  /**
   * How long a request that begins a transaction waits for the markers of the one before, until it is told to try again
   * (CONCURRENT_TRANSACTIONS). Kafka has add.partitions.to.txn.retry.backoff.max.ms (100) for Produce and does not wait elsewhere.
   */
  readonly markersWaitMs: number
  /** Time before markers that could not be written are tried again. */
  readonly markersRetryMs: number
  /** How long a request waits for its records to become durable. */
  readonly writeTimeoutMs: number
  /** Largest batch of records appended at once, bytes. It must fit `max.message.bytes` of the internal topic. */
  readonly appendMaxBytes: number
  /** Bytes of records of one partition that may wait to become durable before requests are turned away. */
  readonly pendingMaxBytes: number
}

/** Kafka's defaults, where Kafka has the setting. */
export const defaultTransactionOptions: TransactionOptions = {
  timeoutMaxMs: 900_000,
  idExpirationMs: 604_800_000,
  abortIntervalMs: 10_000,
  expirationIntervalMs: 3_600_000,
  markersWaitMs: 500,
  markersRetryMs: 50,
  writeTimeoutMs: 5_000,
  appendMaxBytes: 900_000,
  pendingMaxBytes: 64 * 1024 * 1024,
}
