import { analyzerByName } from '../../../search/analysis/analyzers.ts'
import { tokensOf } from '../../../search/analysis/analyzer.ts'
import { JsonObject } from '../../../search/aggregation/json-object.ts'
import { version } from '../../../util/version.ts'
import { objectOf } from './elastic-body.ts'
import type { ElasticCall, ElasticReply } from './elastic-call.ts'
import { ElasticError, illegalArgument } from './elastic-error.ts'
import { ELASTIC_VERSION } from './product.ts'
import { topicsNamed } from './topic-list.ts'

const TOKENS_MAX = 10_000

/** Who is here, as clients ask first. */
export function info({ deps: { broker }, parameters }: ElasticCall): ElasticReply {
  parameters.end()
  return {
    json: {
      name: `chronik-${broker.nodeId}`,
      cluster_name: 'chronik',
      cluster_uuid: broker.clusterId,
      version: {
        number: ELASTIC_VERSION,
        build_flavor: 'default',
        build_type: 'chronik',
        build_hash: version,
        build_date: '2026-01-01T00:00:00.000Z',
        build_snapshot: false,
        lucene_version: '9.12.0',
        minimum_wire_compatibility_version: '7.17.0',
        minimum_index_compatibility_version: '7.0.0',
      },
      tagline: 'You Know, for Search',
    },
  }
}

export function health(call: ElasticCall): ElasticReply {
  const { nodeId } = call.deps.broker
  const topics = topicsNamed(call, call.params['index'])
  for (const name of [
    'level',
    'timeout',
    'wait_for_status',
    'wait_for_nodes',
    'wait_for_no_relocating_shards',
    'wait_for_events',
  ]) {
    call.parameters.text(name)
  }
  call.parameters.end()
  const { shards, offline } = shardCounts(topics)
  return {
    json: {
      cluster_name: 'chronik',
      status: offline === 0 ? 'green' : 'red',
      timed_out: false,
      number_of_nodes: 1,
      number_of_data_nodes: 1,
      active_primary_shards: shards - offline,
      active_shards: shards - offline,
      relocating_shards: 0,
      initializing_shards: 0,
      unassigned_shards: offline,
      delayed_unassigned_shards: 0,
      number_of_pending_tasks: 0,
      number_of_in_flight_fetch: 0,
      task_max_waiting_in_queue_millis: 0,
      active_shards_percent_as_number: shards === 0 ? 100 : (100 * (shards - offline)) / shards,
      master_node: `chronik-${nodeId}`,
    },
  }
}

function shardCounts(topics: ReturnType<typeof topicsNamed>): {
  readonly shards: number
  readonly offline: number
} {
  const logs = topics.flatMap((topic) => topic.logs)
  return { shards: logs.length, offline: logs.filter((log) => log.offline !== null).length }
}

export function nodes({ deps: { broker }, parameters }: ElasticCall): ElasticReply {
  parameters.end()
  const name = `chronik-${broker.nodeId}`
  const node = {
    name,
    version: ELASTIC_VERSION,
    build_flavor: 'default',
    roles: ['data', 'ingest', 'master'],
    http: {},
  }
  return {
    json: {
      _nodes: { total: 1, successful: 1, failed: 0 },
      cluster_name: 'chronik',
      nodes: { [name]: node },
    },
  }
}

export function catHealth(call: ElasticCall): ElasticReply {
  const { shards, offline } = shardCounts(topicsNamed(call, undefined))
  const seconds = Math.floor(call.deps.broker.env.clock.now() / 1000)
  const time = new Date(seconds * 1000).toISOString().slice(11, 19)
  return table(call, [
    {
      epoch: String(seconds),
      timestamp: time,
      cluster: 'chronik',
      status: offline === 0 ? 'green' : 'red',
      'node.total': '1',
      'node.data': '1',
      shards: String(shards),
      pri: String(shards),
      unassign: String(offline),
    },
  ])
}

