// Longer than 500 lines because it is one driver: every step of it works on the same state.
import assert from 'node:assert/strict'
import type { Env } from '../../env/env.ts'
import type { DiskOperation } from '../../env/sim/disk.ts'
import type { SimNode } from '../../env/sim/node.ts'
import type { Prng } from '../../env/sim/prng.ts'
import { SimWorld } from '../../env/sim/world.ts'
import { KafkaError } from '../../protocol/errors.ts'
import { LogManager } from '../log-manager.ts'
import { noLogMetrics } from '../log-metrics.ts'
import type { LogOptions } from '../log-options.ts'
import type { PartitionLog } from '../partition-log.ts'
import { deleteRecordsBefore } from '../retention.ts'
import { PartitionModel } from './partition-model.ts'
import { type End, Life } from './sim-life.ts'
import { SimProducer } from './sim-producer.ts'
import { SimReader } from './sim-reader.ts'
import { SimTransactions } from './sim-transactions.ts'
import {
  LogLines,
  simulatedDirectBytes,
  testCompaction,
  testLogConfig,
  testLogOptions,
} from './test-options.ts'

export interface SimulationOptions {
  readonly sync?: LogOptions['sync']
  /** Lives of the process; each but the last ends in a crash, a kill or an orderly stop. */
  readonly lives?: number
  /** Operations of the driver per life. */
  readonly steps?: number
  /** Whether topics are compacted; every seed draws it when left out. */
  readonly compacted?: boolean
  /** Disk faults: a full disk for a while, failing syncs. */
  readonly faults?: boolean
  /** The first life ends at this disk operation, counted from its start, instead of at a drawn one. */
  readonly crashAt?: number
  readonly keepTrace?: boolean
  /** Instead of one that each life draws. */
  readonly directBytesMin?: number
  /** Changes what the process sees of the machine, to plant a bug. */
  readonly plant?: (env: Env) => Env
}

export interface SimulationReport {
  readonly seed: number
  readonly traceHash: string
  readonly acked: number
  readonly deaths: number
  /** Disk operations of the first life. */
  readonly operations: number
}

/**
 * One run of the real log on a simulated machine against a model: random producers, readers, DeleteRecords, retention, topics that
 * come and go, checkpoints, faults, and a process that dies at any disk operation. After each start everything acknowledged must
 * be readable, nothing may be there that was not sent, and all derived state must be what the log gives.
 */
export class LogSimulation {
  readonly #seed: number
  readonly #options: SimulationOptions
  readonly #world: SimWorld
  readonly #node: SimNode
  readonly #random: Prng
  readonly #partitions = new Map<string, PartitionModel[]>()
  readonly #producers: SimProducer[] = []
  readonly #transactions: SimTransactions[] = []
  readonly #reader: SimReader
  readonly #sync: LogOptions['sync']
  readonly #compacted: boolean
  #nextTopic = 0
  #nextId = 1
  #nextProducerId = 1
  #life = new Life(0, 'close')
  #crashAt = Infinity
  #acked = 0
  #deaths = 0
  #faultUntilMs = -1
  #syncFaults = false
  #operations = 0
  #bytesFault = 0
  /** The last power cut may have taken acknowledged records with it. */
  #mayLose = false
  #failure: unknown = null

