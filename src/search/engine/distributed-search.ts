import { scoresNeeded } from '../execution/scores-needed.ts'
import type { Hit, SearchPartial, SearchStatistics } from '../search-request.ts'
import type {
  DocumentOptions,
  SearchAnswer,
  SearchWork,
  StoredDocument,
  WorkerAnswer,
  WorkerRequest,
} from './messages.ts'
import type { WorkerClient } from './worker-client.ts'

/**
 * Runs a search on the workers that have its partitions. One worker does all of it; several each do their part, and one of them puts
 * the parts together, so that nothing of it happens on this thread.
 */
export async function searchWorkers(works: ReadonlyMap<WorkerClient, SearchWork>): Promise<SearchAnswer> {
  const all = [...works]
  const [only] = all
  if (only === undefined) throw new Error('a search needs a worker')
  if (all.length === 1) return await ask(only[0], only[1], 'search')
  const { request, documents, from, typedKeys } = only[1]
  let statistics: readonly SearchStatistics[] | null = null
  if (scoresNeeded(request)) {
    const answers = await Promise.all(
      all.map(([worker, work]) => ask(worker, { kind: 'statistics', search: work }, 'statistics')),
    )
    statistics = answers.map((answer) => answer.statistics)
  }
  const answers = await Promise.all(
    all.map(([worker, work]) => ask(worker, { ...work, statistics }, 'search')),
  )
  const partials = answers.map(({ partial }) => partial)
  const aggregatedHits = answers.flatMap((answer) => answer.aggregatedHits)
  const work = { kind: 'complete', request, partials, aggregatedHits, typedKeys } as const
  const completed = await ask(only[0], work, 'completed')
  const hits = completed.partial.hits.slice(from)
  const partial: SearchPartial = { ...completed.partial, hits }
  return {
    kind: 'search',
    partial,
    coverage: answers.flatMap(({ coverage }) => coverage),
    documents: documents === null ? null : await fetchDocuments(all, hits, documents),
    aggregations: completed.aggregations,
    aggregatedHits: [],
  }
}

async function fetchDocuments(
  works: readonly (readonly [WorkerClient, SearchWork])[],
  hits: readonly Hit[],
  options: DocumentOptions,
): Promise<(StoredDocument | null)[]> {
  const documents: (StoredDocument | null)[] = hits.map(() => null)
  await Promise.all(
    works.map(async ([worker, work]) => {
      const answer = await ask(worker, { kind: 'documents', search: work, hits, options }, 'documents')
      for (const [index, document] of answer.documents.entries()) documents[index] ??= document
    }),
  )
  return documents
}

/** Beyond its time limit a worker that lives answers within so many milliseconds, however busy the machine is. */
const graceMs = 60_000

function limitOf(request: WorkerRequest): number {
  if (request.kind === 'search') return request.timeoutMs + graceMs
  if (request.kind === 'statistics' || request.kind === 'documents') return request.search.timeoutMs + graceMs
  return graceMs
}

async function ask<K extends WorkerAnswer['kind']>(
  worker: WorkerClient,
  request: WorkerRequest,
  kind: K,
): Promise<Extract<WorkerAnswer, { kind: K }>> {
  const answer = await worker.request(request, limitOf(request))
  if (answer.kind !== kind) throw new Error(`a search worker answered ${request.kind} with ${answer.kind}`)
  // Compared with the wanted kind just now.
  return answer as Extract<WorkerAnswer, { kind: K }>
}
