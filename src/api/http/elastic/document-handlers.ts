import type { EngineHit } from '../../../search/engine/engine-request.ts'
import { parseHitId } from '../../../search/query/hit-id.ts'
import type { Query } from '../../../search/query/query.ts'
import { type ElasticCall, type ElasticReply, engineOf } from './elastic-call.ts'
import { sourceText } from './elastic-hit.ts'
import { filteredSource, type SourceFilter, sourceFilterOf } from '../../../search/source-filter.ts'

/** A record by the id of a hit, or the newest one with that key. */
export async function getDocument(call: ElasticCall): Promise<ElasticReply> {
  const { index = '', id = '' } = call.params
  const filter = filterOf(call)
  const hit = await find(call, index, id)
  if (hit === null) return { status: 404, json: { _index: index, _id: id, found: false } }
  const head = JSON.stringify({
    _index: hit.topic,
    _id: id,
    _version: 1,
    _seq_no: hit.offset,
    _primary_term: 1,
    found: true,
  })
  if (!filter.shown) return { text: head }
  return { text: `${head.slice(0, -1)},"_source":${filteredSource(sourceText(hit), filter)}}` }
}

export async function getSource(call: ElasticCall): Promise<ElasticReply> {
  const { index = '', id = '' } = call.params
  const filter = filterOf(call)
  const hit = await find(call, index, id)
  if (hit !== null) return { text: filteredSource(sourceText(hit), filter) }
  const reason = `Document not found [${index}]/[${id}]`
  const error = { type: 'resource_not_found_exception', reason }
  return { status: 404, json: { error: { root_cause: [error], ...error }, status: 404 } }
}

function filterOf({ parameters }: ElasticCall): SourceFilter {
  const source = sourceFilterOf(parameters.text('_source') ?? undefined)
  const includes = parameters.list('_source_includes')
  const excludes = parameters.list('_source_excludes')
  for (const name of ['routing', 'stored_fields', 'version', 'version_type']) parameters.text(name)
  parameters.end()
  return { ...source, includes: includes ?? source.includes, excludes: excludes ?? source.excludes }
}

async function find(call: ElasticCall, index: string, id: string): Promise<EngineHit | null> {
  const address = parseHitId(id)
  const query: Query =
    address?.topic === index
      ? { kind: 'ids', values: [id] }
      : { kind: 'term', field: '_key.keyword', value: id, caseInsensitive: false }
  const newest = [
    { field: '_timestamp', order: 'desc', missing: 'last', mode: 'max' },
    { field: '_offset', order: 'desc', missing: 'last', mode: 'max' },
  ] as const
  const request = { topics: [index], query, size: 1, sort: newest, trackTotalHits: 0 }
  const { hits } = await engineOf(call.deps).search(request, call.gone)
  return hits[0] ?? null
}
