import { JsonObject } from '../../../search/aggregation/json-object.ts'
import type { EngineRequest, EngineResponse, OffsetBounds } from '../../../search/engine/engine-request.ts'
import type { Coverage } from '../../../search/search-request.ts'
import { cursorId, cursorOf, type Scroll } from './cursor.ts'
import { elasticSearchAnswer, shardsOf } from './elastic-search-answer.ts'
import { elasticSearchOf, queryOf } from './elastic-search-request.ts'
import { jsonOf, linesOf, objectOf } from './elastic-body.ts'
import { type ElasticCall, type ElasticReply, engineOf, topicsOf } from './elastic-call.ts'
import { ElasticError, elasticError, illegalArgument } from './elastic-error.ts'
import { ElasticParameters } from './elastic-parameters.ts'

/** Searches in one _msearch. */
const MULTI_MAX = 1000

const nothing: EngineResponse = {
  tookMs: 0,
  total: { value: 0, exact: true },
  maxScore: null,
  hits: [],
  aggregations: null,
  coverage: [],
}

export async function search(call: ElasticCall): Promise<ElasticReply> {
  const topics = topicsOf(call, call.params['index'])
  const scroll = call.parameters.text('scroll')
  const body = objectOf(call.body)
  const { now } = times(call)
  const wanted = elasticSearchOf(topics ?? [], body, call.parameters, now)
  call.parameters.end()
  if (wanted.pit !== null && (call.params['index'] ?? '') !== '') {
    throw illegalArgument(
      '[indices] cannot be used with point in time. Do not specify any index with point in time.',
    )
  }
  const response = topics === null && wanted.pit === null ? nothing : await run(call, wanted.request)
  if (scroll === null) return { text: elasticSearchAnswer(response, wanted) }
  const cursor: Scroll = {
    kind: 'scroll',
    offsets: offsetsOf(response.coverage),
    body,
    parameters: call.query,
    after: [],
    now,
  }
  return { text: elasticSearchAnswer(response, wanted, { _scroll_id: nextScroll(cursor, response) }) }
}

export async function nextPage(call: ElasticCall): Promise<ElasticReply> {
  const body = objectOf(call.body)
  const listed = Array.isArray(body['scroll_id']) ? (body['scroll_id'][0] as unknown) : body['scroll_id']
  const id = call.params['id'] ?? call.parameters.text('scroll_id') ?? listed
  call.parameters.text('scroll')
  if (typeof id !== 'string') throw illegalArgument('scrollId is missing')
  const cursor = cursorOf(id, 'scroll')
  call.parameters.flag('rest_total_hits_as_int')
  call.parameters.end()
  const first = new ElasticParameters(cursor.parameters, call.path)
  const wanted = elasticSearchOf([], cursor.body, first, cursor.now)
  const request: EngineRequest = {
    ...wanted.request,
    topics: [...new Set(cursor.offsets.map(({ topic }) => topic))],
    offsets: cursor.offsets,
    after: cursor.after,
    from: 0,
    aggregations: {},
    freshness: 'any',
  }
  const response =
    cursor.offsets.length === 0 || cursor.after.length === 0 ? nothing : await run(call, request)
  return { text: elasticSearchAnswer(response, wanted, { _scroll_id: nextScroll(cursor, response) }) }
}

/** Nothing is kept for a scroll or a point in time, so there is nothing to free. */
export function closeCursor(call: ElasticCall): ElasticReply {
  call.parameters.end()
  return { json: { succeeded: true, num_freed: 1 } }
}

export async function openPointInTime(call: ElasticCall): Promise<ElasticReply> {
  const topics = topicsOf(call, call.params['index'])
  call.parameters.text('keep_alive')
  call.parameters.text('routing')
  call.parameters.end()
  if (topics === null) return { json: { id: cursorId({ kind: 'pit', offsets: [] }) } }
  const { coverage } = await run(call, { topics, query: { kind: 'all' }, size: 0, trackTotalHits: 0 })
  return {
    json: { id: cursorId({ kind: 'pit', offsets: offsetsOf(coverage) }), _shards: shardsOf(coverage) },
  }
}

