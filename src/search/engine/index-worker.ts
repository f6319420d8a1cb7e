import type { Env } from '../../env/env.ts'
import type { WorkerPort } from '../../env/worker.ts'
import { IndexDamageError } from '../index/index-layout.ts'
import type { IndexReader } from '../index/index-reader.ts'
import { BatchBlockReader } from './batch-block.ts'
import { DocumentReader } from './document-reader.ts'
import { failureOf } from './failure.ts'
import { fieldSummaries, valuesWithPrefix } from './field-catalog.ts'
import type {
  FromWorker,
  SearchWork,
  ToWorker,
  WorkerAnswer,
  WorkerRequest,
  WorkerSettings,
} from './messages.ts'
import { IndexKeeper } from './index-keeper.ts'
import { IndexStore } from './index-store.ts'
import { PartitionIndex } from './partition-index.ts'
import { budgetOf, completeSearch, readDocuments, runSearch, runStatistics } from './run-search.ts'
import { SegmentFiles } from './segment-files.ts'
import type { WorkerContext } from './worker-context.ts'

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
  readonly #store: IndexStore
  readonly #keeper: IndexKeeper
  readonly #blocks = new BatchBlockReader()
  #waiting: Waiting[] = []
  #wake: (() => void) | null = null
  #stateDirty = true
  #stateSentMs = -Infinity
  #skippedBatches = 0
  #rebuilds = 0
  /** Segment files that are not in the log any more; closed when nobody is reading. */
  readonly #gone = new Set<number>()
  #turn = 0

  constructor(env: Env, port: WorkerPort, settings: WorkerSettings) {
    this.#env = env
    this.#port = port
    this.#settings = settings
    this.#segmentFiles = new SegmentFiles(env.files)
    this.#documents = new DocumentReader(this.#segmentFiles, this.#blocks)
    this.#store = new IndexStore(env.files, settings.cacheBytes)
    this.#keeper = new IndexKeeper({
      clock: env.clock,
      store: this.#store,
      settings,
      pause: () => this.#endOfTurn(),
      damaged: (error) => this.#discardDamaged(error),
      failed: ({ spec }, doing, error) => this.#log('error', doing, { ...place(spec), error }),
    })
  }

  receive(message: ToWorker): void {
    switch (message.kind) {
      case 'open':
        this.#partitions.set(message.key, this.#newPartition(message))
        break
      case 'view': {
        const partition = this.#partitions.get(message.key)
        if (partition === undefined) break
        const kept = new Set(message.view.files.map(({ id }) => id))
        for (const { id } of partition.view.files) if (!kept.has(id)) this.#gone.add(id)
        this.#keeper.discard(partition.follow(message.view))
        break
      }
      case 'drop':
        this.#drop(message.key)
        break
      case 'rebuild': {
        const partition = this.#partitions.get(message.key)
        if (partition === undefined) break
        this.#rebuilds += 1
        this.#keeper.discard(partition.reset())
        break
      }
      case 'request': {
        const now = this.#env.clock.monotonic()
        const search = searchIn(message.request)
        this.#waiting.push({ ...message, receivedMs: now, waitUntilMs: now + (search?.waitMs ?? 0) })
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
    const wake = (): void => this.#wake?.()
    for (;;) {
      if (this.#gone.size > 0) {
        const gone = [...this.#gone]
        this.#gone.clear()
        await this.#segmentFiles.release(gone)
      }
      const busy =
        (await this.#serve()) ||
        (await this.#load()) ||
        (await this.#index()) ||
        (await this.#keeper.tend(this.#partitions, wake)) ||
        this.#rest()
      this.#tellState()
      if (busy) await this.#endOfTurn()
      else await this.#sleep()
    }
  }

  #newPartition({ key, partition: spec, view }: Extract<ToWorker, { kind: 'open' }>): PartitionIndex {
    return new PartitionIndex(key, spec, view, {
      files: this.#env.files,
      clock: this.#env.clock,
      segmentFiles: this.#segmentFiles,
      blocks: this.#blocks,
      skipped: (_partition, from, to, reason) => {
        this.#skippedBatches += 1
        this.#log('warn', 'records can not be searched', { ...place(spec), from, to, reason })
      },
      failed: (_partition, from, to, error) => {
        this.#skippedBatches += 1
        this.#log('error', 'indexing failed; these records can not be searched', {
          ...place(spec),
          from,
          to,
          error,
        })
      },
    })
  }

  #drop(key: number): void {
    const partition = this.#partitions.get(key)
    if (partition === undefined) return
    partition.dropped = true
    for (const { id } of partition.view.files) this.#gone.add(id)
    this.#partitions.delete(key)
    this.#keeper.discard(partition.reset(), partition.spec.directory)
  }

  /** Opens the index files of one partition that was opened. */
  async #load(): Promise<boolean> {
    for (const partition of this.#partitions.values()) {
      if (partition.loaded) continue
      const { spec, view } = partition
      const discarded = (path: string, reason: string): void => {
        this.#rebuilds += 1
        this.#log('warn', 'an index file is of no use and is made again from the log', { path, reason })
      }
      const parts = await this.#store.load(spec, view, discarded)
      if (partition.dropped) this.#keeper.discard(parts, spec.directory)
      else partition.load(parts)
      return true
    }
    return false
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
      if (error instanceof IndexDamageError && this.#discardDamaged(error)) {
        this.#waiting.unshift(waiting)
        return true
      }
      const failure = failureOf(error)
      if (failure.name === 'other') this.#log('error', 'a search failed', { error })
      this.#post({ kind: 'failure', id: waiting.id, failure })
    }
    return true
  }

  /** The damaged file goes, and what it was about is indexed anew; false when no part has it. */
  #discardDamaged(error: IndexDamageError): boolean {
    for (const partition of this.#partitions.values())
      for (const { path } of partition.parts) {
        if (path === null || !error.message.startsWith(`${path}:`)) continue
        const part = partition.takeFile(path)
        if (part === null) continue
        this.#rebuilds += 1
        this.#log('error', 'an index file is damaged and is made again from the log', {
          path,
          reason: error.message,
        })
        this.#keeper.discard([part])
        return true
      }
    return false
  }

  #isReady({ request, waitUntilMs }: Waiting, now: number): boolean {
    const search = searchIn(request)
    if (search === null || now >= waitUntilMs) return true
    if (new Int32Array(search.cancelled)[0] !== 0) return true
    return search.partitions.every(({ key, target }) => {
      const partition = this.#partitions.get(key)
      if (partition === undefined) return true
      if (!partition.loaded || partition.waitsForView) return false
      return !partition.behind || partition.indexedTo >= target
    })
  }

  async #answer({ request, receivedMs }: Waiting): Promise<WorkerAnswer> {
    const context: WorkerContext = {
      partitions: this.#partitions,
      documents: this.#documents,
      clock: this.#env.clock,
      settings: this.#settings,
      startedMs: receivedMs,
    }
    switch (request.kind) {
      case 'search':
        return await runSearch(request, context)
      case 'statistics':
        return await runStatistics(request.search, context)
      case 'documents':
        return {
          kind: 'documents',
          documents: await readDocuments(request.search, request.hits, request.options, context),
        }
      case 'complete':
        return completeSearch(request, context)
      case 'fields':
        return { kind: 'fields', fields: fieldSummaries(this.#readersOf(request.keys)) }
      case 'values': {
        const { keys, field, prefix, limit, timeoutMs } = request
        const budget = budgetOf(timeoutMs, new SharedArrayBuffer(4), context)
        return {
          kind: 'values',
          values: valuesWithPrefix(this.#readersOf(keys), field, prefix, limit, budget),
        }
      }
      case 'stop':
        await this.#keeper.sealAll(this.#partitions.values())
        return { kind: 'stopped' }
      default:
        return request satisfies never
    }
  }

  #readersOf(keys: readonly number[]): IndexReader[] {
    return keys.flatMap((key) => this.#partitions.get(key)?.readers() ?? [])
  }

  /** Indexes one block of the log: of a partition that a request waits for, else of the next one in turn. */
  async #index(): Promise<boolean> {
    if (this.#keeper.isFull(this.#partitions.values())) return false
    const partition = this.#wanted() ?? this.#nextBehind()
    if (partition === null) return false
    this.#stateDirty = true
    return await partition.step()
  }

  /** With nothing else to do, makes what the next search would have to wait for. */
  #rest(): boolean {
    for (const { tail } of this.#partitions.values()) if (tail?.index.rest() === true) return true
    return false
  }

  #wanted(): PartitionIndex | null {
    for (const { request } of this.#waiting) {
      for (const { key, target } of searchIn(request)?.partitions ?? []) {
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
      fileBytes: partition.parts.reduce((sum, part) => sum + (part.path === null ? 0 : part.bytes), 0),
      files: partition.parts.length,
    }))
    this.#post({
      kind: 'state',
      state: {
        partitions,
        merges: this.#keeper.merges,
        rebuilds: this.#rebuilds,
        skippedBatches: this.#skippedBatches,
      },
    })
  }

  async #sleep(): Promise<void> {
    const now = this.#env.clock.monotonic()
    const until = Math.min(
      ...this.#waiting.map(({ waitUntilMs }) => waitUntilMs),
      this.#stateDirty ? this.#stateSentMs + statePeriodMs : Infinity,
      this.#keeper.nextMs(this.#partitions.values()),
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

/** The search that has to wait for indexes before the request is served. */
function searchIn(request: WorkerRequest): SearchWork | null {
  if (request.kind === 'search') return request
  return request.kind === 'statistics' ? request.search : null
}

function place(spec: { topic: string; partition: number }): { topic: string; partition: number } {
  return { topic: spec.topic, partition: spec.partition }
}