  constructor(seed: number, options: SimulationOptions = {}) {
    this.#seed = seed
    this.#options = options
    this.#world = new SimWorld(seed, { keepTrace: options.keepTrace === true })
    this.#node = this.#world.node('node')
    this.#random = this.#world.kernel.random('driver')
    this.#sync =
      (options.sync ?? this.#random.below(10) < 8)
        ? (options.sync ?? 'commit')
        : this.#random.below(2) === 0
          ? 'interval'
          : 'os'
    this.#compacted = options.compacted ?? seed % 5 < 2
    this.#reader = new SimReader(this.#random, (ms) => this.#sleep(ms))
    this.#node.disk.onOperation = (operation) => this.#onOperation(operation)
    this.#node.disk.fault = (operation) => this.#fault(operation)
  }

  /** What happened so far; empty unless `keepTrace` was set. */
  get trace(): readonly string[] {
    return this.#world.kernel.traceLines
  }

  async run(): Promise<SimulationReport> {
    const lives = this.#options.lives ?? 2 + this.#random.below(3)
    for (let number = 0; number <= lives; number++) await this.#live(number, number === lives)
    const { kernel } = this.#world
    return {
      seed: this.#seed,
      traceHash: kernel.traceHash(),
      acked: this.#acked,
      deaths: this.#deaths,
      operations: this.#operations,
    }
  }

  async #live(number: number, last: boolean): Promise<void> {
    const env = this.#node.boot()
    const firstOperation = this.#node.disk.operations
    const life = new Life(number, last ? 'close' : this.#drawEnd())
    this.#life = life
    this.#faultUntilMs = -1
    this.#syncFaults = false
    const drawn = 1 + this.#random.below(this.#random.chance(0.3) ? 60 : 900)
    const within = number === 0 ? (this.#options.crashAt ?? drawn) : drawn
    this.#crashAt = life.end === 'close' ? Infinity : firstOperation + within
    const died = new Promise<void>((resolve) => (life.onDeath = resolve))
    await this.#world.kernel.settle(Promise.race([this.#runLife(env, life, last), died]))
    if (this.#failure !== null) throw this.#failure
    if (!life.dead)
      this.#die(life, life.end === 'close' ? (this.#random.chance(0.5) ? 'power-cut' : 'kill') : life.end)
    // What the death rejected settles before the next process starts.
    await this.#world.kernel.run(this.#world.kernel.nowMs + 1)
    if (this.#failure !== null) throw this.#failure
    this.#deaths += 1
    if (number === 0) this.#operations = this.#node.disk.operations - firstOperation
  }

  #drawEnd(): End {
    const draw = this.#random.below(10)
    return draw < 6 ? 'power-cut' : draw < 9 ? 'kill' : 'close'
  }

  #die(life: Life, how: 'power-cut' | 'kill'): void {
    if (life.dead) return
    life.dead = true
    if (how === 'kill') this.#node.kill()
    else {
      this.#node.crash()
      if (this.#sync !== 'commit') this.#mayLose = true
    }
    life.onDeath()
  }

  #onOperation(operation: DiskOperation): void {
    if (operation.serial >= this.#crashAt)
      this.#die(this.#life, this.#life.end === 'kill' ? 'kill' : 'power-cut')
  }

  #fault(operation: DiskOperation): string | null {
    const { kind, path } = operation
    if (this.#syncFaults && (kind === 'datasync' || kind === 'sync') && this.#random.chance(0.2)) return 'EIO'
    if (this.#world.kernel.nowMs >= this.#faultUntilMs) return null
    const grows = kind === 'write' && !/wal-\d+\.log$/.test(path)
    if (!grows && kind !== 'make-directory') return null
    this.#bytesFault += 1
    return this.#random.chance(0.8) ? 'ENOSPC' : null
  }

  async #runLife(env: Env, life: Life, last: boolean): Promise<void> {
    try {
      life.logs = await this.#open(env, life)
      await this.#verify(life)
      this.#mayLose = false
      await this.#drive(life, last)
      if (life.end !== 'close' || life.dead || life.fatal) return
      this.#faultUntilMs = -1
      this.#syncFaults = false
      await this.#quiesce(life)
      await this.#verify(life)
      await life.logs.close()
    } catch (error) {
      this.#fail(life, error)
    }
  }

  #fail(life: Life, error: unknown): void {
    if (life.dead) return
    this.#failure ??= error
    this.#die(life, 'kill')
  }

  async #open(env: Env, life: Life): Promise<LogManager> {
    const specs = [...this.#partitions.values()]
      .flat()
      .map(({ topic, topicId, partition }) => ({ topic, topicId, partition }))
    const options: LogOptions = {
      ...testLogOptions,
      sync: this.#sync,
      directBytesMin: this.#options.directBytesMin ?? this.#random.pick(simulatedDirectBytes),
      onFatal: (error) => this.#onFatal(life, error),
    }
    const seen = this.#options.plant === undefined ? env : this.#options.plant(env)
    return await LogManager.open(seen, options, specs, () => this.#config(), noLogMetrics, new LogLines())
  }

  #config(): typeof testLogConfig {
    return {
      ...testLogConfig,
      // Another one in each life: what a segment had is put back where it was all the same.
      segmentBytes: 4096 << ((this.#seed + this.#life.number) % 4),
      retentionBytes: this.#seed % 3 === 0 ? 48 << 10 : -1,
      compaction: this.#compacted ? testCompaction : null,
      fileDeleteDelayMs: this.#seed % 4 < 2 ? 0 : 3000,
    }
  }

  /** The server exits at once; here it sometimes lingers, and must not acknowledge anything meanwhile. */
  #onFatal(life: Life, error: unknown): void {
    if (life.dead) return
    if (!this.#syncFaults) {
      this.#fail(life, error)
      return
    }
    life.fatal = true
    const linger = this.#random.chance(0.5) ? 0 : this.#random.between(0, 50)
    this.#world.kernel.schedule(linger, 'exit after a failed disk', () =>
      this.#die(life, this.#random.chance(0.5) ? 'kill' : 'power-cut'),
    )
  }

  async #sleep(ms: number): Promise<void> {
    await new Promise<void>((resolve) => this.#world.kernel.schedule(ms, 'driver', resolve))
  }

  async #drive(life: Life, last: boolean): Promise<void> {
    if (this.#partitions.size === 0) this.#createTopic(life)
    const steps = this.#options.steps ?? (last ? 10 : 60)
    if (this.#options.faults !== false && !last) this.#planFaults(life)
    for (let step = 0; step < steps && !life.dead; step++) {
      const burst = this.#random.chance(0.2) ? 1 + this.#random.below(12) : 1
      for (let i = 0; i < burst; i++) this.#step(life)
      await this.#sleep(
        this.#random.chance(0.1) ? this.#random.between(50, 2500) : this.#random.between(0, 4),
      )
    }
  }

  #planFaults(life: Life): void {
    const draw = this.#random.below(10)
    if (draw < 2) {
      const { kernel } = this.#world
      kernel.schedule(this.#random.between(0, 400), 'the disk is full', () => {
        if (!life.dead && life === this.#life)
          this.#faultUntilMs = kernel.nowMs + this.#random.between(10, 4000)
      })
    } else if (draw === 2 && life.number > 0 && this.#sync !== 'os') this.#syncFaults = true
  }

  #step(life: Life): void {
    const model = this.#drawPartition()
    if (model === null) return this.#createTopic(life)
    const log = life.logs.get(model.topicId, model.partition)
    assert.ok(log !== undefined, `${model.name} is not open`)
    const draw = this.#random.below(100)
    if (draw < 24) this.#appendPlain(life, log, model)
    else if (draw < 42) this.#appendTransactional(life, log, model)
    else if (draw < 62) this.#appendIdempotent(life, log, model)
    else if (draw < 66) this.#retry(life, log, model)
    else if (draw < 84) this.#background(life, this.#reader.read(life, log, model))
    else if (draw < 86) this.#compactOrRoll(life, log)
    else if (draw < 89) this.#background(life, this.#deleteRecords(life, log, model))
    else if (draw < 91)
      this.#background(
        life,
        life.logs.retain().then(() => this.#noteStart(log, model)),
      )
    else if (draw < 94) this.#background(life, life.logs.checkpoint())
    else if (draw < 96) this.#background(life, this.#reader.lookUp(life, log, this.#world.kernel.nowMs))
    else if (draw < 97) model.leaderEpoch += 1
    else if (draw < 98 && this.#partitions.size < 4) this.#createTopic(life)
    else if (draw < 99 && this.#partitions.size > 1) this.#deleteTopic(life, model)
  }

  #compactOrRoll(life: Life, log: PartitionLog): void {
    if (!this.#compacted || this.#random.chance(0.5)) log.roll()
    else this.#background(life, life.logs.cleaner.compactNow(log))
  }

  /** Work of the process that may end in death or in an expected refusal, and in nothing else. */
  #background(life: Life, work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      const full =
        this.#bytesFault > 0 && error instanceof Error && 'code' in error && error.code === 'NO_SPACE'
      if (life.dead || life.fatal || full || isExpected(error)) return
      this.#fail(life, error)
    })
  }

