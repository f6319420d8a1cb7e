import { dirname } from 'node:path/posix'
import type { Clock } from '../env/clock.ts'
import { FileError, type FileLock, type Files } from '../env/files.ts'
import type { Random } from '../env/random.ts'
import { EventHistory } from './event-history.ts'
import { KeySpace } from './key-space.ts'
import { LogFile } from './log-file.ts'
import type { LoggedTransaction } from './log-format.ts'
import {
  type KeyValue,
  MAX_OPERATIONS,
  type MetaStore,
  MetaStoreError,
  type RangeResult,
  type Transaction,
  type TransactionResult,
  type Watch,
} from './meta-store.ts'
import type { OperationIds } from './operation-ids.ts'
import {
  listStoreFiles,
  logName,
  recover,
  type RecoveredState,
  type RecoveryReport,
  snapshotName,
} from './recovery.ts'
import { writeSnapshot } from './snapshot-file.ts'
import { checkTransaction } from './transaction-check.ts'

export interface LocalStoreOptions {
  /** Absolute; made when it is missing, in a parent that is already durable. The store owns all files in it. */
  readonly directory: string
  readonly files: Files
  readonly clock: Clock
  readonly random: Random
  /** A snapshot is taken when the log has grown by so many bytes. Default 16 MiB. */
  readonly snapshotBytes?: number
  /** Or by so many transactions. Default 10,000. */
  readonly snapshotTransactions?: number
  /** How many snapshots stay, with the logs that reach back to them. Default 2. */
  readonly retainedSnapshots?: number
  /** Called once when a write or fsync failed and the store refuses everything. The process should stop. */
  readonly onFenced?: (error: MetaStoreError) => void
}

/** Bytes of keys and values that may wait for the disk before `STORE_BUSY`. */
const MAX_PENDING_BYTES = 64 * 1024 * 1024
const MAX_GROUP_BYTES = 4 * 1024 * 1024

interface Pending {
  /** Null for a transaction that changes nothing and only waits for what it saw to become durable. */
  readonly transaction: LoggedTransaction | null
  readonly bytes: number
  readonly result: TransactionResult
  readonly settle: PromiseWithResolvers<TransactionResult>
}

function eventBytes(transaction: LoggedTransaction): number {
  let bytes = 0
  for (const event of transaction.events)
    bytes += event.key.length + (event.kind === 'put' ? event.value.length : 0)
  return bytes
}

/**
 * The metadata store of a single node: an append-only log with snapshots in one directory.
 *
 * Transactions are decided at once, on the state that includes those still on their way to the disk. They are written in
 * groups, one write and fdatasync in flight at a time, and become visible and acknowledged together when their group is
 * durable. After a failed write or fsync nothing is retried and nothing more is accepted.
 */
export class LocalStore implements MetaStore {
  readonly maxOperations = MAX_OPERATIONS
  /** What opening found. */
  readonly recovery: RecoveryReport
  readonly #options: LocalStoreOptions
  readonly #lock: FileLock
  readonly #keys: KeySpace
  readonly #history: EventHistory
  readonly #operationIds: OperationIds
  /** Transactions with an operation id that are not durable yet. */
  readonly #pendingIds = new Map<string, Promise<TransactionResult>>()
  /** Revisions of the snapshots on disk, ascending. */
  readonly #snapshots: number[]
  /** First revisions of the logs on disk, ascending. */
  #logs: number[]
  #log: LogFile
  #queue: Pending[] = []
  #pendingBytes = 0
  /** The last revision that was decided; at least `#revision`, the last one that is durable. */
  #stagedRevision: number
  #revision: number
  #transactionsSinceSnapshot = 0
  #failure: MetaStoreError | null = null
  #running: Promise<void> | null = null
  #snapshotting: Promise<void> | null = null
  #closing: Promise<void> | null = null

  private constructor(
    options: LocalStoreOptions,
    lock: FileLock,
    log: LogFile,
    state: RecoveredState,
    snapshots: number[],
    logs: number[],
  ) {
    this.#options = options
    this.#lock = lock
    this.#log = log
    this.#keys = new KeySpace(state.entries)
    this.#operationIds = state.operationIds
    this.#revision = this.#stagedRevision = state.revision
    this.#snapshots = snapshots
    this.#logs = logs
    this.recovery = state.report
    this.#history = new EventHistory(state.report.snapshotRevision)
    for (const { revision, events } of state.replayed) this.#history.append(revision, events)
  }

