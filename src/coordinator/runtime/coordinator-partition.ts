import type { Clock } from '../../env/clock.ts'
import type { EndMarker } from '../../log/producer-state.ts'
import type { Scheduler, Timer } from '../../env/scheduler.ts'
import { KafkaError } from '../../protocol/errors.ts'
import { appendErrorForClient, asKafkaError, NEVER_APPENDED, OWN_FAULT } from './coordinator-errors.ts'
import type {
  CoordinatorLog,
  CoordinatorRecord,
  LoadedBatch,
  TransactionalProducer,
} from './coordinator-log.ts'
import type { CoordinatorShard, ShardFactory } from './coordinator-shard.ts'
import { DeadlineTimers } from './deadline-timers.ts'
import { Timeline } from './timeline.ts'
import { newTurn, PARKED } from './turn.ts'
import type { Parked, ShardTypes, Turn } from './turn.ts'

/** What a partition needs besides its shard. All partitions of a runtime share it. */
export interface PartitionOptions {
  readonly log: CoordinatorLog
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** Largest batch that commands are gathered into, bytes of keys and values. */
  readonly appendMaxBytes: number
  /** Bytes of records that may wait to become durable before commands are turned away. */
  readonly pendingMaxBytes: number
  /** How long a command waits for its records to become durable. The records stay pending after that. */
  readonly writeTimeoutMs: number
  /** Hears of errors that no caller can be told about: a broken invariant, a load that failed. */
  readonly failed: (error: Error, partition: number) => void
}

/** A request that waits for its turn's records, or for those of earlier turns. */
interface Caller {
  readonly release: () => void
  readonly reject: (error: Error) => void
}

interface ParkedCaller {
  readonly resolve: (response: unknown) => void
  readonly reject: (error: Error) => void
}

/** Records of one or more turns that are appended together. */
interface Batch<T extends ShardTypes> {
  readonly epoch: number
  readonly records: CoordinatorRecord[]
  /** Whose transaction the records are part of. */
  readonly producer: TransactionalProducer | null
  /** Instead of records. */
  readonly marker: EndMarker | null
  bytes: number
  callers: Caller[]
  readonly completions: T['completion'][]
  readonly timeout: Timer
}

type State = 'loading' | 'active' | 'failed' | 'unloaded'

/**
 * Runs one shard: loads it, feeds it commands and timers, appends what it decides, and releases responses when that is
 * durable. One append is in flight at a time; what is decided meanwhile rests on state that is not durable yet and
 * goes into the next batch, so a failed append takes back everything that was built on it.
 */
export class CoordinatorPartition<T extends ShardTypes, S extends CoordinatorShard<T>> {
  readonly partition: number
  readonly #options: PartitionOptions
  readonly #create: ShardFactory<S>
  #state: State = 'loading'
  #timeline: Timeline
  #shard: S
  #timers: DeadlineTimers<T['event']>
  /** Oldest first. Invariant: only the first can be in flight. */
  #batches: Batch<T>[] = []
  #inFlight = false
  #flushScheduled = false
  #pendingBytes = 0
  #nextEpoch = 1
  #nextWaiter = 1
  readonly #parked = new Map<number, ParkedCaller>()
  /** Counts loads and unloads, so that an append or a load that ends late finds that it is stale. */
  #incarnation = 0

  constructor(partition: number, create: ShardFactory<S>, options: PartitionOptions) {
    this.partition = partition
    this.#create = create
    this.#options = options
    this.#timeline = new Timeline()
    this.#shard = create(this.#timeline, partition)
    this.#timers = this.#newTimers()
  }

  get state(): State {
    return this.#state
  }