  #drawPartition(): PartitionModel | null {
    const all = [...this.#partitions.values()].flat()
    return all[this.#random.below(Math.max(all.length, 1))] ?? null
  }

  #createTopic(life: Life): void {
    const number = this.#nextTopic++
    const topicId = Buffer.from(`topic ${String(number).padStart(10, '0')}`).toString('base64url')
    const models = Array.from(
      { length: 1 + this.#random.below(3) },
      (_, partition) => new PartitionModel(`t${number}`, topicId, partition, this.#compacted),
    )
    this.#partitions.set(topicId, models)
    for (const model of models) life.logs.create(model, this.#config())
  }

  #deleteTopic(life: Life, { topicId }: PartitionModel): void {
    this.#partitions.delete(topicId)
    for (const producer of this.#producers) if (producer.model.topicId === topicId) producer.abandon()
    const gone = this.#transactions.findIndex((producer) => producer.model.topicId === topicId)
    if (gone >= 0) this.#transactions.splice(gone, 1)
    this.#background(life, life.logs.delete(topicId))
  }

  #appendPlain(life: Life, log: PartitionLog, model: PartitionModel): void {
    const sent = SimProducer.plainBatch(
      this.#nextId++,
      this.#random,
      this.#world.kernel.nowMs,
      model.compacted,
    )
    model.sent.set(sent.id, sent)
    const result = this.#tryAppend(life, log, model, sent.bytes)
    if (result === null) return
    const place = model.place(sent, result.baseOffset, model.leaderEpoch)
    this.#whenCommitted(life, log, () => {
      place.acked = true
      assert.ok(log.highWatermark > place.baseOffset, `${model.name}: acknowledged above the high watermark`)
    })
  }

