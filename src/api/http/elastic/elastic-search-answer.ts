import type { EngineResponse } from '../../../search/engine/engine-request.ts'
import type { Coverage } from '../../../search/search-request.ts'
import { elasticHit } from './elastic-hit.ts'
import type { ElasticSearch } from './elastic-search-request.ts'

/** The answer of a search as JSON text. `extra` are members of the top, such as the id of a scroll. */
export function elasticSearchAnswer(
  response: EngineResponse,
  search: ElasticSearch,
  extra: Readonly<Record<string, unknown>> = {},
): string {
  const { total, maxScore, hits, aggregations, coverage } = response
  const { request, totalAsNumber, totalShown, sorted } = search
  const score = !sorted && request.query.kind === 'all' ? 1 : null
  const form = { ...search, collapse: request.collapse ?? null, score, place: search.pit !== null }
  const totals = !totalShown
    ? {}
    : totalAsNumber
      ? { total: total.value }
      : { total: { value: total.value, relation: total.exact ? 'eq' : 'gte' } }
  const best = hits.length === 0 ? null : (maxScore ?? score)
  const head = JSON.stringify({
    ...extra,
    ...(search.pit === null ? {} : { pit_id: search.pit }),
    took: Math.round(response.tookMs),
    timed_out: false,
    _shards: shardsOf(coverage),
  })
  const found = JSON.stringify({ ...totals, max_score: best })
  const body = `${head.slice(0, -1)},"hits":${found.slice(0, -1)},"hits":[${hits.map((hit) => elasticHit(hit, form)).join()}]}`
  return aggregations === null ? `${body}}` : `${body},"aggregations":${aggregations}}`
}

/** A partition is a shard. One whose newest records are not covered has failed, with the reason. */
export function shardsOf(coverage: readonly Coverage[]): object {
  const failures = coverage
    .filter(({ complete }) => !complete)
    .map(({ topic, partition, reason, to }) => ({
      shard: partition,
      index: topic,
      status: 'SERVICE_UNAVAILABLE',
      reason: {
        type: 'incomplete_coverage',
        reason: `records from offset ${to} on are not covered: ${reason ?? ''}`,
      },
    }))
  return {
    total: coverage.length,
    successful: coverage.length - failures.length,
    skipped: 0,
    failed: failures.length,
    ...(failures.length === 0 ? {} : { failures }),
  }
}
