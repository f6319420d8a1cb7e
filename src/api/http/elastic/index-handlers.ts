import type { TopicEntry } from '../../../broker/topic-table.ts'
import { JsonObject } from '../../../search/aggregation/json-object.ts'
import { mappingsOf } from './mappings.ts'
import { objectOf } from './elastic-body.ts'
import { type ElasticCall, type ElasticReply, engineOf } from './elastic-call.ts'
import { illegalArgument } from './elastic-error.ts'
import { namePattern } from '../../../search/name-pattern.ts'
import { topicsNamed } from './topic-list.ts'

const MAPPING_WARNING =
  'mappings are dynamic: fields are recognised from the records, and a text has an exact view under its own name and under .keyword; analyzers are set by the topic config search.analyzers'

/** Creates a topic; `number_of_shards` are its partitions. */
export async function createIndex(call: ElasticCall): Promise<ElasticReply> {
  const { index = '' } = call.params
  call.parameters.text('timeout')
  call.parameters.end()
  const body = new JsonObject(objectOf(call.body), '')
  const settings = settingsOf(body)
  const mappings = body.object('mappings')
  if ((body.object('aliases')?.keys.length ?? 0) > 0) throw illegalArgument('[aliases] are not supported')
  body.end()
  await call.deps.broker.topicAdmin.create({
    name: index,
    partitions: settings.shards,
    replicationFactor: -1,
    assignments: [],
    configs: new Map(),
  })
  const json = { acknowledged: true, shards_acknowledged: true, index }
  const [...ignored] = settings.ignored
  const warnings = [
    ...(mappings === null || mappings.keys.length === 0 ? [] : [MAPPING_WARNING]),
    ...(ignored.length === 0 ? [] : [`settings without effect here: ${ignored.join(', ')}`]),
  ]
  return warnings.length === 0 ? { json } : { json, warning: warnings.join('; ') }
}

function settingsOf(body: JsonObject): { readonly shards: number; readonly ignored: readonly string[] } {
  const outer = body.object('settings')
  if (outer === null) return { shards: -1, ignored: [] }
  const settings = outer.object('index') ?? outer
  const shards =
    settings.integer('number_of_shards', 1, 10_000) ?? outer.integer('index.number_of_shards', 1, 10_000)
  const ignored = settings.keys.filter(
    (key) => !/^(?:index\.)?number_of_(?:shards|replicas)$/.test(key) && key !== 'index',
  )
  return { shards: shards ?? -1, ignored }
}

/** Deletes the topic with all its records, as Elasticsearch's users expect. Patterns are refused. */
export async function deleteIndex(call: ElasticCall): Promise<ElasticReply> {
  const { index = '' } = call.params
  if (/[*?]|^_all$/.test(index)) throw illegalArgument('Wildcard expressions or all indices are not allowed')
  const topics = topicsNamed(call, index)
  call.parameters.text('timeout')
  call.parameters.end()
  for (const topic of topics) await call.deps.broker.topicAdmin.delete(topic.topicId)
  return { json: { acknowledged: true } }
}

export function indexExists(call: ElasticCall): ElasticReply {
  topicsNamed(call, call.params['index'])
  call.parameters.text('flat_settings')
  call.parameters.text('include_defaults')
  call.parameters.end()
  return { json: {} }
}

/** GET /{index}: aliases, mappings and settings of each. */
export async function getIndex(call: ElasticCall): Promise<ElasticReply> {
  const topics = topicsNamed(call, call.params['index'])
  for (const name of ['flat_settings', 'include_defaults', 'features']) call.parameters.text(name)
  call.parameters.end()
  const rows = await Promise.all(
    topics.map(async (topic) => [
      topic.name,
      { aliases: {}, mappings: await mappings(call, topic), ...settings(topic) },
    ]),
  )
  return { json: Object.fromEntries(rows) as object }
}

