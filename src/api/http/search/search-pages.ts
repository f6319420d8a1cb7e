import type { EngineHit, EngineRequest, OffsetBounds } from '../../../search/engine/engine-request.ts'
import type { SearchEngine } from '../../../search/engine/search-engine.ts'
import type { Coverage, SortValue } from '../../../search/search-request.ts'

const pageHits = 5000

/**
 * All hits of a request, page by page, however many it wants. Later pages see exactly what the first one covered, so that none is
 * missed and none comes twice.
 */
export async function* hitPages(
  engine: SearchEngine,
  request: EngineRequest,
  signal: AbortSignal,
): AsyncGenerator<readonly EngineHit[], void> {
  let left = request.size ?? pageHits
  let page: EngineRequest = { ...request, size: Math.min(left, pageHits), aggregations: {} }
  while (left > 0) {
    const { hits, coverage } = await engine.search(page, signal)
    const wanted = page.size ?? 0
    if (hits.length > 0) yield hits
    left -= wanted
    const last = hits.at(-1)
    if (last === undefined || hits.length < wanted) return
    page = {
      ...page,
      from: 0,
      size: Math.min(left, pageHits),
      after: placeBehind(last),
      freshness: 'any',
      offsets: page.offsets ?? coverage.map(boundsOf),
    }
  }
}

function placeBehind(hit: EngineHit): readonly SortValue[] {
  return [...hit.sort, hit.topic, hit.partition, hit.offset]
}

function boundsOf({ topic, partition, from, to }: Coverage): OffsetBounds {
  return { topic, partition, from, to }
}