export function catIndices(call: ElasticCall): ElasticReply {
  const bytes = call.parameters.text('bytes') !== null
  const rows = topicsNamed(call, call.params['index']).map(({ name, topicId, logs }) => {
    const records = logs.reduce((sum, log) => sum + Math.max(0, log.highWatermark - log.logStartOffset), 0)
    const size = logs.reduce((sum, log) => sum + log.size, 0)
    const shown = bytes ? String(size) : sizeText(size)
    return {
      health: logs.some((log) => log.offline !== null) ? 'red' : 'green',
      status: 'open',
      index: name,
      uuid: topicId,
      pri: String(logs.length),
      rep: '0',
      'docs.count': String(records),
      'docs.deleted': '0',
      'store.size': shown,
      'pri.store.size': shown,
    }
  })
  return table(call, rows)
}

function sizeText(bytes: number): string {
  let value = bytes
  for (const unit of ['b', 'kb', 'mb', 'gb']) {
    if (value < 1024) return `${unit === 'b' ? value : value.toFixed(1)}${unit}`
    value /= 1024
  }
  return `${value.toFixed(1)}tb`
}

/** `format=json`, or columns of text, with a head when `v` is there. */
function table({ parameters }: ElasticCall, rows: readonly Readonly<Record<string, string>>[]): ElasticReply {
  const format = parameters.text('format')
  const head = parameters.flag('v')
  const wanted = parameters.list('h')
  const sort = parameters.list('s')
  for (const name of ['time', 'ts', 'include_unloaded_segments', 'pri', 'health']) parameters.text(name)
  parameters.end()
  const columns = wanted ?? Object.keys(rows[0] ?? {})
  const sorted = [...rows].sort((a, b) => {
    for (const key of sort ?? []) {
      const [name = '', order] = key.split(':')
      const compared = (a[name] ?? '').localeCompare(b[name] ?? '', 'en', { numeric: true })
      if (compared !== 0) return order === 'desc' ? -compared : compared
    }
    return 0
  })
  const shown = sorted.map((row) => Object.fromEntries(columns.map((name) => [name, row[name] ?? ''])))
  if (format === 'json') return { json: shown }
  if (format !== null && format !== 'text')
    throw illegalArgument(`[format] is text or json, and not [${format}]`)
  const lines = [...(head ? [Object.fromEntries(columns.map((name) => [name, name]))] : []), ...shown]
  const widths = columns.map((name) => Math.max(0, ...lines.map((row) => (row[name] ?? '').length)))
  const text = lines.map((row) =>
    columns
      .map((name, i) => (row[name] ?? '').padEnd(widths[i] ?? 0))
      .join(' ')
      .trimEnd(),
  )
  return { plain: text.map((line) => `${line}\n`).join('') }
}

/** What an analyzer makes of a text. */
export function analyze(call: ElasticCall): ElasticReply {
  call.parameters.end()
  const body = new JsonObject(objectOf(call.body), '')
  const analyzer = analyzerByName(body.text('analyzer') ?? 'standard')
  const raw = body.raw('text')
  body.end()
  const texts = Array.isArray(raw) ? raw.map(String) : typeof raw === 'string' ? [raw] : []
  if (texts.length === 0) throw illegalArgument('text is missing')
  let base = 0
  let start = 0
  const tokens = texts.flatMap((text) => {
    const found = tokensOf(analyzer, text).map(({ term, position, ...token }) => ({
      token: term,
      start_offset: start + token.start,
      end_offset: start + token.end,
      type: token.type,
      position: base + position,
    }))
    base = (found.at(-1)?.position ?? base) + 101
    start += text.length + 1
    return found
  })
  if (tokens.length > TOKENS_MAX) {
    throw new ElasticError(
      400,
      'illegal_state_exception',
      `The number of tokens produced by calling _analyze has exceeded the allowed maximum of [${TOKENS_MAX}].`,
    )
  }
  return { json: { tokens } }
}
