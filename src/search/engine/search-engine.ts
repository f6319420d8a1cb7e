import type { Env } from '../../env/env.ts'
import type { Timer } from '../../env/scheduler.ts'
import type { WorkerEvents, WorkerThread } from '../../env/worker.ts'
import type { LogLogger } from '../../log/log-logger.ts'
import { isWrittenOut } from '../../log/log-files.ts'
import { isAnalyzerName } from '../analysis/analyzers.ts'
import { parseHighlight } from '../highlight/highlight-options.ts'
import { utcZone } from '../time-zone.ts'
import { searchWorkers } from './distributed-search.ts'
import { engineHits } from './engine-hits.ts'
import { fieldHints, namedFields } from './field-hints.ts'
import { type EngineRequest, type EngineResponse, type OffsetBounds, SearchError } from './engine-request.ts'
import { FollowedPartition } from './followed-partition.ts'
import type {
  DocumentOptions,
  FieldSummary,
  SearchWork,
  ValueCount,
  WorkerRequest,
  WorkerState,
} from './messages.ts'
import { defaultSize, emptyCoverage, planSearch, type Searched } from './search-plan.ts'
import { outcomeOf, type SearchMetrics } from './search-metrics.ts'
import type { SearchedTopic } from './searched-topic.ts'
import { followSearch, type TailEvent } from './tail-search.ts'
import { mappingSuffix } from './mapping-suffix.ts'
import { topicsMatching } from './topic-patterns.ts'
import { WorkerClient } from './worker-client.ts'

/** Longest time that an orderly stop gives workers for writing files; what is not written is indexed anew. */
const stopMs = 5000
/** How often workers hear of new data when nobody asks for it. */
const tellPeriodMs = 100

export interface SearchEngineOptions {
  readonly env: Env
  /** Index files go below it. */
  readonly directory: string
  readonly workers: number
  readonly startWorker: (index: number, events: WorkerEvents) => WorkerThread
  readonly logger: LogLogger
  readonly metrics: SearchMetrics
  readonly timeoutMs: number
  readonly timeoutMaxMs: number
  readonly resultWindowMax: number
  readonly queueMax: number
}

/** How far the index of a partition is. */
export interface PartitionSearchStatus {
  readonly topic: string
  readonly partition: number
  readonly indexedTo: number
  /** The last stable offset. */
  readonly end: number
  readonly lagRecords: number
  readonly lagBytes: number
  /** Since it last had everything. */
  readonly lagMs: number
  readonly files: number
  readonly fileBytes: number
  readonly tailBytes: number
}

export interface SearchTotals {
  readonly active: number
  readonly merges: number
  readonly rebuilds: number
  readonly skippedBatches: number
}

/**
 * Search over the records of topics. It lives on the broker's thread and does no work there: worker threads follow the logs and
 * answer. It sees to it that an answer has every record that was acknowledged before the request came.
 */
export class SearchEngine implements AsyncDisposable {
  readonly #options: SearchEngineOptions
  readonly #workers: WorkerClient[] = []
  readonly #topics = new Map<string, SearchedTopic>()
  readonly #partitions = new Map<string, FollowedPartition[]>()
  readonly #byKey = new Map<number, FollowedPartition>()
  readonly #dirty = new Set<FollowedPartition>()
  #lastKey = 0
  #active = 0
  #timer: Timer | null = null
  #started = false
  readonly #workerStates = new Map<number, WorkerState>()
  #tidying: Promise<void> = Promise.resolve()

  constructor(options: SearchEngineOptions) {
    this.#options = options
    for (let index = 0; index < options.workers; index++) this.#workers.push(this.#newWorker(index))
  }

