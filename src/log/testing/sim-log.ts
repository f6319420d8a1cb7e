import assert from 'node:assert/strict'
import type { SimNode } from '../../env/sim/node.ts'
import { SimWorld } from '../../env/sim/world.ts'
import * as header from '../../records/record-batch.ts'
import type { LogConfig } from '../log-config.ts'
import { LogManager } from '../log-manager.ts'
import { noLogMetrics } from '../log-metrics.ts'
import type { LogOptions, PartitionSpec } from '../log-options.ts'
import type { PartitionLog } from '../partition-log.ts'
import { batchId } from './partition-model.ts'
import { testBatch, type TestBatchOptions } from './test-batch.ts'
import { LogLines, testLogConfig, testLogOptions } from './test-options.ts'

export const testTopicId = 'AAAAAAAAAAAAAAAAAAAAAQ'

/** A log on a simulated machine, for tests that go through it step by step. Await its work with `settle`. */
export class SimLog {
  readonly world: SimWorld
  readonly node: SimNode
  readonly lines = new LogLines()
  readonly options: LogOptions
  readonly config: LogConfig
  readonly specs: PartitionSpec[]
  readonly fatal: unknown[] = []
  #logs: LogManager | null = null
  #nextId = 1

  constructor(
    seed: number,
    changed: { options?: Partial<LogOptions>; config?: Partial<LogConfig>; partitions?: number } = {},
  ) {
    this.world = new SimWorld(seed)
    this.node = this.world.node('node')
    this.options = { ...testLogOptions, onFatal: (error) => this.fatal.push(error), ...changed.options }
    this.config = { ...testLogConfig, ...changed.config }
    this.specs = Array.from({ length: changed.partitions ?? 1 }, (_, partition) => ({
      topic: 't',
      topicId: testTopicId,
      partition,
    }))
  }

  get logs(): LogManager {
    assert.ok(this.#logs !== null)
    return this.#logs
  }

  async open(changed: Partial<LogOptions> = {}): Promise<void> {
    const options = { ...this.options, ...changed }
    const opening = LogManager.open(
      this.node.boot(),
      options,
      this.specs,
      () => this.config,
      noLogMetrics,
      this.lines,
    )
    this.#logs = await this.settle(opening)
  }

  log(partition = 0): PartitionLog {
    const log = this.logs.get(testTopicId, partition)
    assert.ok(log !== undefined)
    return log
  }

  settle<T>(work: Promise<T>): Promise<T> {
    return this.world.kernel.settle(work)
  }

  /** Lets time pass. */
  pass(ms: number): Promise<void> {
    return this.world.kernel.run(this.world.kernel.nowMs + ms)
  }

  /** Appends and waits for the commit. Returns the id of the batch. */
  async append(partition = 0, batch: Partial<TestBatchOptions> = {}, leaderEpoch = 0): Promise<number> {
    const id = this.submit(partition, batch, leaderEpoch)
    await this.settle(this.committed())
    return id
  }

  submit(partition = 0, batch: Partial<TestBatchOptions> = {}, leaderEpoch = 0): number {
    const id = this.#nextId++
    const bytes = testBatch({ id, ...batch })
    this.log(partition).append(bytes, 0, bytes.length, leaderEpoch, 1000)
    return id
  }

  committed(): Promise<void> {
    return new Promise((resolve) => this.logs.committer.afterCommit(resolve))
  }

  /** Ids of all batches from the log start to the high watermark, by base offset; each was checked to be whole and in its place. */
  async readAll(partition = 0, maxBytes = 5000): Promise<Map<number, number>> {
    const log = this.log(partition)
    const found = new Map<number, number>()
    for (let offset = log.logStartOffset; offset < log.highWatermark;) {
      const read = await this.settle(Promise.resolve(log.read(offset, maxBytes, true)))
      const bytes = Buffer.concat(read.buffers)
      read.release()
      const before = offset
      for (let at = 0; at + header.HEADER_SIZE <= bytes.length; at += header.batchSize(bytes, at)) {
        if (at + header.batchSize(bytes, at) > bytes.length) break
        assert.equal(header.computeCrc(bytes, at), header.crc(bytes, at))
        const base = header.baseOffset(bytes, at)
        if (found.size > 0) assert.equal(base, offset)
        found.set(base, batchId(bytes.subarray(at)))
        offset = header.lastOffset(bytes, at) + 1
      }
      assert.ok(offset > before, `nothing can be read at ${before}`)
    }
    return found
  }

  /** kill -9, and what follows from it in this process. */
  async kill(): Promise<void> {
    this.node.kill()
    await this.pass(1)
  }

  async cutPower(survival?: 'none' | 'all' | 'prefix' | 'torn'): Promise<void> {
    this.node.crash(survival)
    await this.pass(1)
  }

  close(): Promise<void> {
    return this.settle(this.logs.close())
  }

  /** Names in a directory of the disk, as processes see them. */
  list(path: string): string[] {
    return [...this.node.disk.directory(path, 'list').entries.keys()].sort()
  }

  size(path: string): number {
    return this.node.disk.file(path, 'size').content.size
  }
}
