import type { Env } from '../../env/env.ts'
import type { WorkerPort } from '../../env/worker.ts'
import { BatchBlockReader } from './batch-block.ts'
import { DocumentReader } from './document-reader.ts'
import { failureOf } from './failure.ts'
import type { FromWorker, SearchWork, ToWorker, WorkerAnswer, WorkerRequest, WorkerSettings } from './messages.ts'
import { PartitionIndex } from './partition-index.ts'
import { runSearch } from './run-search.ts'
import { SegmentFiles } from './segment-files.ts'

/** Time between two messages about how far the indexes are. */
const statePeriodMs = 500

interface Waiting {
  readonly id: number
  readonly request: WorkerRequest
  /** By the monotonic clock: the request is not served before, unless the indexes are where it wants them. */
  readonly waitUntilMs: number
  readonly receivedMs: number
}

/**
 * What runs in a search worker: it follows the log of its partitions, and answers. One thing at a time: a request that can be served
 * goes first, then what requests wait for is indexed, then the rest.
 */
export class IndexWorker {
  readonly #env: Env
  readonly #port: WorkerPort
  readonly #settings: WorkerSettings
  readonly #partitions = new Map<number, PartitionIndex>()
  readonly #segmentFiles: SegmentFiles
  readonly #documents: DocumentReader
  readonly #blocks = new BatchBlockReader()
  #waiting: Waiting[] = []
  #wake: (() => void) | null = null
  #stateDirty = true
  #stateSentMs = -Infinity
  #skippedBatches = 0
  #turn = 0

  constructor(env: Env, port: WorkerPort, settings: WorkerSettings) {
    this.#env = env
    this.#port = port
    this.#settings = settings
    this.#segmentFiles = new SegmentFiles(env.files)
    this.#documents = new DocumentReader(this.#segmentFiles, this.#blocks)
  }

  receive(message: ToWorker): void {
    switch (message.kind) {
      case 'open':
        this.#open(message)
        break
      case 'view': {
        const partition = this.#partitions.get(message.key)
        if (partition !== undefined) partition.view = message.view
        break
      }
      case 'drop': {
        const partition = this.#partitions.get(message.key)
        if (partition !== undefined) partition.dropped = true
        this.#partitions.delete(message.key)
        break
      }
      case 'rebuild':
        break
      case 'request': {
        const now = this.#env.clock.monotonic()
        const waitMs = message.request.kind === 'search' ? message.request.waitMs : 0
        this.#waiting.push({ ...message, receivedMs: now, waitUntilMs: now + waitMs })
        break
      }
      default:
        message satisfies never
    }
    this.#stateDirty = true
    this.#wake?.()
  }

  /** Works until the thread ends. */
  async run(): Promise<void> {
    for (;;) {
      const busy = (await this.#serve()) || (await this.#index())
      this.#tellState()
      if (busy) await this.#endOfTurn()
      else await this.#sleep()
    }
  }

  #open(message: Extract<ToWorker, { kind: 'open' }>): void {
    const partition = new PartitionIndex(message.key, message.partition, message.view, {
      files: this.#env.files,
      clock: this.#env.clock,
      segmentFiles: this.#segmentFiles,
      blocks: this.#blocks,
      skipped: ({ spec }, from, to, reason) => {
        this.#skippedBatches += 1
        this.#log('warn', 'records can not be searched', { ...place(spec), from, to, reason })
      },
      failed: ({ spec }, from, to, error) => {
        this.#skippedBatches += 1
        this.#log('error', 'indexing failed; these records can not be searched', { ...place(spec), from, to, error })
      },
    })
    partition.loaded = true
    this.#partitions.set(message.key, partition)
  }