export async function getMapping(call: ElasticCall): Promise<ElasticReply> {
  const topics = topicsNamed(call, call.params['index'])
  call.parameters.end()
  const rows = await Promise.all(
    topics.map(async (topic) => [topic.name, { mappings: await mappings(call, topic) }]),
  )
  return { json: Object.fromEntries(rows) as object }
}

export function putMapping(): never {
  throw illegalArgument(`mappings can not be set. ${MAPPING_WARNING}`)
}

export function getSettings(call: ElasticCall): ElasticReply {
  const topics = topicsNamed(call, call.params['index'])
  for (const name of ['flat_settings', 'include_defaults']) call.parameters.text(name)
  call.parameters.end()
  return { json: Object.fromEntries(topics.map((topic) => [topic.name, settings(topic)])) }
}

export function getAliases(call: ElasticCall): ElasticReply {
  const topics = topicsNamed(call, call.params['index'])
  call.parameters.end()
  return { json: Object.fromEntries(topics.map(({ name }) => [name, { aliases: {} }])) }
}

/** There is nothing to wait for: what was acknowledged is found. */
export function refresh(call: ElasticCall): ElasticReply {
  const total = topicsNamed(call, call.params['index']).reduce((sum, { logs }) => sum + logs.length, 0)
  for (const name of ['force', 'wait_if_ongoing', 'max_num_segments', 'flush', 'only_expunge_deletes'])
    call.parameters.text(name)
  call.parameters.end()
  return { json: { _shards: { total, successful: total, failed: 0 } } }
}

export function resolveIndex(call: ElasticCall): ElasticReply {
  const topics = topicsNamed(call, call.params['index'])
  call.parameters.end()
  return {
    json: {
      indices: topics.map(({ name }) => ({ name, attributes: ['open'] })),
      aliases: [],
      data_streams: [],
    },
  }
}

export async function fieldCapabilities(call: ElasticCall): Promise<ElasticReply> {
  const topics = topicsNamed(call, call.params['index'])
  const body = new JsonObject(objectOf(call.body), '')
  const named = call.parameters.list('fields') ?? body.raw('fields') ?? '*'
  const list: readonly unknown[] = Array.isArray(named) ? named : [named]
  const wanted = namePattern(list.flatMap((one) => (typeof one === 'string' ? one.split(',') : [])))
  call.parameters.flag('include_unmapped')
  for (const name of ['filters', 'types', 'include_empty_fields']) call.parameters.text(name)
  call.parameters.end()
  const filter = body.raw('index_filter')
  if (filter !== undefined) throw illegalArgument('[index_filter] is not supported')
  body.end()
  const names = topics.map(({ name }) => name)
  const found = names.length === 0 ? [] : await engineOf(call.deps).fields(names)
  const fields: [string, object][] = []
  for (const { name, types } of found) {
    if (wanted(name))
      fields.push([name, capabilities(types.includes('text') ? ['text'] : types, name.startsWith('_'))])
    if (types.includes('text') && types.includes('keyword') && wanted(`${name}.keyword`)) {
      fields.push([`${name}.keyword`, capabilities(['keyword'], false)])
    }
  }
  return { json: { indices: names, fields: Object.fromEntries(fields) as object } }
}

function capabilities(types: readonly string[], metadata: boolean): object {
  const one = (type: string): object => ({
    type,
    metadata_field: metadata,
    searchable: true,
    // The plain name of a text means its exact view where one is needed.
    aggregatable: true,
  })
  return Object.fromEntries(types.map((type) => [type, one(type)]))
}

async function mappings(call: ElasticCall, { name }: TopicEntry): Promise<object> {
  return mappingsOf(await engineOf(call.deps).fields([name]))
}

function settings({ name, topicId, logs }: TopicEntry): object {
  return {
    settings: {
      index: {
        number_of_shards: String(logs.length),
        number_of_replicas: '0',
        provided_name: name,
        uuid: topicId,
        version: { created: '8519000' },
      },
    },
  }
}
