import { join } from 'node:path'
import { nodeEnv } from '../../../src/env/node/env.ts'
import type { WorkerPort } from '../../../src/env/worker.ts'
import type { LogView } from '../../../src/log/log-files.ts'
import { parseAggregations } from '../../../src/search/aggregation/parse-aggregations.ts'
import { BatchBlockReader } from '../../../src/search/engine/batch-block.ts'
import { DocumentReader } from '../../../src/search/engine/document-reader.ts'
import { IndexStore } from '../../../src/search/engine/index-store.ts'
import { IndexWorker } from '../../../src/search/engine/index-worker.ts'
import type {
  FromWorker,
  PartitionSpec,
  SearchAnswer,
  SearchWork,
  WorkerSettings,
} from '../../../src/search/engine/messages.ts'
import { PartitionIndex } from '../../../src/search/engine/partition-index.ts'
import { runSearch } from '../../../src/search/engine/run-search.ts'
import { SegmentFiles } from '../../../src/search/engine/segment-files.ts'
import type { WorkerContext } from '../../../src/search/engine/worker-context.ts'
import { parseQueryDsl } from '../../../src/search/query/query-dsl.ts'
import { utcZone } from '../../../src/search/time-zone.ts'
import type { Corpus } from '../corpus-files.ts'
import { bucketsText, type MemoryOutcome, type OpenIndex, type SearchedEngine } from '../search-engine.ts'
import type { SearchQuery } from '../search-queries.ts'
import { costOf } from './processor-seconds.ts'

const MIB = 2 ** 20
/** The defaults of the server. */
const settings: WorkerSettings = {
  segmentBytes: 64 * MIB,
  segmentMs: 600_000,
  mergeBytes: 4096 * MIB,
  memoryBytes: 256 * MIB,
  cacheBytes: 256 * MIB,
  bucketsMax: 65_536,
  clausesMax: 4096,
  requestBytesMax: 256 * MIB,
}
const KEY = 1

/** The code that runs in a search worker of the server, over segment files as the log writes them; only the messages stay here. */
export const chronikEngine: SearchedEngine = {
  async index(corpus, directory) {
    const { processor, elapsed } = await costOf(() => indexAll(corpus, directory))
    return { processorSeconds: processor, handOverSeconds: 0, seconds: elapsed }
  },
  async open(corpus, directory) {
    return openChronik(await openWorker(corpus, directory))
  },
  memory: tailMemory,
}

/** Everything is indexed and in files, merged as the server would have merged it. */
async function indexAll(corpus: Corpus, directory: string): Promise<void> {
  const caughtUp = Promise.withResolvers<void>()
  const stopped = Promise.withResolvers<void>()
  const take = (message: FromWorker): void => {
    if (message.kind === 'state' && message.state.partitions[0]?.indexedTo === corpus.records)
      caughtUp.resolve()
    if (message.kind === 'answer') stopped.resolve()
    if (message.kind === 'failure') stopped.reject(new Error(message.failure.message))
    if (message.kind === 'log' && message.level !== 'info')
      stopped.reject(new Error(`${message.message} ${JSON.stringify(message.fields)}`))
  }
  const port: WorkerPort = {
    data: settings,
    post: (message) => take(message as FromWorker),
    onMessage: () => undefined,
    close: () => undefined,
  }
  const worker = new IndexWorker(nodeEnv(), port, settings)
  worker.receive({ kind: 'open', key: KEY, partition: specOf(corpus, directory), view: viewOf(corpus) })
  worker.run().catch(stopped.reject)
  await Promise.race([caughtUp.promise, stopped.promise])
  worker.receive({ kind: 'request', id: 1, request: { kind: 'stop' } })
  await stopped.promise
}

function specOf(corpus: Corpus, directory: string): PartitionSpec {
  return {
    topic: corpus.kind,
    topicId: '00000000-0000-0000-0000-000000000001',
    partition: 0,
    directory: join(directory, '0'),
    logEndAtStart: corpus.records,
    mapping: { fieldsMax: 1000, analyzers: {} },
  }
}

function viewOf({ files, records }: Corpus): LogView {
  return {
    logStartOffset: 0,
    highWatermark: records,
    lastStableOffset: records,
    files: files.map((file, index) => ({ ...file, id: index + 1, sealed: true, endOffset: null })),
    aborted: [],
    abortedFrom: 0,
  }
}