  async #serve(): Promise<boolean> {
    const now = this.#env.clock.monotonic()
    const at = this.#waiting.findIndex((waiting) => this.#isReady(waiting, now))
    const [waiting] = at < 0 ? [] : this.#waiting.splice(at, 1)
    if (waiting === undefined) return false
    try {
      const answer = await this.#answer(waiting)
      this.#post({ kind: 'answer', id: waiting.id, answer })
    } catch (error) {
      const failure = failureOf(error)
      if (failure.name === 'other') this.#log('error', 'a search failed', { error })
      this.#post({ kind: 'failure', id: waiting.id, failure })
    }
    return true
  }

  #isReady({ request, waitUntilMs }: Waiting, now: number): boolean {
    if (request.kind !== 'search' || now >= waitUntilMs) return true
    if (new Int32Array(request.cancelled)[0] !== 0) return true
    return request.partitions.every(({ key, target }) => {
      const partition = this.#partitions.get(key)
      return partition === undefined || (partition.loaded && (!partition.behind || partition.indexedTo >= target))
    })
  }

  async #answer(waiting: Waiting): Promise<WorkerAnswer> {
    const { request } = waiting
    switch (request.kind) {
      case 'search':
        return await this.#search(request, waiting.receivedMs)
      default:
        throw new Error(`${request.kind} is not answered`)
    }
  }

  #search(work: SearchWork, startedMs: number): Promise<WorkerAnswer> {
    return runSearch(work, {
      partitions: this.#partitions,
      documents: this.#documents,
      clock: this.#env.clock,
      settings: this.#settings,
      startedMs,
    })
  }

  /** Indexes one block of the log: of a partition that a request waits for, else of the next one in turn. */
  async #index(): Promise<boolean> {
    const partition = this.#wanted() ?? this.#nextBehind()
    if (partition === null) return false
    this.#stateDirty = true
    return await partition.step()
  }

  #wanted(): PartitionIndex | null {
    for (const { request } of this.#waiting) {
      if (request.kind !== 'search') continue
      for (const { key, target } of request.partitions) {
        const partition = this.#partitions.get(key)
        if (partition !== undefined && partition.behind && partition.indexedTo < target) return partition
      }
    }
    return null
  }

  #nextBehind(): PartitionIndex | null {
    const behind = [...this.#partitions.values()].filter((partition) => partition.behind)
    this.#turn += 1
    return behind[this.#turn % behind.length] ?? null
  }

  #tellState(): void {
    const now = this.#env.clock.monotonic()
    if (!this.#stateDirty || now - this.#stateSentMs < statePeriodMs) return
    this.#stateDirty = false
    this.#stateSentMs = now
    const partitions = [...this.#partitions.values()].map((partition) => ({
      key: partition.key,
      indexedTo: partition.indexedTo,
      lagBytes: partition.lagBytes,
      tailBytes: partition.tail?.index.memoryBytes ?? 0,
      fileBytes: partition.parts.reduce((sum, part) => sum + part.fileBytes, 0),
      files: partition.parts.length,
    }))
    this.#post({
      kind: 'state',
      state: { partitions, merges: 0, rebuilds: 0, skippedBatches: this.#skippedBatches },
    })
  }

  async #sleep(): Promise<void> {
    const now = this.#env.clock.monotonic()
    const until = Math.min(
      ...this.#waiting.map(({ waitUntilMs }) => waitUntilMs),
      this.#stateDirty ? this.#stateSentMs + statePeriodMs : Infinity,
    )
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    const timer = until === Infinity ? null : this.#env.scheduler.after(Math.max(0, until - now), resolve)
    await promise
    timer?.cancel()
    this.#wake = null
  }

  #endOfTurn(): Promise<void> {
    return new Promise((resolve) => this.#env.scheduler.endOfTurn(resolve))
  }

  #log(level: 'info' | 'warn' | 'error', message: string, fields: Readonly<Record<string, unknown>>): void {
    this.#post({ kind: 'log', level, message, fields })
  }

  #post(message: FromWorker): void {
    this.#port.post(message)
  }
}

function place(spec: { topic: string; partition: number }): { topic: string; partition: number } {
  return { topic: spec.topic, partition: spec.partition }
}
