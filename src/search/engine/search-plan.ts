import type { Coverage, SearchRequest } from '../search-request.ts'
import type { EngineRequest, OffsetBounds } from './engine-request.ts'
import type { FollowedPartition } from './followed-partition.ts'
import type { DocumentOptions, SearchedPartition, SearchWork } from './messages.ts'
import type { WorkerClient } from './worker-client.ts'

export const defaultSize = 10
const defaultTrackTotalHits = 10_000
/** Share of a request's time that it may spend waiting for the indexes. */
const waitShare = 0.75

/** A partition that a request is about, and what the log had when the request came. */
export interface Searched {
  readonly partition: FollowedPartition
  readonly bounds: Pick<OffsetBounds, 'from' | 'to'>
  readonly target: number
}

/** What each worker is to do for a request: at least one of them does something, so that there is an answer to empty topics, too. */
export function planSearch(
  request: EngineRequest,
  searched: readonly Searched[],
  workers: readonly WorkerClient[],
  timeoutMs: number,
  documents: DocumentOptions | null,
): Map<WorkerClient, SearchWork> {
  const byWorker = new Map<WorkerClient, SearchedPartition[]>()
  for (const { partition, bounds, target } of searched) {
    if (partition.empty) continue
    const list = byWorker.get(partition.worker) ?? []
    byWorker.set(partition.worker, list)
    list.push({
      key: partition.key,
      from: Math.max(bounds.from, partition.log.logStartOffset),
      target: Math.min(target, bounds.to ?? Infinity),
      to: bounds.to,
    })
  }
  const [first] = workers
  if (byWorker.size === 0 && first !== undefined) byWorker.set(first, [])
  const { timeRange = null } = request
  const shared = {
    kind: 'search',
    request: searchRequestOf(request),
    timeRange:
      timeRange === null ? null : { from: timeRange.from ?? -Infinity, to: timeRange.to ?? Infinity },
    statistics: null,
    waitMs: request.freshness === 'any' ? 0 : timeoutMs * waitShare,
    timeoutMs,
    from: request.from ?? 0,
    documents,
    typedKeys: request.typedKeys ?? false,
    final: byWorker.size === 1,
    cancelled: new SharedArrayBuffer(4),
  } as const
  return new Map([...byWorker].map(([worker, partitions]) => [worker, { ...shared, partitions }]))
}

/** Coverage of the partitions that no worker was asked about, because they have nothing. */
export function emptyCoverage(searched: readonly Searched[], answered: readonly Coverage[]): Coverage[] {
  const known = new Set(answered.map(({ topic, partition }) => `${topic}/${partition}`))
  return searched
    .filter(({ partition: { log } }) => !known.has(`${log.topic}/${log.partition}`))
    .map(({ partition: { log } }) => ({
      topic: log.topic,
      partition: log.partition,
      from: log.logStartOffset,
      to: log.logStartOffset,
      complete: log.offline === null,
      reason: log.offline === null ? null : log.offline.message,
    }))
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
    trackTotalHits: request.trackTotalHits ?? defaultTrackTotalHits,
    minScore: request.minScore ?? null,
    aggregations: request.aggregations ?? {},
    collapse: request.collapse ?? null,
    explain: request.explain ?? false,
  }
}

interface Bound {
  readonly value: number
  readonly millis: number
  readonly inclusive: boolean
}

function withTimeRange(
  query: SearchRequest['query'],
  { from, to }: NonNullable<EngineRequest['timeRange']>,
): SearchRequest['query'] {
  const bound = (millis: number | null, inclusive: boolean): Bound | null =>
    millis === null ? null : { value: millis, millis, inclusive }
  if (from === null && to === null) return query
  const range = { kind: 'range', field: '_timestamp', from: bound(from, true), to: bound(to, false) } as const
  return { kind: 'bool', must: [query], filter: [range], should: [], mustNot: [], minimumShouldMatch: null }
}
