import { createCollector } from '../aggregation/aggregation-collector.ts'
import { hitsIn } from '../aggregation/finish.ts'
import type { Budget } from '../budget.ts'
import { scoresNeeded } from '../execution/scores-needed.ts'
import { collectStatistics, searchReaders } from '../execution/search-readers.ts'
import { mergeStatistics, noStatistics } from '../execution/term-statistics.ts'
import { highlight } from '../highlight/highlight.ts'
import type { Coverage, Hit, SearchPartial, SearchStatistics } from '../search-request.ts'
import { aggregationHost } from './aggregation-host.ts'
import { FileNotOpenError } from './document-reader.ts'
import { executionContext } from './execution-context.ts'
import { aggregationsJson, mergeAnswers } from './finish-search.ts'
import { readRecords } from './hit-documents.ts'
import { highlightDocument } from './highlighted-document.ts'
import type {
  AggregatedHit,
  CompleteWork,
  DocumentOptions,
  SearchAnswer,
  SearchedPartition,
  SearchWork,
  StoredDocument,
  WorkerAnswer,
} from './messages.ts'
import { type ReaderGroup, readerGroups } from './reader-groups.ts'
import { SearchBudget } from './search-budget.ts'
import type { WorkerContext } from './worker-context.ts'

/** What this worker finds. When it is the only one that looks, its answer is the answer. */
export async function runSearch(work: SearchWork, context: WorkerContext): Promise<SearchAnswer> {
  const budget = budgetOf(work.timeoutMs, work.cancelled, context)
  budget.check()
  const coverage = work.partitions.flatMap((searched) => coverageOf(searched, context))
  const groups = readerGroups(work, context)
  const partial = await withOpenFiles(context, () => searchGroups(groups, work, budget, context))
  const aggregatedHits = await readAggregatedHits(work, partial, context)
  if (!work.final)
    return { kind: 'search', partial, coverage, documents: null, aggregations: null, aggregatedHits }
  const hits = partial.hits.slice(work.from)
  const documents = work.documents === null ? null : await readDocuments(work, hits, work.documents, context)
  const { bucketsMax } = context.settings
  const { typedKeys } = work
  const aggregations = aggregationsJson(work.request, partial, aggregatedHits, { bucketsMax, typedKeys })
  const shown = { ...partial, hits, aggregations: {} }
  return { kind: 'search', partial: shown, coverage, documents, aggregations, aggregatedHits: [] }
}

export async function runStatistics(work: SearchWork, context: WorkerContext): Promise<WorkerAnswer> {
  const budget = budgetOf(work.timeoutMs, work.cancelled, context)
  const groups = readerGroups(work, context)
  const statistics = await withOpenFiles(context, () => statisticsOf(groups, budget, context))
  return { kind: 'statistics', statistics }
}

/** Puts the answers of several workers together. */
export function completeSearch(work: CompleteWork, context: WorkerContext): WorkerAnswer {
  const { request, partials, aggregatedHits, typedKeys } = work
  const partial = mergeAnswers(request, partials)
  const { bucketsMax } = context.settings
  const aggregations = aggregationsJson(request, partial, aggregatedHits, { bucketsMax, typedKeys })
  return { kind: 'completed', partial: { ...partial, aggregations: {} }, aggregations }
}

/** The records of hits, with what of them the query is about; see `readRecords`. */
export async function readDocuments(
  work: SearchWork,
  hits: readonly Hit[],
  options: DocumentOptions,
  context: WorkerContext,
): Promise<(StoredDocument | null)[]> {
  const records = await readRecords(work, hits, context)
  const budget = budgetOf(work.timeoutMs, work.cancelled, context)
  const execution = executionContext(budget, context)
  return records.map((record, index) => {
    const topic = hits[index]?.topic ?? ''
    if (record === null || options.highlight === null) return record && { ...record, highlight: null }
    const found = highlight(highlightDocument(record), work.request.query, options.highlight, {
      budget,
      statesMax: execution.limits.statesMax,
      analyzerOf: (field) => execution.analyzerOf(topic, field),
    })
    return { ...record, highlight: found }
  })
}

export function budgetOf(
  timeoutMs: number,
  cancelled: SharedArrayBuffer,
  { clock, settings, startedMs }: WorkerContext,
): SearchBudget {
  const { bucketsMax, requestBytesMax: bytesMax } = settings
  return new SearchBudget(clock, {
    deadlineMs: startedMs + timeoutMs,
    timeoutMs,
    bytesMax,
    bucketsMax,
    cancelled,
  })
}

async function readAggregatedHits(
  work: SearchWork,
  partial: SearchPartial,
  context: WorkerContext,
): Promise<AggregatedHit[]> {
  const hits = hitsIn(partial.aggregations).map(({ topic, partition, offset }) => ({
    topic,
    partition,
    offset,
  }))
  const records = hits.length === 0 ? [] : await readRecords(work, hits, context)
  return hits.flatMap((hit, index) => {
    const record = records[index] ?? null
    return record === null ? [] : [{ ...hit, document: { ...record, highlight: null } }]
  })
}

function coverageOf({ key, from, target, to }: SearchedPartition, context: WorkerContext): Coverage[] {
  const partition = context.partitions.get(key)
  if (partition === undefined) return []
  const indexed = partition.loaded ? partition.indexedTo : partition.view.logStartOffset
  const { topic, partition: number } = partition.spec
  const missing = target - indexed
  const reason =
    missing > 0
      ? `${missing} of ${target - from} offsets are not indexed yet`
      : partition.unreadableWithin(from, target)
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

function statisticsOf(
  groups: readonly ReaderGroup[],
  budget: Budget,
  context: WorkerContext,
): SearchStatistics {
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
    (scoresNeeded(request) ? statisticsOf(groups, budget, context) : noStatistics)
  const aggregates = Object.keys(request.aggregations).length > 0
  const partials = groups.map((group) => {
    const { readers, query } = group
    const execution = executionContext(budget, context)
    const host = aggregationHost(group, execution)
    const collector = aggregates ? createCollector(request.aggregations, readers, budget, host) : null
    return searchReaders(readers, { ...request, query }, statistics, execution, collector)
  })
  return mergeAnswers(request, partials)
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
