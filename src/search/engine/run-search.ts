import { type AggregationCollector, createCollector } from '../aggregation/aggregation-collector.ts'
import type { AggregationPartials } from '../aggregation/aggregation-partial.ts'
import type { AggregationSpecs } from '../aggregation/aggregation-spec.ts'
import { finishAggregations } from '../aggregation/finish.ts'
import { mergePartials as mergeAggregations } from '../aggregation/merge-partials.ts'
import type { Budget } from '../budget.ts'
import { mergePartials } from '../execution/merge-partials.ts'
import { collectStatistics, matchingDocs, searchReaders } from '../execution/search-readers.ts'
import { mergeStatistics, noStatistics } from '../execution/term-statistics.ts'
import type { IndexReader } from '../index/index-reader.ts'
import type { Query } from '../query/query.ts'
import type { Coverage, Hit, SearchPartial, SearchRequest, SearchStatistics } from '../search-request.ts'
import { type DocumentReader, FileNotOpenError } from './document-reader.ts'
import { executionContext } from './execution-context.ts'
import type {
  DocumentOptions,
  SearchAnswer,
  SearchedPartition,
  SearchWork,
  StoredDocument,
  WorkerAnswer,
  WorkerSettings,
} from './messages.ts'
import type { PartitionIndex } from './partition-index.ts'
import { SearchBudget } from './search-budget.ts'
import type { WorkerContext } from './worker-context.ts'

/** Readers that are searched with one query. */
interface ReaderGroup {
  readonly readers: readonly IndexReader[]
  readonly query: Query
  /** The part of `query` that keeps to the bounds of the request; null when there is none. */
  readonly filter: Query | null
}

export async function runSearch(work: SearchWork, context: WorkerContext): Promise<SearchAnswer> {
  const budget = budgetOf(work.timeoutMs, work.cancelled, context)
  budget.check()
  const coverage = work.partitions.flatMap((searched) => coverageOf(searched, context))
  const groups = groupsOf(work, context)
  const partial = await withOpenFiles(context, () => searchGroups(groups, work, budget, context))
  if (!work.final) return { kind: 'search', partial, coverage, documents: null, aggregations: null }
  const hits = partial.hits.slice(work.from)
  const documents = work.documents === null ? null : await readDocuments(work, hits, work.documents, context)
  const aggregations = aggregationsJson(work.request, partial)
  return { kind: 'search', partial: { ...partial, hits }, coverage, documents, aggregations }
}

export async function runStatistics(work: SearchWork, context: WorkerContext): Promise<WorkerAnswer> {
  const budget = budgetOf(work.timeoutMs, work.cancelled, context)
  const groups = groupsOf(work, context)
  const statistics = await withOpenFiles(context, () => statisticsOf(groups, budget, context))
  return { kind: 'statistics', statistics }
}

/** Puts the answers of several workers together. */
export function completeSearch(request: SearchRequest, partials: readonly SearchPartial[]): WorkerAnswer {
  const partial = mergeAll(request, partials)
  return { kind: 'completed', partial, aggregations: aggregationsJson(request, partial) }
}

/** The records of hits, in their order; null for those that are not in partitions of this worker, or not in the log any more. */
export async function readDocuments(
  work: SearchWork,
  hits: readonly Hit[],
  _options: DocumentOptions,
  context: WorkerContext,
): Promise<(StoredDocument | null)[]> {
  const wanted = new Map<PartitionIndex, number[]>()
  const partitions = new Map<string, PartitionIndex>()
  for (const { key } of work.partitions) {
    const partition = context.partitions.get(key)
    if (partition !== undefined) partitions.set(placeOf(partition.spec), partition)
  }
  for (const hit of hits) {
    const partition = partitions.get(placeOf(hit))
    if (partition === undefined) continue
    const offsets = wanted.get(partition) ?? []
    wanted.set(partition, offsets)
    offsets.push(hit.offset)
  }
  const found = new Map<string, Awaited<ReturnType<DocumentReader['read']>>>()
  for (const [partition, offsets] of wanted)
    found.set(placeOf(partition.spec), await context.documents.read(partition, offsets))
  return hits.map((hit) => {
    const document = found.get(placeOf(hit))?.get(hit.offset)
    return document === undefined ? null : { ...document, highlight: null }
  })
}

export function budgetOf(timeoutMs: number, cancelled: SharedArrayBuffer, context: WorkerContext): SearchBudget {
  const { bucketsMax, requestBytesMax } = context.settings
  const deadlineMs = context.startedMs + timeoutMs
  return new SearchBudget(context.clock, {
    deadlineMs,
    timeoutMs,
    bytesMax: requestBytesMax,
    bucketsMax,
    cancelled,
  })
}

export function readersOf(keys: readonly number[], context: WorkerContext): IndexReader[] {
  return keys.flatMap((key) => context.partitions.get(key)?.readers() ?? [])
}