  /**
   * Opens or creates the store. Rejects with `CORRUPT` when acknowledged transactions cannot be read, and with a
   * FileError, code `LOCKED`, when another process has it open.
   */
  static async open(options: LocalStoreOptions): Promise<LocalStore> {
    const { files, directory, random } = options
    await files.makeDirectory(directory)
    await files.syncDirectory(dirname(directory))
    const lock = await files.lock(`${directory}/lock`)
    try {
      const found = await listStoreFiles(files, directory)
      for (const name of found.temporaries) await files.remove(`${directory}/${name}`)
      const state = await recover(files, directory, found)
      const { revision } = state
      const snapshots = found.snapshots.filter((at) => at <= state.report.snapshotRevision)
      if (snapshots.at(-1) !== revision && revision > 0) {
        // What the page cache shows of an old log may never have reached the disk, if the process died of a failed
        // fsync. So nothing read from logs is served before it is durable anew, here as a snapshot.
        const entries = [...state.entries.values()]
        const operations = state.operationIds.list()
        await writeSnapshot(files, random, directory, snapshotName(revision), {
          revision,
          entries,
          operations,
        })
        snapshots.push(revision)
      }
      const log = await LogFile.create(files, random, directory, revision + 1)
      const logs = [...found.logs.filter((first) => first <= revision), revision + 1]
      const store = new LocalStore(options, lock, log, state, snapshots, logs)
      for (const at of found.snapshots) {
        // Unreadable ones, which the new snapshot now stands for.
        if (!snapshots.includes(at)) await files.remove(`${directory}/${snapshotName(at)}`)
      }
      await store.#removeCovered()
      return store
    } catch (error) {
      await lock.release()
      throw error
    }
  }

  /** The last durable revision. */
  get revision(): number {
    return this.#revision
  }