  /** Reads the partition of the log into a fresh shard. Commands are turned away until it is done. */
  async load(): Promise<void> {
    const incarnation = this.#reset()
    this.#state = 'loading'
    const shard = this.#shard
    try {
      await this.#options.log.load(this.partition, (batch) => {
        if (incarnation === this.#incarnation) replayLoaded<T>(shard, batch)
      })
    } catch (error) {
      if (incarnation === this.#incarnation) this.#state = 'failed'
      throw error
    }
    if (incarnation !== this.#incarnation) return
    this.#state = 'active'
    this.#step((turn) => shard.loaded(turn))
  }

  /** Drops the state; every waiting request ends with the error. The partition is not used again. */
  unload(error: KafkaError): void {
    this.#reset(error)
    this.#state = 'unloaded'
  }

  /**
   * Runs a command on the latest state. The promise settles when all that the response can rest on is durable, or,
   * when the command parks its request, when a later turn replies.
   */
  write<R>(decide: (shard: S, turn: Turn<T>) => R | Parked): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.#throwUnlessActive()
      if (this.#pendingBytes > this.#options.pendingMaxBytes) {
        throw new KafkaError(
          'COORDINATOR_NOT_AVAILABLE',
          `${this.#pendingBytes} bytes of coordinator records wait to become durable (limit ${this.#options.pendingMaxBytes}); retry`,
        )
      }
      const turn = this.#newTurn()
      const result = decide(this.#shard, turn)
      if (result === PARKED) {
        // A waiter gets the response of its own request's kind.
        this.#parked.set(turn.waiter, { resolve: (response) => resolve(response as R), reject })
        this.#finish(turn, null)
      } else {
        this.#finish(turn, { release: () => resolve(result), reject })
      }
    })
  }

  /** Ends a producer's transaction in this partition; resolves when the marker is durable. */
  writeMarker(marker: EndMarker): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#throwUnlessActive()
      const batch = this.#newBatch(null, marker)
      this.#timeline.epoch = batch.epoch
      this.#shard.replayMarker?.(marker.producerId, marker.outcome)
      batch.callers.push({ release: resolve, reject })
      this.#scheduleFlush()
    })
  }

  /** Runs a query, which must look at committed state only and change nothing. Throws a KafkaError unless loaded. */
  read<R>(query: (shard: S) => R): R {
    this.#throwUnlessActive()
    return query(this.#shard)
  }

  #throwUnlessActive(): void {
    if (this.#state === 'active') return
    if (this.#state === 'loading') {
      throw new KafkaError(
        'COORDINATOR_LOAD_IN_PROGRESS',
        `coordinator partition ${this.partition} is being loaded`,
      )
    }
    throw new KafkaError('NOT_COORDINATOR', `coordinator partition ${this.partition} is not held here`)
  }

  /** A turn that no caller waits for. */
  #step(decide: (turn: Turn<T>) => void): void {
    const turn = this.#newTurn()
    try {
      decide(turn)
      this.#finish(turn, null)
    } catch (error) {
      this.#options.failed(error instanceof Error ? error : new Error(String(error)), this.partition)
    }
  }

  #newTurn(): Turn<T> {
    return newTurn<T>(this.#options.clock.now(), this.#nextWaiter++)
  }

  #newTimers(): DeadlineTimers<T['event']> {
    return new DeadlineTimers(this.#options.clock, this.#options.scheduler, (event) => {
      this.#step((turn) => this.#shard.handle(event, turn))
    })
  }

  #finish(turn: Turn<T>, caller: Caller | null): void {
    this.#enqueue(turn)
    for (const effect of turn.timers) {
      if (effect.kind === 'cancel') this.#timers.cancel(effect.key)
      else if (effect.kind === 'schedule' || !this.#timers.has(effect.key))
        this.#timers.schedule(effect.key, effect.delayMs, effect.event)
    }
    for (const reply of turn.replies) {
      const parked = this.#parked.get(reply.waiter)
      this.#parked.delete(reply.waiter)
      if (reply.kind === 'response') parked?.resolve(reply.response)
      else parked?.reject(reply.error)
    }
    const newest = this.#batches.at(-1)
    if (newest === undefined) caller?.release()
    else if (caller !== null) newest.callers.push(caller)
  }

  /** Replays the turn's records and puts them into batches. */
  #enqueue(turn: Turn<T>): void {
    if (turn.records.length === 0) {
      if (turn.completion !== null) throw new Error('a turn with a completion must have records')
      return
    }
    const encoded = turn.records.map((record) => this.#shard.encode(record))
    const total = encoded.reduce((sum, record) => sum + recordBytes(record), 0)
    const { producer } = turn
    let batch = producer === null ? this.#batchFor(turn.atomic ? total : 0) : this.#newBatch(producer, null)
    for (const [index, record] of encoded.entries()) {
      const bytes = recordBytes(record)
      if (!turn.atomic && producer === null) batch = this.#batchFor(bytes)
      this.#timeline.epoch = batch.epoch
      this.#shard.replay(turn.records[index], producer?.producerId ?? -1)
      batch.records.push(record)
      batch.bytes += bytes
      this.#pendingBytes += bytes
    }
    if (turn.completion !== null) this.#batches.at(-1)?.completions.push(turn.completion)
    this.#scheduleFlush()
  }

  /** The batch that `bytes` more go into: the newest, unless it is in flight or full. */
  #batchFor(bytes: number): Batch<T> {
    const newest = this.#batches.at(-1)
    if (newest !== undefined && !(this.#inFlight && this.#batches.length === 1)) {
      const plain = newest.producer === null && newest.marker === null
      if (plain && (newest.records.length === 0 || newest.bytes + bytes <= this.#options.appendMaxBytes))
        return newest
    }
    return this.#newBatch(null, null)
  }

  #newBatch(producer: TransactionalProducer | null, marker: EndMarker | null): Batch<T> {
    const batch: Batch<T> = {
      epoch: this.#nextEpoch++,
      records: [],
      producer,
      marker,
      bytes: 0,
      callers: [],
      completions: [],
      timeout: this.#options.scheduler.after(this.#options.writeTimeoutMs, () => this.#timedOut(batch)),
    }
    this.#batches.push(batch)
    return batch
  }

  #timedOut(batch: Batch<T>): void {
    const { callers } = batch
    batch.callers = []
    const message = `the coordinator's records were not durable after ${this.#options.writeTimeoutMs} ms`
    for (const caller of callers) caller.reject(new KafkaError('COORDINATOR_NOT_AVAILABLE', message))
  }

  #scheduleFlush(): void {
    if (this.#inFlight || this.#flushScheduled) return
    this.#flushScheduled = true
    const incarnation = this.#incarnation
    this.#options.scheduler.endOfTurn(() => {
      if (incarnation !== this.#incarnation) return
      this.#flushScheduled = false
      this.#flush()
    })
  }

  #flush(): void {
    const batch = this.#batches[0]
    if (batch === undefined || this.#inFlight) return
    this.#inFlight = true
    const incarnation = this.#incarnation
    this.#append(batch).then(
      () => {
        if (incarnation === this.#incarnation) this.#appended(batch)
      },
      (error: unknown) => {
        if (incarnation === this.#incarnation) this.#appendFailed(asKafkaError(error))
      },
    )
  }

  async #append({ records, producer, marker }: Batch<T>): Promise<number> {
    const { log } = this.#options
    if (marker !== null) return await log.appendMarker(this.partition, marker)
    return await log.append(this.partition, records, producer)
  }

  #appended(batch: Batch<T>): void {
    this.#inFlight = false
    this.#batches.shift()
    this.#pendingBytes -= batch.bytes
    batch.timeout.cancel()
    this.#timeline.commit(batch.epoch)
    for (const caller of batch.callers) caller.release()
    for (const completion of batch.completions)
      this.#step((turn) => this.#shard.stored(completion, null, turn))
    this.#flush()
  }

  #appendFailed(cause: KafkaError): void {
    const error = appendErrorForClient(cause)
    if (!NEVER_APPENDED.has(cause.errorName)) {
      this.#reload(error)
      return
    }
    const batches = this.#batches
    this.#batches = []
    this.#inFlight = false
    this.#pendingBytes = 0
    this.#timeline.rollback()
    const forOthers = OWN_FAULT.has(cause.errorName) ? undone() : error
    const told = batches.map((batch, index) => ({ batch, error: index === 0 ? error : forOthers }))
    for (const { batch, error } of told) {
      batch.timeout.cancel()
      for (const caller of batch.callers) caller.reject(error)
    }
    for (const { batch, error } of told) {
      for (const completion of batch.completions)
        this.#step((turn) => this.#shard.stored(completion, error, turn))
    }
    this.#step((turn) => this.#shard.rolledBack(forOthers, turn))
  }

  /** Nobody knows whether the batch is in the log, so only the log can tell what the state is. */
  #reload(error: KafkaError): void {
    this.#endAll(error)
    this.load().catch((loadError: unknown) => {
      this.#options.failed(asKafkaError(loadError), this.partition)
    })
  }

  /** Forgets everything; returns the new incarnation. */
  #reset(error?: KafkaError): number {
    this.#endAll(
      error ?? new KafkaError('NOT_COORDINATOR', `coordinator partition ${this.partition} is loaded again`),
    )
    this.#timeline = new Timeline()
    this.#shard = this.#create(this.#timeline, this.partition)
    return this.#incarnation
  }

  #endAll(error: KafkaError): void {
    this.#incarnation++
    this.#timers[Symbol.dispose]()
    this.#timers = this.#newTimers()
    const callers = [...this.#batches.flatMap((batch) => batch.callers), ...this.#parked.values()]
    for (const batch of this.#batches) batch.timeout.cancel()
    this.#batches = []
    this.#parked.clear()
    this.#inFlight = false
    this.#flushScheduled = false
    this.#pendingBytes = 0
    for (const caller of callers) caller.reject(error)
  }
}

function replayLoaded<T extends ShardTypes>(shard: CoordinatorShard<T>, batch: LoadedBatch): void {
  if (batch.kind === 'marker') {
    shard.replayMarker?.(batch.producerId, batch.outcome)
    return
  }
  for (const { key, value } of batch.records) {
    const record = shard.decode(key, value)
    if (record !== null) shard.replay(record, batch.producerId)
  }
}

function undone(): KafkaError {
  return new KafkaError(
    'COORDINATOR_NOT_AVAILABLE',
    'records before these could not be stored, so these were taken back; retry',
  )
}

function recordBytes(record: CoordinatorRecord): number {
  return record.key.length + (record.value?.length ?? 0)
}