function coverageOf({ key, from, target, to }: SearchedPartition, context: WorkerContext): Coverage[] {
  const partition = context.partitions.get(key)
  if (partition === undefined) return []
  const indexed = partition.loaded ? partition.indexedTo : partition.view.logStartOffset
  const { topic, partition: number } = partition.spec
  const complete = indexed >= target
  const reason = complete
    ? partition.skippedIn(from, target)
    : `the index has not reached offset ${target} yet: ${target - indexed} offsets are missing`
  return [
    {
      topic,
      partition: number,
      from,
      to: Math.max(from, Math.min(indexed, to ?? Infinity)),
      complete: reason === null,
      reason,
    },
  ]
}

/**
 * Indexes that lie wholly within the bounds of their partition are searched together. One that reaches beyond them (because
 * retention has moved the log start into it, or because the request names offsets) is searched with the bounds as a filter.
 */
function groupsOf(work: SearchWork, context: WorkerContext): ReaderGroup[] {
  const whole: IndexReader[] = []
  const groups: ReaderGroup[] = []
  for (const { key, from, to } of work.partitions) {
    const partition = context.partitions.get(key)
    if (partition === undefined) continue
    const first = Math.max(from, partition.view.logStartOffset)
    const end = to ?? Infinity
    for (const reader of partition.readers()) {
      if (reader.docCount === 0 || reader.endOffset <= first || reader.baseOffset >= end) continue
      if (!overlaps(reader, work.timeRange)) continue
      if (first <= reader.baseOffset && reader.endOffset <= end) whole.push(reader)
      else {
        const filter = offsetRange(first, end)
        groups.push({ readers: [reader], query: both(work.request.query, filter), filter })
      }
    }
  }
  return whole.length === 0 && groups.length > 0
    ? groups
    : [{ readers: whole, query: work.request.query, filter: null }, ...groups]
}

function overlaps(reader: IndexReader, range: SearchWork['timeRange']): boolean {
  return range === null || (reader.maxTimestamp >= range.from && reader.minTimestamp < range.to)
}

function offsetRange(from: number, to: number): Query {
  const bound = (value: number, inclusive: boolean) =>
    Number.isFinite(value) ? { value, millis: null, inclusive } : null
  return { kind: 'range', field: '_offset', from: bound(from, true), to: bound(to, false) }
}

function both(query: Query, filter: Query): Query {
  return { kind: 'bool', must: [query], filter: [filter], should: [], mustNot: [], minimumShouldMatch: null }
}

function statisticsOf(groups: readonly ReaderGroup[], budget: Budget, context: WorkerContext): SearchStatistics {
  return groups
    .map(({ readers, query }) => collectStatistics(readers, query, executionContext(budget, context)))
    .reduce(mergeStatistics, noStatistics)
}

function searchGroups(
  groups: readonly ReaderGroup[],
  work: SearchWork,
  budget: Budget,
  context: WorkerContext,
): SearchPartial {
  const { request } = work
  const statistics =
    work.statistics?.reduce(mergeStatistics, noStatistics) ??
    (request.scored ? statisticsOf(groups, budget, context) : noStatistics)
  const partials = groups.map((group) => {
    const collector = collectorOf(group, request.aggregations, budget, context)
    const { readers, query } = group
    const execution = executionContext(budget, context)
    return searchReaders(readers, { ...request, query }, statistics, execution, collector)
  })
  const [only] = partials
  return partials.length === 1 && only !== undefined ? only : mergeAll(request, partials)
}

function mergeAll(request: SearchRequest, partials: readonly SearchPartial[]): SearchPartial {
  const merge = (a: AggregationPartials, b: AggregationPartials): AggregationPartials =>
    mergeAggregations(request.aggregations, a, b)
  return mergePartials(request, partials, merge)
}

function collectorOf(
  { readers, filter }: ReaderGroup,
  specs: AggregationSpecs,
  budget: Budget,
  context: WorkerContext,
): AggregationCollector | null {
  if (Object.keys(specs).length === 0) return null
  const execution = executionContext(budget, context)
  return createCollector(specs, readers, budget, {
    matches(index, query) {
      const reader = readers[index]
      if (reader === undefined) throw new RangeError(`there is no reader ${index}`)
      return docSetOf(matchingDocs(reader, filter === null ? query : both(query, filter), execution))
    },
    pattern: (pattern) => compileRegexp(pattern, execution.limits),
  })
}

/**
 * Does what may find out on its way that it needs a record of a file that is not open: the file is opened, which can not be done
 * within, and the work begins anew. There are only so many files.
 */
async function withOpenFiles<T>(context: WorkerContext, work: () => T): Promise<T> {
  for (;;) {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof FileNotOpenError)) throw error
      await context.documents.open(error.files)
    }
  }
}

function aggregationsJson({ aggregations }: SearchRequest, partial: SearchPartial): string | null {
  if (Object.keys(aggregations).length === 0) return null
  return JSON.stringify(finishAggregations(aggregations, partial.aggregations))
}

function placeOf({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}/${partition}`
}