  // Not async: the decision must be made when it is called, and the promise of a repeated id is handed out as it is.
  transact(transaction: Transaction): Promise<TransactionResult> {
    try {
      this.#checkOpen()
      checkTransaction(transaction, MAX_OPERATIONS)
      const { operationId } = transaction
      if (operationId === undefined) return this.#decide(transaction)
      const outcome = this.#operationIds.get(operationId)
      if (outcome) return Promise.resolve(outcome)
      return this.#pendingIds.get(operationId) ?? this.#decide(transaction)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  #decide({ compare, success, failure = [], operationId = '' }: Transaction): Promise<TransactionResult> {
    if (this.#pendingBytes > MAX_PENDING_BYTES) {
      throw new MetaStoreError(
        'STORE_BUSY',
        `${this.#pendingBytes} bytes of metadata changes wait for the disk, more than ${MAX_PENDING_BYTES}; try again later`,
      )
    }
    const succeeded = compare.every(({ key, modRevision }) => this.#keys.stagedRevision(key) === modRevision)
    const revision = this.#stagedRevision + 1
    const events = this.#keys.eventsOf(succeeded ? success : failure, revision)
    if (events.length === 0) return this.#enqueue(null, { succeeded, revision: this.#stagedRevision })
    this.#keys.stage(events)
    this.#stagedRevision = revision
    const timestampMs = this.#options.clock.now()
    return this.#enqueue({ revision, timestampMs, operationId, succeeded, events }, { succeeded, revision })
  }

  #enqueue(transaction: LoggedTransaction | null, result: TransactionResult): Promise<TransactionResult> {
    // Nothing was changed and nothing that was seen is still on its way: the answer holds already.
    if (!transaction && result.revision === this.#revision) return Promise.resolve(result)
    const bytes = transaction ? eventBytes(transaction) : 0
    const settle = Promise.withResolvers<TransactionResult>()
    this.#queue.push({ transaction, bytes, result, settle })
    this.#pendingBytes += bytes
    if (transaction && transaction.operationId !== '') {
      this.#pendingIds.set(transaction.operationId, settle.promise)
    }
    this.#running ??= this.#run()
    return settle.promise
  }

  /** Commits groups until nothing waits. It never rejects: a failure fences the store. */
  async #run(): Promise<void> {
    try {
      // Lets all transactions of this turn of the event loop join the first group.
      await Promise.resolve()
      while (this.#queue.length > 0) {
        await this.#commitGroup(this.#takeGroup())
        await this.#rollWhenDue()
        if (this.#queue.length === 0) await this.#log.mark(this.#revision)
      }
    } catch (error) {
      this.#fence(error)
    } finally {
      this.#running = null
    }
  }

  #takeGroup(): Pending[] {
    let bytes = 0
    let count = 0
    for (const pending of this.#queue) {
      bytes += pending.bytes
      if (count > 0 && bytes > MAX_GROUP_BYTES) break
      count++
    }
    return this.#queue.splice(0, count)
  }

  async #commitGroup(group: readonly Pending[]): Promise<void> {
    const transactions = group.flatMap(({ transaction }) => transaction ?? [])
    const last = transactions.at(-1)?.revision ?? this.#revision
    try {
      if (transactions.length > 0) await this.#log.commit(transactions, last)
    } catch (error) {
      this.#fence(error)
      for (const { settle } of group) settle.reject(this.#failure)
      throw error
    }
    for (const { revision, operationId, succeeded, events } of transactions) {
      this.#keys.commit(events)
      this.#history.append(revision, events)
      if (operationId === '') continue
      this.#operationIds.remember(operationId, { succeeded, revision })
      this.#pendingIds.delete(operationId)
    }
    this.#revision = last
    this.#transactionsSinceSnapshot += transactions.length
    this.#history.notify()
    for (const { settle, result, bytes } of group) {
      this.#pendingBytes -= bytes
      settle.resolve(result)
    }
  }

  #fence(cause: unknown): void {
    if (this.#failure) return
    const reason = cause instanceof Error ? cause.message : String(cause)
    const error = new MetaStoreError(
      'STORE_FENCED',
      `the metadata store ${this.#options.directory} accepts nothing more, because a write failed: ${reason}. ` +
        'Whether the last changes are on disk is unknown until it is opened again. Check the disk, then restart.',
      { cause },
    )
    this.#failure = error
    for (const { settle } of this.#queue) settle.reject(error)
    this.#queue = []
    this.#history.fail(error)
    this.#options.onFenced?.(error)
  }

  #checkOpen(): void {
    if (this.#failure) throw this.#failure
    if (this.#closing) throw this.#closedError()
  }

  #closedError(): MetaStoreError {
    return new MetaStoreError('STORE_CLOSED', `the metadata store ${this.#options.directory} is closed`)
  }

  async get(key: string): Promise<KeyValue | null> {
    this.#checkOpen()
    return this.#keys.get(key)
  }

  async range(prefix: string): Promise<RangeResult> {
    this.#checkOpen()
    return { revision: this.#revision, entries: this.#keys.range(prefix) }
  }

  watch(prefix: string, fromRevision: number): Watch {
    return this.#history.watch(prefix, fromRevision)
  }

  /** Begins a new log and a snapshot of everything before it, which is written while transactions go on. */
  async #rollWhenDue(): Promise<void> {
    const {
      snapshotBytes = 16 * 1024 * 1024,
      snapshotTransactions = 10_000,
      files,
      random,
      directory,
    } = this.#options
    const due = this.#log.size >= snapshotBytes || this.#transactionsSinceSnapshot >= snapshotTransactions
    if (!due || this.#snapshotting) return
    const old = this.#log
    this.#log = await LogFile.create(files, random, directory, this.#revision + 1)
    this.#logs.push(this.#revision + 1)
    this.#transactionsSinceSnapshot = 0
    await old[Symbol.asyncDispose]()
    this.#snapshotting = this.#snapshot()
  }

  /** It never rejects: a failure fences the store. */
  async #snapshot(): Promise<void> {
    try {
      await this.#writeSnapshot()
    } catch (error) {
      this.#fence(error)
    } finally {
      this.#snapshotting = null
    }
  }

  async #writeSnapshot(): Promise<void> {
    const { files, random, directory } = this.#options
    const revision = this.#revision
    const content = { revision, entries: this.#keys.entries(), operations: this.#operationIds.list() }
    try {
      await writeSnapshot(files, random, directory, snapshotName(revision), content)
    } catch (error) {
      if (!(error instanceof FileError) || error.code !== 'NO_SPACE') throw error
      // The logs still hold everything, and the next roll tries again. If they do not fit either, that fences.
      await files.remove(`${directory}/${snapshotName(revision)}.tmp`)
      return
    }
    this.#snapshots.push(revision)
    await this.#removeCovered()
  }

  /** Removes snapshots beyond the retained ones, and logs that lie wholly before the oldest of these. */
  async #removeCovered(): Promise<void> {
    const { files, directory, retainedSnapshots = 2 } = this.#options
    const excess = this.#snapshots.splice(0, Math.max(0, this.#snapshots.length - retainedSnapshots))
    for (const revision of excess) await files.remove(`${directory}/${snapshotName(revision)}`)
    const oldest = this.#snapshots[0] ?? 0
    // A log ends where the next one begins.
    const covered = this.#logs.filter((_, index) => (this.#logs[index + 1] ?? Infinity) <= oldest + 1)
    this.#logs = this.#logs.slice(covered.length)
    for (const first of covered) await files.remove(`${directory}/${logName(first)}`)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const fenced = this.#failure
    this.#failure ??= new MetaStoreError(
      'STORE_CLOSED',
      `the metadata store ${this.#options.directory} is closed`,
    )
    await this.#running
    await this.#snapshotting
    if (!fenced) this.#history.fail(this.#failure)
    await this.#log[Symbol.asyncDispose]()
    await this.#lock.release()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