  #tryAppend(
    life: Life,
    log: PartitionLog,
    model: PartitionModel,
    bytes: Buffer,
    guard: object | null = null,
  ): { baseOffset: number; duplicate: boolean } | null {
    return this.#taking(life, () =>
      log.append(bytes, 0, bytes.length, model.leaderEpoch, Math.floor(this.#world.kernel.nowMs), guard),
    )
  }

  /** What the append gives, or null when it is refused because the disk is full or has failed. */
  #taking(
    life: Life,
    append: () => { baseOffset: number; duplicate: boolean },
  ): { baseOffset: number; duplicate: boolean } | null {
    try {
      return append()
    } catch (error) {
      if (
        error instanceof KafkaError &&
        error.errorName === 'KAFKA_STORAGE_ERROR' &&
        (this.#bytesFault > 0 || life.fatal)
      )
        return null
      this.#fail(life, error)
      return null
    }
  }

  #whenCommitted(life: Life, log: PartitionLog, acknowledge: () => void): void {
    life.logs.committer.afterCommit(() => {
      if (life.dead) return
      try {
        assert.ok(!life.fatal, 'an append was acknowledged after the disk had failed')
        if (log.deleted) return
        this.#acked += 1
        acknowledge()
      } catch (error) {
        this.#fail(life, error)
      }
    })
  }

  #transactionsOf(model: PartitionModel): SimTransactions {
    const own = this.#transactions.filter((producer) => producer.model === model)
    const known = own[this.#random.below(3)]
    if (known !== undefined) return known
    if (own.length >= 3) return own[0] as SimTransactions
    const producer = new SimTransactions(model, this.#nextProducerId++)
    this.#transactions.push(producer)
    return producer
  }

  #appendTransactional(life: Life, log: PartitionLog, model: PartitionModel): void {
    const producer = this.#transactionsOf(model)
    const now = Math.floor(this.#world.kernel.nowMs)
    const next = producer.next(this.#random)
    if (next === 'wait') return
    if (next === 'end') return this.#endTransaction(life, log, producer, now)
    const sent = producer.batch(this.#nextId++, this.#random, now)
    model.sent.set(sent.id, sent)
    const result = this.#tryAppend(life, log, model, sent.bytes, producer.guard(log, sent, now))
    if (result === null) return
    producer.placed(sent)
    const place = model.place(sent, result.baseOffset, model.leaderEpoch)
    this.#whenCommitted(life, log, () => (place.acked = true))
  }

  /** The marker may be in the log from before a crash: then it stands there once more, and changes nothing. */
  #endTransaction(life: Life, log: PartitionLog, producer: SimTransactions, now: number): void {
    const { model } = producer
    const { marker, sent } = producer.end(this.#random, now)
    if (model.placeOf(sent) !== undefined) return producer.ended()
    model.sent.set(sent.id, sent)
    const before = log.lastStableOffset
    const result = this.#taking(life, () => log.appendMarker(marker, model.leaderEpoch, now))
    if (result === null) return
    assert.equal(
      log.lastStableOffset,
      before,
      `${model.name}: the last stable offset moved for a marker that is not committed`,
    )
    const place = model.place(sent, result.baseOffset, model.leaderEpoch)
    producer.ending()
    this.#whenCommitted(life, log, () => {
      place.acked = true
      producer.ended()
    })
  }

  #producerOf(model: PartitionModel): SimProducer {
    const own = this.#producers.filter((producer) => producer.model === model)
    const known = own[this.#random.below(own.length + 1)]
    if (known !== undefined) return known
    if (own.length >= 3) return own[0] as SimProducer
    const sequence = this.#random.chance(0.2) ? 0x7fffffff - this.#random.below(20) : 0
    const producer = new SimProducer(model, this.#nextProducerId++, sequence)
    this.#producers.push(producer)
    return producer
  }

  #appendIdempotent(life: Life, log: PartitionLog, model: PartitionModel): void {
    const producer = this.#producerOf(model)
    if (producer.needsResend) return this.#resend(life, log, model, producer)
    if (producer.unacked.length >= 5) return
    if (this.#random.chance(0.05)) producer.bumpEpoch()
    const sent = producer.next(this.#nextId++, this.#random, this.#world.kernel.nowMs)
    model.sent.set(sent.id, sent)
    const result = this.#tryAppend(life, log, model, sent.bytes)
    if (result === null) return producer.takeBack(sent)
    assert.ok(!result.duplicate, `${model.name}: new batch ${sent.id} was taken for a duplicate`)
    const place = model.place(sent, result.baseOffset, model.leaderEpoch)
    this.#whenCommitted(life, log, () => {
      place.acked = true
      producer.acknowledge(sent)
    })
  }

  /** After a crash the producer sends all that it got no answer for again, in order. */
  #resend(life: Life, log: PartitionLog, model: PartitionModel, producer: SimProducer): void {
    producer.needsResend = false
    for (const sent of [...producer.unacked]) {
      const before = model.placeOf(sent)
      const result = this.#tryAppend(life, log, model, sent.bytes)
      if (result === null) {
        producer.needsResend = true
        return
      }
      assert.equal(
        result.duplicate,
        before !== undefined,
        `${model.name}: batch ${sent.id} stands at ${before?.baseOffset}, a retry is a duplicate: ${result.duplicate}`,
      )
      if (before !== undefined)
        assert.equal(
          result.baseOffset,
          before.baseOffset,
          `${model.name}: a duplicate is answered with its offset`,
        )
      const place = before ?? model.place(sent, result.baseOffset, model.leaderEpoch)
      this.#whenCommitted(life, log, () => {
        place.acked = true
        producer.acknowledge(sent)
      })
    }
  }

  /** Sends one of the last five again; the answer must be its offset, and only once it is durable. */
  #retry(life: Life, log: PartitionLog, model: PartitionModel): void {
    const producer = this.#producers.find((candidate) => candidate.model === model)
    if (producer === undefined || producer.needsResend) return
    const sent = producer.recent[this.#random.below(Math.max(producer.recent.length, 1))]
    const place = sent === undefined ? undefined : model.placeOf(sent)
    if (sent === undefined || place === undefined) return
    const result = this.#tryAppend(life, log, model, sent.bytes)
    if (result === null) return
    assert.ok(result.duplicate, `${model.name}: a retry of batch ${sent.id} was appended again`)
    assert.equal(result.baseOffset, place.baseOffset)
    this.#whenCommitted(life, log, () => {
      place.acked = true
      assert.ok(
        log.highWatermark > place.baseOffset,
        `${model.name}: a duplicate was acknowledged before its original`,
      )
    })
  }

  async #deleteRecords(life: Life, log: PartitionLog, model: PartitionModel): Promise<void> {
    const span = log.highWatermark - log.logStartOffset
    const target = this.#random.chance(0.3) ? -1 : log.logStartOffset + this.#random.below(span + 1)
    const start = deleteRecordsBefore(log, target)
    this.#noteStart(log, model)
    await life.logs.persistLogStart(log)
    if (life.dead || log.deleted) return
    model.ackedStart = Math.max(model.ackedStart, start)
  }

  #noteStart(log: PartitionLog, model: PartitionModel): void {
    model.highestStart = Math.max(model.highestStart, log.logStartOffset)
  }

  /** Waits until nothing is pending, then everything that was sent and taken must have been acknowledged. */
  async #quiesce(life: Life): Promise<void> {
    await this.#sleep(12_000)
    assert.equal(
      life.logs.committer.pendingBytes,
      0,
      'appends are still pending after the disk has been well for 12 s',
    )
  }

  async #verify(life: Life): Promise<void> {
    for (const model of [...this.#partitions.values()].flat()) {
      const log = life.logs.get(model.topicId, model.partition)
      assert.ok(log !== undefined, `${model.name} is not open`)
      assert.equal(log.offline, null)
      const keepAcked = !this.#mayLose
      if (keepAcked)
        assert.ok(
          log.highWatermark >= model.ackedEnd,
          `${model.name}: high watermark ${log.highWatermark}, acknowledged up to ${model.ackedEnd}`,
        )
      assert.equal(log.highWatermark, log.logEndOffset)
      this.#verifyStart(log, model)
      const seen = new Set<number>()
      for (let offset = log.logStartOffset; offset < log.highWatermark;) {
        const read = await log.read(offset, 1 + this.#random.below(30_000), true)
        const next = model.checkRead(Buffer.concat(read.buffers), offset, log.highWatermark, seen)
        read.release()
        assert.ok(
          next > offset,
          `${model.name}: nothing can be read at ${offset}, log ${log.logStartOffset} to ${log.highWatermark}`,
        )
        offset = next
      }
      model.cutAt(log.logEndOffset, keepAcked)
      if (model.compacted) model.checkCompacted(log, seen)
      model.checkDerived(log, seen)
    }
    for (const producer of this.#producers) producer.restarted(this.#mayLose)
    for (const producer of this.#transactions) producer.restarted()
  }

  #verifyStart(log: PartitionLog, model: PartitionModel): void {
    const start = log.logStartOffset
    if (this.#mayLose && start > 0 && start === log.logEndOffset) model.skipTo(start)
    this.#noteStart(log, model)
    const { ackedStart } = model
    assert.ok(
      start >= ackedStart,
      `${model.name}: log start ${start}, records below ${ackedStart} were deleted`,
    )
  }
}

function isExpected(error: unknown): boolean {
  if (!(error instanceof KafkaError)) return false
  return (
    error.errorName === 'OFFSET_OUT_OF_RANGE' ||
    error.errorName === 'UNKNOWN_TOPIC_OR_PARTITION' ||
    error.errorName === 'KAFKA_STORAGE_ERROR'
  )
}