/** What a worker answers searches with. */
async function openWorker(corpus: Corpus, directory: string): Promise<WorkerContext> {
  const { files, clock } = nodeEnv()
  const segmentFiles = new SegmentFiles(files)
  const blocks = new BatchBlockReader()
  const spec = specOf(corpus, directory)
  const view = viewOf(corpus)
  const failed = (_partition: PartitionIndex, _from: number, _to: number, reason: unknown): never => {
    throw new Error(String(reason))
  }
  const context = { files, clock, segmentFiles, blocks, skipped: failed, failed }
  const partition = new PartitionIndex(KEY, spec, view, context)
  const discarded = (path: string, reason: string): never => {
    throw new Error(`${path}: ${reason}`)
  }
  partition.load(await new IndexStore(files, settings.cacheBytes).load(spec, view, discarded))
  return {
    partitions: new Map([[KEY, partition]]),
    documents: new DocumentReader(segmentFiles, blocks),
    clock,
    settings,
    startedMs: 0,
  }
}

interface Histogram {
  readonly hours: {
    readonly buckets: readonly {
      readonly key: number
      readonly services: { readonly buckets: readonly { readonly key: string; readonly doc_count: number }[] }
    }[]
  }
}

function openChronik(context: WorkerContext): OpenIndex {
  const run = (query: SearchQuery, hitsMax: number): Promise<SearchAnswer> =>
    runSearch(workOf(query, hitsMax), { ...context, startedMs: context.clock.monotonic() })
  return {
    prepare: (query) => () => run(query, 0),
    async found(query) {
      const { partial, aggregations } = await run(query, Number.MAX_SAFE_INTEGER)
      if (query.kind !== 'histogram') return String(partial.total)
      // The shape is that of the request.
      const { hours } = JSON.parse(aggregations ?? '{}') as Histogram
      return bucketsText(
        hours.buckets.flatMap(({ key, services }) =>
          services.buckets.map((bucket) => [key, bucket.key, bucket.doc_count] as const),
        ),
      )
    },
  }
}

const scope = { now: 0, timeZone: utcZone }
const hourly = parseAggregations(
  {
    hours: {
      date_histogram: { field: 'ts', fixed_interval: '1h', min_doc_count: 1 },
      aggs: { services: { terms: { field: 'service', size: 100 } } },
    },
  },
  { parseQuery: (json, path) => parseQueryDsl(json, scope, path), parseDate: () => Number.NaN },
)

/** Hits are counted up to `hitsMax`; what the records say is not read from the log, because no other engine here stores them. */
function workOf(query: SearchQuery, hitsMax: number): SearchWork {
  const isHistogram = query.kind === 'histogram'
  return {
    kind: 'search',
    partitions: [{ key: KEY, from: 0, target: 0, to: null }],
    request: {
      query: parseQueryDsl(dslOf(query), scope),
      postFilter: null,
      size: isHistogram ? 0 : 10,
      scored: !isHistogram && query.kind !== 'trace',
      sort: [],
      after: null,
      trackTotalHits: hitsMax,
      minScore: null,
      aggregations: isHistogram ? hourly : {},
      collapse: null,
      explain: false,
    },
    timeRange: null,
    statistics: null,
    waitMs: 0,
    timeoutMs: 60_000,
    from: 0,
    documents: null,
    typedKeys: false,
    final: true,
    cancelled: new SharedArrayBuffer(4),
  }
}

function dslOf(query: SearchQuery): unknown {
  switch (query.kind) {
    case 'any':
      return { match: { msg: query.words.join(' ') } }
    case 'all': {
      const filter = [
        { term: { 'level.keyword': query.level } },
        { range: { status: { gte: query.statusFrom } } },
      ]
      return {
        bool: { must: [{ match: { msg: { query: query.words.join(' '), operator: 'and' } } }], filter },
      }
    }
    case 'phrase':
      return { match_phrase: { msg: query.words.join(' ') } }
    case 'histogram':
      return { range: { status: { gte: query.statusFrom } } }
    case 'trace':
      return { term: { 'trace.keyword': query.trace } }
  }
  return query
}

/** The part of an index that is in memory, before any of it goes to a file. Needs `--expose-gc`. */
async function tailMemory(corpus: Corpus): Promise<MemoryOutcome> {
  const { files, clock } = nodeEnv()
  const failed = (_partition: PartitionIndex, _from: number, _to: number, reason: unknown): never => {
    throw new Error(String(reason))
  }
  const context = { files, clock, segmentFiles: new SegmentFiles(files), blocks: new BatchBlockReader() }
  const partition = new PartitionIndex(KEY, specOf(corpus, '/nowhere'), viewOf(corpus), {
    ...context,
    skipped: failed,
    failed,
  })
  partition.load([])
  const before = held()
  while (partition.indexedTo < corpus.records) await partition.step()
  return { bytes: held() - before, stated: partition.tail?.index.memoryBytes ?? 0 }
}

function held(): number {
  if (globalThis.gc === undefined) throw new Error('memory is measured with --expose-gc')
  globalThis.gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
