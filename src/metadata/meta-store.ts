/**
 * The seam between the product and whatever keeps its metadata: the local log of a single node, or etcd in a cluster.
 *
 * The model is etcd's. Keys and values are strings; keys are printable ASCII. The store has one revision, a counter that
 * rises by one with every transaction that changes something. A transaction is atomic and durable when its promise
 * resolves, all transactions are strictly serializable, and reads see committed transactions only.
 */

/** Keys written, or revisions compared, in one transaction, of each list. The lowest common bound of the backends. */
export const MAX_OPERATIONS = 100
/** Keys plus values of one transaction, in bytes. Below etcd's request limit of 1.5 MiB. */
export const MAX_TRANSACTION_BYTES = 1024 * 1024
export const MAX_KEY_LENGTH = 1024
export const MAX_OPERATION_ID_LENGTH = 64

export interface KeyValue {
  readonly key: string
  readonly value: string
  /** The revision of the transaction that last wrote the key. */
  readonly modRevision: number
}

/** Holds when the key was last written at `modRevision`; 0 means that the key is absent. */
export interface Compare {
  readonly key: string
  readonly modRevision: number
}

/** Deleting what is absent is allowed and changes nothing. No key may be touched by two operations of one list. */
export type Operation =
  | { readonly kind: 'put'; readonly key: string; readonly value: string }
  | { readonly kind: 'delete'; readonly key: string }
  | { readonly kind: 'deletePrefix'; readonly prefix: string }

export interface Transaction {
  /**
   * A unique id of the attempt, for a retry after {@link TransactionUnknown}: a transaction whose id was applied before
   * changes nothing and answers with the first outcome. Stores remember the ids of at least the last 1024 applied ones.
   */
  readonly operationId?: string
  /** All must hold for `success` to be applied; otherwise `failure` is. */
  readonly compare: readonly Compare[]
  readonly success: readonly Operation[]
  readonly failure?: readonly Operation[]
}

export interface TransactionResult {
  /** Whether every compare held. */
  readonly succeeded: boolean
  /** The revision of this transaction when it changed something, else a revision at which its compares were evaluated. */
  readonly revision: number
}

export interface RangeResult {
  /** The revision that the entries are the state of. A watch that continues from here starts at `revision + 1`. */
  readonly revision: number
  /** Sorted by key. */
  readonly entries: readonly KeyValue[]
}

export type MetaEvent =
  | { readonly kind: 'put'; readonly key: string; readonly value: string; readonly modRevision: number }
  | { readonly kind: 'delete'; readonly key: string; readonly modRevision: number }

/**
 * All events of one or more whole revisions, in revision order; a revision is never split over two batches. A batch
 * without events says that nothing happened below the prefix up to its revision. A watch of everything reaches every
 * revision that a transaction or range has answered with.
 */
export interface WatchBatch {
  /** The last revision that this batch covers. */
  readonly revision: number
  readonly events: readonly MetaEvent[]
}

/**
 * The events of one prefix. It has one consumer; a consumer that falls too far behind gets `COMPACTED`. Iteration ends
 * after `close`, and throws {@link MetaStoreError} when the store is closed, fenced or compacted past the position.
 */
export interface Watch extends AsyncIterable<WatchBatch> {
  close(): void
}

export interface MetaStore extends AsyncDisposable {
  /** The bound of each list of a transaction. Larger changes go through `transactInBulk`. */
  readonly maxOperations: number
  /**
   * Rejects with `INVALID_TRANSACTION` before anything happens, `STORE_BUSY` when too much is pending, or, in a remote
   * store, {@link TransactionUnknown}.
   */
  transact(transaction: Transaction): Promise<TransactionResult>
  get(key: string): Promise<KeyValue | null>
  /** Everything below the prefix, at the newest committed revision. */
  range(prefix: string): Promise<RangeResult>
  /**
   * Every event below the prefix with a revision of at least `fromRevision`, which may lie in the future. When the
   * history no longer reaches back so far the iteration throws `COMPACTED`: read the range again, take what differs
   * from the known state as changed, and watch from the range's revision plus one.
   */
  watch(prefix: string, fromRevision: number): Watch
  /** Waits for pending transactions, then ends the watches. Later calls reject with `STORE_CLOSED`. */
  close(): Promise<void>
}

export type MetaStoreErrorCode =
  /** The history before the position is gone. */
  | 'COMPACTED'
  /** What the store holds on disk contradicts itself. */
  | 'CORRUPT'
  | 'INVALID_TRANSACTION'
  | 'STORE_BUSY'
  | 'STORE_CLOSED'
  /** A write or fsync failed; nothing is accepted any more, because what is on disk is unknown. */
  | 'STORE_FENCED'
  | 'TRANSACTION_UNKNOWN'

export class MetaStoreError extends Error {
  readonly code: MetaStoreErrorCode
  readonly retriable: boolean
  constructor(code: MetaStoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'MetaStoreError'
    this.code = code
    this.retriable = code === 'STORE_BUSY' || code === 'TRANSACTION_UNKNOWN'
  }
}

/** The transaction may or may not have been applied. With an operation id it can simply be sent again. */
export class TransactionUnknown extends MetaStoreError {
  readonly operationId: string | null
  constructor(operationId: string | null, message: string, options?: ErrorOptions) {
    super('TRANSACTION_UNKNOWN', message, options)
    this.name = 'TransactionUnknown'
    this.operationId = operationId
  }
}
