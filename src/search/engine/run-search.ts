import type { Clock } from '../../env/clock.ts'
import type { IndexReader } from '../index/index-reader.ts'
import type { Coverage, Hit, SearchPartial } from '../search-request.ts'
import type { DocumentReader } from './document-reader.ts'
import type { SearchAnswer, SearchedPartition, SearchWork, StoredDocument, WorkerSettings } from './messages.ts'
import type { PartitionIndex } from './partition-index.ts'
import { SearchBudget } from './search-budget.ts'

export interface SearchContext {
  readonly partitions: ReadonlyMap<number, PartitionIndex>
  readonly documents: DocumentReader
  readonly clock: Clock
  readonly settings: WorkerSettings
  /** By the monotonic clock. */
  readonly startedMs: number
}

export async function runSearch(work: SearchWork, context: SearchContext): Promise<SearchAnswer> {
  const { bucketsMax, requestBytesMax } = context.settings
  const budget = new SearchBudget(context.clock, {
    deadlineMs: context.startedMs + work.timeoutMs,
    timeoutMs: work.timeoutMs,
    bytesMax: requestBytesMax,
    bucketsMax,
    cancelled: work.cancelled,
  })
  budget.check()
  const readers: IndexReader[] = []
  const coverage: Coverage[] = []
  for (const searched of work.partitions) {
    const partition = context.partitions.get(searched.key)
    if (partition === undefined) continue
    readers.push(...partition.readers())
    coverage.push(coverageOf(partition, searched))
  }
  const partial = stub(readers, work)
  const documents = work.documents === null ? null : await documentsOf(partial.hits, work, context)
  return { kind: 'search', partial, coverage, documents, aggregations: null }
}

function coverageOf(partition: PartitionIndex, { from, target, to }: SearchedPartition): Coverage {
  const indexed = partition.indexedTo
  const { topic, partition: number } = partition.spec
  const complete = indexed >= target
  const reason = complete ? null : `${target - indexed} offsets are not indexed yet`
  return { topic, partition: number, from, to: Math.min(indexed, to ?? Infinity), complete, reason }
}

async function documentsOf(
  hits: readonly Hit[],
  work: SearchWork,
  context: SearchContext,
): Promise<(StoredDocument | null)[]> {
  const partitions = new Map<string, PartitionIndex>()
  for (const { key } of work.partitions) {
    const partition = context.partitions.get(key)
    if (partition !== undefined) partitions.set(placeOf(partition.spec), partition)
  }
  const offsets = new Map<string, number[]>()
  for (const hit of hits) {
    const place = placeOf(hit)
    offsets.set(place, [...(offsets.get(place) ?? []), hit.offset])
  }
  const found = new Map<string, Map<number, Omit<StoredDocument, 'highlight'>>>()
  for (const [place, wanted] of offsets) {
    const partition = partitions.get(place)
    if (partition !== undefined) found.set(place, await context.documents.read(partition, wanted))
  }
  return hits.map((hit) => {
    const document = found.get(placeOf(hit))?.get(hit.offset)
    return document === undefined ? null : { ...document, highlight: null }
  })
}

function placeOf({ topic, partition }: { readonly topic: string; readonly partition: number }): string {
  return `${topic}/${partition}`
}

function stub(readers: readonly IndexReader[], work: SearchWork): SearchPartial {
  const hits: Hit[] = []
  for (const reader of readers)
    for (let doc = 0; doc < reader.docCount; doc++)
      hits.push({ topic: reader.topic, partition: reader.partition, offset: reader.offsetOf(doc), score: null, sort: [reader.timestampOf(doc)], explanation: null })
  hits.sort((a, b) => Number(b.sort[0]) - Number(a.sort[0]))
  return { total: hits.length, totalIsExact: true, maxScore: null, hits: hits.slice(0, work.request.size), aggregations: {} }
}
