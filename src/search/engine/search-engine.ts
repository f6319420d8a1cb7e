import type { Env } from '../../env/env.ts'
import type { Timer } from '../../env/scheduler.ts'
import type { WorkerEvents, WorkerThread } from '../../env/worker.ts'
import type { LogLogger } from '../../log/log-logger.ts'
import { isWrittenOut } from '../../log/log-files.ts'
import type { Coverage, SearchPartial, SearchRequest } from '../search-request.ts'
import {
  type EngineHit,
  type EngineRequest,
  type EngineResponse,
  type OffsetBounds,
  SearchError,
} from './engine-request.ts'
import { FollowedPartition } from './followed-partition.ts'
import type { SearchAnswer, SearchWork, StoredDocument, WorkerState } from './messages.ts'
import type { SearchedTopic } from './searched-topic.ts'
import { topicsMatching } from './topic-patterns.ts'
import { WorkerClient } from './worker-client.ts'

/** How often workers hear of new data when nobody asks for it. */
const tellPeriodMs = 100
const defaultSize = 10
/** Share of a request's time that it may spend waiting for the indexes. */
const waitShare = 0.75

export interface SearchEngineOptions {
  readonly env: Env
  /** Index files go below it. */
  readonly directory: string
  readonly workers: number
  readonly startWorker: (index: number, events: WorkerEvents) => WorkerThread
  readonly logger: LogLogger
  readonly timeoutMs: number
  readonly timeoutMaxMs: number
  readonly resultWindowMax: number
  readonly queueMax: number
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

  constructor(options: SearchEngineOptions) {
    this.#options = options
    for (let index = 0; index < options.workers; index++) this.#workers.push(this.#newWorker(index))
  }