  /** Starts the workers, once the server has nothing more urgent to do. */
  start(): void {
    this.#started = true
    for (const worker of this.#workers) worker.start()
    this.#tidying = this.#removeOrphans()
  }

  topicAdded(topic: SearchedTopic): void {
    this.#topics.set(topic.name, topic)
    if (topic.options.enabled) this.#follow(topic)
  }

  /** With another mapping all of the topic's records are indexed anew: an index is made in one way. */
  topicChanged(topic: SearchedTopic): void {
    const known = this.#topics.get(topic.name)
    this.#topics.set(topic.name, topic)
    const sameMapping =
      known?.topicId === topic.topicId &&
      mappingSuffix(known.options.mapping) === mappingSuffix(topic.options.mapping)
    if (!topic.options.enabled || !sameMapping) this.#unfollow(topic.topicId)
    if (topic.options.enabled) this.#follow(topic)
  }

  topicRemoved(name: string, topicId: string): void {
    if (this.#topics.get(name)?.topicId === topicId) this.#topics.delete(name)
    this.#unfollow(topicId)
  }

  /** @throws SearchError, SearchLimitError, QueryError */
  async search(request: EngineRequest, signal?: AbortSignal): Promise<EngineResponse> {
    const { env, metrics } = this.#options
    const started = env.clock.monotonic()
    try {
      const response = await this.#search(request, started, signal)
      const complete = response.coverage.every((part) => part.complete)
      metrics.answered(complete ? 'ok' : 'incomplete', response.tookMs)
      return response
    } catch (error) {
      metrics.answered(outcomeOf(error), env.clock.monotonic() - started)
      throw error
    }
  }

  async #search(
    request: EngineRequest,
    started: number,
    signal: AbortSignal | undefined,
  ): Promise<EngineResponse> {
    const { env, timeoutMs, timeoutMaxMs } = this.#options
    this.#admit(request)
    const documents = documentOptions(request, env.clock.now())
    this.#active += 1
    try {
      const searched = this.#searchedPartitions(request)
      if (request.freshness !== 'any') await this.#writeOut(searched)
      for (const { partition } of searched) this.#tell(partition)
      const limitMs = Math.min(request.timeoutMs ?? timeoutMs, timeoutMaxMs)
      const works = planSearch(request, searched, this.#workers, limitMs, documents)
      const answer = await cancellable(works, signal)
      const { partial, coverage, aggregations } = answer
      return {
        tookMs: env.clock.monotonic() - started,
        total: { value: partial.total, exact: partial.totalIsExact },
        maxScore: partial.maxScore,
        hits: engineHits(partial.hits, answer.documents),
        aggregations,
        coverage: [...coverage, ...emptyCoverage(searched, coverage)],
      }
    } finally {
      this.#active -= 1
    }
  }

  /** What comes and matches from now on, until the signal. */
  tail(
    request: Pick<EngineRequest, 'topics' | 'query'>,
    signal: AbortSignal,
  ): AsyncGenerator<TailEvent, void> {
    return followSearch(this, this.#options.env.scheduler, request, signal)
  }

  /** Where the partitions of these topics end now, as consumers of committed data see it. */
  ends(topics: readonly string[]): OffsetBounds[] {
    const searched = this.#searchedPartitions({ topics, query: { kind: 'all' } })
    return searched.map(({ partition: { log }, target }) => ({
      topic: log.topic,
      partition: log.partition,
      from: target,
      to: null,
    }))
  }

  /** For a search that found nothing: which fields of its query no record has. A look at all fields, so only who shows it should ask. */
  async hints({ query, topics }: EngineRequest): Promise<string[]> {
    const named = namedFields(query)
    return named.length === 0 ? [] : fieldHints(named, await this.fields(topics))
  }

  /** The fields of these topics, of what is indexed by now. */
  async fields(topics: readonly string[]): Promise<FieldSummary[]> {
    const answers = await this.#askAbout(topics, (keys) => ({ kind: 'fields', keys }))
    const merged = new Map<string, FieldSummary>()
    for (const answer of answers) {
      if (answer.kind !== 'fields') continue
      for (const field of answer.fields) {
        const known = merged.get(field.name)
        const types = [...new Set([...(known?.types ?? []), ...field.types])].sort()
        merged.set(field.name, { name: field.name, types, docCount: (known?.docCount ?? 0) + field.docCount })
      }
    }
    return [...merged.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** Whole strings of a field that begin with the prefix, most frequent first, of what is indexed by now. */
  async values(
    topics: readonly string[],
    field: string,
    prefix: string,
    limit: number,
  ): Promise<ValueCount[]> {
    const { timeoutMs } = this.#options
    const answers = await this.#askAbout(topics, (keys) => ({
      kind: 'values',
      keys,
      field,
      prefix,
      limit,
      timeoutMs,
    }))
    const counts = new Map<string, number>()
    for (const answer of answers) {
      if (answer.kind !== 'values') continue
      for (const { value, count } of answer.values) counts.set(value, (counts.get(value) ?? 0) + count)
    }
    return [...counts]
      .map(([value, count]) => ({ value, count }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, limit)
  }

  /** Throws the indexes of these topics away and makes them anew; returns how many partitions that are. */
  rebuild(topics: readonly string[]): number {
    const searched = this.#searchedPartitions({ topics, query: { kind: 'all' } })
    for (const { partition } of searched) {
      this.#tell(partition)
      partition.worker.post({ kind: 'rebuild', key: partition.key })
    }
    return searched.length
  }

  /** How far the indexes of these topics are. */
  status(topics: readonly string[]): PartitionSearchStatus[] {
    const searched = this.#searchedPartitions({ topics, query: { kind: 'all' } })
    return searched.map(({ partition }) => partition).flatMap((partition) => this.#statusOf(partition))
  }

  /** How far all indexes are. */
  allStatus(): PartitionSearchStatus[] {
    return [...this.#byKey.values()].flatMap((partition) => this.#statusOf(partition))
  }

  /** Nothing for a partition that never had a record. */
  #statusOf(partition: FollowedPartition): PartitionSearchStatus[] {
    const { log, state } = partition
    if (log.logEndOffset === 0) return []
    const end = log.lastStableOffset
    const indexedTo = state?.indexedTo ?? log.logStartOffset
    return [
      {
        topic: log.topic,
        partition: log.partition,
        indexedTo,
        end,
        lagRecords: Math.max(0, end - indexedTo),
        lagBytes: state?.lagBytes ?? 0,
        lagMs: partition.behindForMs(this.#options.env.clock.monotonic()),
        files: state?.files ?? 0,
        fileBytes: state?.fileBytes ?? 0,
        tailBytes: state?.tailBytes ?? 0,
      },
    ]
  }

  /** What workers told of themselves, added up. */
  get totals(): SearchTotals {
    const totals = { active: this.#active, merges: 0, rebuilds: 0, skippedBatches: 0 }
    for (const { merges, rebuilds, skippedBatches } of this.#workerStates.values()) {
      totals.merges += merges
      totals.rebuilds += rebuilds
      totals.skippedBatches += skippedBatches
    }
    return totals
  }

  /** An orderly stop: what is worth it goes to files, within a bounded time. */
  async close(): Promise<void> {
    this.#timer?.cancel()
    for (const partition of this.#byKey.values()) partition[Symbol.dispose]()
    await Promise.all(this.#workers.map((worker) => worker.stop(stopMs)))
    await this.#tidying
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #newWorker(index: number): WorkerClient {
    const { logger, metrics, env, startWorker } = this.#options
    const client: WorkerClient = new WorkerClient({
      start: (events) => startWorker(index, events),
      scheduler: env.scheduler,
      onStart: () => {
        for (const partition of this.#byKey.values()) {
          if (partition.worker !== client) continue
          partition.forget()
          this.#becameDirty(partition)
        }
      },
      onDeath: (error, pending) => {
        metrics.workerDied()
        logger.error('a search worker died and is replaced; its indexes are read again', { error, pending })
      },
      onState: (state) => this.#noteState(index, state),
      onLog: ({ level, message, fields }) => logger[level](message, fields),
    })
    return client
  }

  #noteState(worker: number, told: WorkerState): void {
    this.#workerStates.set(worker, told)
    for (const state of told.partitions) {
      const partition = this.#byKey.get(state.key)
      if (partition?.noteState(state) === true) this.#becameDirty(partition)
    }
  }

  /** Indexes of topics that were deleted, taken out of search or given another mapping while nobody looked. */
  async #removeOrphans(): Promise<void> {
    const { env, directory, logger } = this.#options
    try {
      if ((await env.files.stat(directory)) === null) return
      for (const topicId of await env.files.list(directory))
        for (const name of await env.files.list(`${directory}/${topicId}`)) {
          const path = `${directory}/${topicId}/${name}`
          // Looked up only now: a topic may have been created meanwhile.
          const its = this.#partitions.get(topicId) ?? []
          if (!its.some(({ spec }) => spec.directory === path)) await env.files.removeTree(path)
        }
    } catch (error) {
      logger.warn('indexes that nobody needs could not be removed', { directory, error })
    }
  }

  #follow(topic: SearchedTopic): void {
    const { mapping } = topic.options
    const unknown = Object.values(mapping.analyzers).filter((name) => !isAnalyzerName(name))
    if (unknown.length > 0)
      this.#options.logger.warn('search.analyzers names analyzers that do not exist; "standard" is used', {
        topic: topic.name,
        unknown,
      })
    const known = this.#partitions.get(topic.topicId) ?? []
    this.#partitions.set(topic.topicId, known)
    for (const log of topic.logs.slice(known.length)) {
      const key = ++this.#lastKey
      const worker = this.#workers[key % this.#workers.length]
      if (worker === undefined) throw new Error('there is no search worker')
      const spec = {
        topic: topic.name,
        topicId: topic.topicId,
        partition: log.partition,
        directory: `${this.#options.directory}/${topic.topicId}/${log.partition}${mappingSuffix(mapping)}`,
        logEndAtStart: log.logEndOffset,
        mapping,
      }
      const partition = new FollowedPartition(key, log, spec, worker, (it) => this.#becameDirty(it))
      known.push(partition)
      this.#byKey.set(key, partition)
      this.#becameDirty(partition)
    }
  }

  #unfollow(topicId: string): void {
    for (const partition of this.#partitions.get(topicId) ?? []) {
      partition[Symbol.dispose]()
      this.#byKey.delete(partition.key)
      this.#dirty.delete(partition)
      partition.worker.post({ kind: 'drop', key: partition.key })
    }
    this.#partitions.delete(topicId)
  }

  #becameDirty(partition: FollowedPartition): void {
    this.#dirty.add(partition)
    if (this.#started) this.#timer ??= this.#options.env.scheduler.after(tellPeriodMs, () => this.#tellAll())
  }

  #tellAll(): void {
    this.#timer = null
    for (const partition of this.#dirty) if (this.#tell(partition)) this.#dirty.delete(partition)
    if (this.#dirty.size > 0)
      this.#timer = this.#options.env.scheduler.after(tellPeriodMs, () => this.#tellAll())
  }

  /** A partition that never had a record needs nothing of a worker. */
  #tell(partition: FollowedPartition): boolean {
    if (!partition.opened && partition.log.logEndOffset === 0) {
      partition.dirty = false
      return true
    }
    return partition.tell(this.#options.env.clock.monotonic())
  }

  #admit({ from = 0, size = defaultSize }: EngineRequest): void {
    const { queueMax, resultWindowMax } = this.#options
    if (this.#active >= queueMax)
      throw new SearchError(
        'overloaded',
        `${this.#active} searches are under way already, and search.queue.max allows ${queueMax}; retry later`,
      )
    if (from + size > resultWindowMax)
      throw new SearchError(
        'too_many_hits',
        `hits ${from} to ${from + size} lie beyond the first ${resultWindowMax} (search.max.result.window); page with "after", which has no such limit`,
      )
  }

  #searchedPartitions(request: EngineRequest): Searched[] {
    const searched: Searched[] = []
    for (const topic of topicsMatching(this.#topics, request.topics))
      for (const partition of this.#partitions.get(topic.topicId) ?? []) {
        const bounds = boundsOf(partition, request.offsets ?? null)
        if (bounds !== null) searched.push({ partition, bounds, target: partition.log.lastStableOffset })
      }
    return searched
  }

  /** What is committed goes to the segment files, which is where workers read. A disk that is full shows in the coverage. */
  async #writeOut(searched: readonly Searched[]): Promise<void> {
    const { logger } = this.#options
    const waiting = searched
      .map(({ partition }) => partition.log)
      .filter((log) => !log.deleted && log.offline === null && !isWrittenOut(log))
      .map((log) =>
        log.writeOut().catch((error: unknown) => {
          logger.warn('records could not be written to their segment for a search', {
            topic: log.topic,
            partition: log.partition,
            error,
          })
        }),
      )
    if (waiting.length > 0) await Promise.all(waiting)
  }

  async #askAbout(
    topics: readonly string[],
    request: (keys: readonly number[]) => WorkerRequest,
  ): Promise<Awaited<ReturnType<WorkerClient['request']>>[]> {
    const keys = new Map<WorkerClient, number[]>()
    for (const { partition } of this.#searchedPartitions({ topics, query: { kind: 'all' } })) {
      this.#tell(partition)
      if (!partition.empty) keys.set(partition.worker, [...(keys.get(partition.worker) ?? []), partition.key])
    }
    return await Promise.all([...keys].map(([worker, its]) => worker.request(request(its))))
  }
}

/** @throws QueryError */
function documentOptions({ documents, highlight }: EngineRequest, now: number): DocumentOptions | null {
  if (documents === false) return null
  const given = highlight ?? null
  return { highlight: given === null ? null : parseHighlight(given, { now, timeZone: utcZone }) }
}

/** A search whose caller may go away: then the workers stop at the next step. */
async function cancellable(
  works: ReadonlyMap<WorkerClient, SearchWork>,
  signal: AbortSignal | undefined,
): ReturnType<typeof searchWorkers> {
  const cancel = (): void => {
    for (const { cancelled } of works.values()) Atomics.store(new Int32Array(cancelled), 0, 1)
  }
  if (signal?.aborted === true) cancel()
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    return await searchWorkers(works)
  } finally {
    signal?.removeEventListener('abort', cancel)
  }
}

function boundsOf(
  { log }: FollowedPartition,
  offsets: readonly OffsetBounds[] | null,
): Pick<OffsetBounds, 'from' | 'to'> | null {
  if (offsets === null) return { from: 0, to: null }
  return offsets.find(({ topic, partition }) => topic === log.topic && partition === log.partition) ?? null
}