export async function count(call: ElasticCall): Promise<ElasticReply> {
  const topics = topicsOf(call, call.params['index'])
  const body = new JsonObject(objectOf(call.body), '')
  const query = queryOf(body, call.parameters, times(call).now)
  const minScore = call.parameters.number('min_score')
  body.end()
  call.parameters.end()
  if (topics === null) return { json: { count: 0, _shards: shardsOf([]) } }
  const { total, coverage } = await run(call, {
    topics,
    query,
    minScore,
    scored: minScore !== null,
    size: 0,
    trackTotalHits: Number.MAX_SAFE_INTEGER,
  })
  return { json: { count: total.value, _shards: shardsOf(coverage) } }
}

/** Pairs of lines: where to search, and what. One that fails has its error in its place. */
export async function multiSearch(call: ElasticCall): Promise<ElasticReply> {
  const lines = linesOf(call.body)
  if (lines.length === 0 || lines.length % 2 === 1) {
    throw new ElasticError(
      400,
      'parse_exception',
      'a multi search has a line with the index before each line with a body',
    )
  }
  if (lines.length / 2 > MULTI_MAX) throw illegalArgument(`at most ${MULTI_MAX} searches are taken at once`)
  const typedKeys = call.parameters.flag('typed_keys')
  const totals = call.parameters.flag('rest_total_hits_as_int')
  call.parameters.end()
  const started = call.deps.broker.env.clock.monotonic()
  const responses: string[] = []
  for (let i = 0; i < lines.length; i += 2) {
    const header = objectOf(lines[i] ?? null)
    responses.push(await oneOfMany(call, header, lines[i + 1] ?? null, { typedKeys, totals }))
  }
  const took = Math.round(call.deps.broker.env.clock.monotonic() - started)
  return { text: `{"took":${took},"responses":[${responses.join()}]}` }
}

async function oneOfMany(
  call: ElasticCall,
  header: Readonly<Record<string, unknown>>,
  body: Buffer | null,
  { typedKeys, totals }: { readonly typedKeys: boolean; readonly totals: boolean },
): Promise<string> {
  const { index, indices, ...options } = header
  const listed = index ?? indices
  const list = Array.isArray(listed)
    ? listed.join(',')
    : typeof listed === 'string'
      ? listed
      : call.params['index']
  const query = {
    ...Object.fromEntries(Object.entries(options).map(([name, value]) => [name, String(value)])),
    ...(typedKeys ? { typed_keys: 'true' } : {}),
    ...(totals ? { rest_total_hits_as_int: 'true' } : {}),
  }
  const one: ElasticCall = {
    ...call,
    params: list === undefined ? {} : { index: list },
    parameters: new ElasticParameters(query, call.path),
    query,
    body: body === null || jsonOf(body) === undefined ? null : body,
  }
  try {
    const { text = '' } = await search(one)
    return `${text.slice(0, -1)},"status":200}`
  } catch (error) {
    const failure = elasticError(error)
    if (failure === null) throw error
    return JSON.stringify(failure.body)
  }
}

async function run(call: ElasticCall, request: EngineRequest): Promise<EngineResponse> {
  return await engineOf(call.deps).search(request, call.gone)
}

function times(call: ElasticCall): { readonly now: number } {
  return { now: call.deps.broker.env.clock.now() }
}

function offsetsOf(coverage: readonly Coverage[]): readonly OffsetBounds[] {
  return coverage
    .filter(({ from, to }) => to > from)
    .map(({ topic, partition, from, to }) => ({ topic, partition, from, to }))
}

/** The id for the page behind these hits; behind the last one it goes on leading to nothing. */
function nextScroll(cursor: Scroll, { hits }: EngineResponse): string {
  const last = hits.at(-1)
  const after = last === undefined ? [] : [...last.sort, last.topic, last.partition, last.offset]
  return cursorId({ ...cursor, after })
}