  /** Starts the workers, once the server has nothing more urgent to do. */
  start(): void {
    this.#started = true
    for (const worker of this.#workers) worker.start()
  }

  topicAdded(topic: SearchedTopic): void {
    this.#topics.set(topic.name, topic)
    if (topic.options.enabled) this.#follow(topic)
  }

  topicChanged(topic: SearchedTopic): void {
    this.#topics.set(topic.name, topic)
    if (topic.options.enabled) this.#follow(topic)
    else this.#unfollow(topic.topicId)
  }

  topicRemoved(name: string, topicId: string): void {
    if (this.#topics.get(name)?.topicId === topicId) this.#topics.delete(name)
    this.#unfollow(topicId)
  }

  /** @throws SearchError, SearchLimitError, QueryError */
  async search(request: EngineRequest, signal?: AbortSignal): Promise<EngineResponse> {
    const { clock } = this.#options.env
    const started = clock.monotonic()
    this.#admit(request)
    this.#active += 1
    try {
      const searched = this.#searchedPartitions(request)
      const targets = new Map(searched.map(({ partition }) => [partition.key, partition.log.lastStableOffset]))
      if (request.freshness !== 'any') await this.#writeOut(searched.map(({ partition }) => partition))
      const timeoutMs = Math.min(request.timeoutMs ?? this.#options.timeoutMs, this.#options.timeoutMaxMs)
      const work = this.#work(request, searched, targets, timeoutMs)
      const answer = await this.#ask(work, signal)
      return this.#response(answer, request, searched, clock.monotonic() - started)
    } finally {
      this.#active -= 1
    }
  }

  /** An orderly stop. */
  async close(): Promise<void> {
    this.#timer?.cancel()
    for (const partition of this.#byKey.values()) partition[Symbol.dispose]()
    await Promise.all(this.#workers.map((worker) => worker.stop()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #newWorker(index: number): WorkerClient {
    const { logger, env, startWorker } = this.#options
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
      onDeath: (error, pending) =>
        logger.error('a search worker died and is replaced; its indexes are read again', { error, pending }),
      onState: (state) => this.#noteState(state),
      onLog: ({ level, message, fields }) => logger[level](message, fields),
    })
    return client
  }

  #noteState({ partitions }: WorkerState): void {
    for (const state of partitions) {
      const partition = this.#byKey.get(state.key)
      if (partition !== undefined) partition.state = state
    }
  }

  #follow(topic: SearchedTopic): void {
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
        directory: `${this.#options.directory}/${topic.topicId}/${log.partition}`,
        logEndAtStart: log.logEndOffset,
        mapping: topic.options.mapping,
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
    return partition.tell()
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
    const topics = topicsMatching(this.#topics, request.topics)
    const searched: Searched[] = []
    for (const topic of topics)
      for (const partition of this.#partitions.get(topic.topicId) ?? []) {
        const bounds = boundsOf(partition, request.offsets ?? null)
        if (bounds !== null) searched.push({ partition, bounds })
      }
    return searched
  }

  /** What is committed goes to the segment files, which is where workers read. A disk that is full shows in the coverage. */
  async #writeOut(partitions: readonly FollowedPartition[]): Promise<void> {
    const { logger } = this.#options
    const waiting = partitions
      .filter(({ log }) => !log.deleted && log.offline === null && !isWrittenOut(log))
      .map(({ log }) =>
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

  #work(
    request: EngineRequest,
    searched: readonly Searched[],
    targets: ReadonlyMap<number, number>,
    timeoutMs: number,
  ): SearchWork {
    for (const { partition } of searched) this.#tell(partition)
    const partitions = searched
      .filter(({ partition }) => !partition.empty)
      .map(({ partition, bounds }) => ({
        key: partition.key,
        from: Math.max(bounds.from, partition.log.logStartOffset),
        target: Math.min(targets.get(partition.key) ?? 0, bounds.to ?? Infinity),
        to: bounds.to,
      }))
    const { timeRange = null } = request
    return {
      kind: 'search',
      partitions,
      request: searchRequestOf(request),
      timeRange:
        timeRange === null
          ? null
          : { from: timeRange.from ?? -Infinity, to: timeRange.to ?? Infinity },
      statistics: null,
      waitMs: request.freshness === 'any' ? 0 : timeoutMs * waitShare,
      timeoutMs,
      documents: request.documents === false ? null : { highlight: request.highlight ?? null },
      cancelled: new SharedArrayBuffer(4),
    }
  }

  async #ask(work: SearchWork, signal: AbortSignal | undefined): Promise<SearchAnswer> {
    const worker = this.#workers[0]
    if (worker === undefined) throw new Error('there is no search worker')
    const cancel = (): void => void Atomics.store(new Int32Array(work.cancelled), 0, 1)
    signal?.addEventListener('abort', cancel, { once: true })
    if (signal?.aborted === true) cancel()
    try {
      const answer = await worker.request(work)
      if (answer.kind !== 'search') throw new Error(`a search was answered with ${answer.kind}`)
      return answer
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
  }

  #response(
    answer: SearchAnswer,
    request: EngineRequest,
    searched: readonly Searched[],
    tookMs: number,
  ): EngineResponse {
    const covered = new Set(answer.coverage.map(({ topic, partition }) => `${topic}/${partition}`))
    const empty = searched
      .filter(({ partition }) => !covered.has(`${partition.log.topic}/${partition.log.partition}`))
      .map(({ partition }) => emptyCoverage(partition))
    return {
      tookMs,
      total: { value: answer.partial.total, exact: answer.partial.totalIsExact },
      maxScore: answer.partial.maxScore,
      hits: engineHits(answer.partial, answer.documents, request.from ?? 0),
      aggregations: answer.aggregations,
      coverage: [...answer.coverage, ...empty],
      timedOut: false,
      hints: [],
    }
  }
}

interface Searched {
  readonly partition: FollowedPartition
  readonly bounds: Pick<OffsetBounds, 'from' | 'to'>
}

function boundsOf(
  { log }: FollowedPartition,
  offsets: readonly OffsetBounds[] | null,
): Pick<OffsetBounds, 'from' | 'to'> | null {
  if (offsets === null) return { from: 0, to: null }
  return offsets.find(({ topic, partition }) => topic === log.topic && partition === log.partition) ?? null
}

function emptyCoverage({ log }: FollowedPartition): Coverage {
  const { topic, partition, logStartOffset: from, lastStableOffset: to } = log
  return { topic, partition, from, to, complete: true, reason: null }
}

function searchRequestOf(request: EngineRequest): SearchRequest {
  const { query, timeRange = null, from = 0, size = defaultSize } = request
  return {
    query: timeRange === null ? query : withTimeRange(query, timeRange),
    postFilter: request.postFilter ?? null,
    size: from + size,
    scored: request.scored ?? false,
    sort: request.sort ?? [],
    after: request.after ?? null,
    trackTotalHits: request.trackTotalHits ?? 10_000,
    minScore: request.minScore ?? null,
    aggregations: request.aggregations ?? {},
    collapse: request.collapse ?? null,
    explain: request.explain ?? false,
  }
}

function withTimeRange(
  query: SearchRequest['query'],
  { from, to }: NonNullable<EngineRequest['timeRange']>,
): SearchRequest['query'] {
  const bound = (millis: number | null, inclusive: boolean): { value: number; millis: number; inclusive: boolean } | null =>
    millis === null ? null : { value: millis, millis, inclusive }
  if (from === null && to === null) return query
  const range = { kind: 'range', field: '_timestamp', from: bound(from, true), to: bound(to, false) } as const
  return { kind: 'bool', must: [query], filter: [range], should: [], mustNot: [], minimumShouldMatch: null }
}

/** Hits with their records, without those that are gone from the log by now. */
function engineHits(
  { hits }: SearchPartial,
  documents: readonly (StoredDocument | null)[] | null,
  from: number,
): EngineHit[] {
  const result: EngineHit[] = []
  for (const [index, hit] of hits.slice(from).entries()) {
    const document = documents?.[index] ?? null
    if (document === null && documents !== null) continue
    result.push({
      topic: hit.topic,
      partition: hit.partition,
      offset: hit.offset,
      timestamp: document?.timestamp ?? -1,
      key: bufferOf(document?.key),
      value: bufferOf(document?.value),
      valueIsJson: document?.valueIsJson ?? false,
      headers: (document?.headers ?? []).map(({ key, value }) => ({ key, value: bufferOf(value) })),
      score: hit.score,
      sort: hit.sort,
      highlight: document?.highlight ?? null,
      explanation: hit.explanation,
    })
  }
  return result
}

function bufferOf(bytes: Uint8Array | null | undefined): Buffer | null {
  return bytes == null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
