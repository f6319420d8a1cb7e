import { QueryError } from '../budget.ts'
import type { HitSortKey } from './aggregation-spec.ts'
import { JsonObject, typeName } from './json-object.ts'

const KEYS_MAX = 16

/** Elasticsearch's `sort`: names, `{field: "asc"}`, `{field: {order, missing, mode}}`, one or a list. @throws QueryError */
export function parseSort(json: unknown, path: string): readonly HitSortKey[] {
  const list = json === undefined || json === null ? [] : Array.isArray(json) ? json : [json]
  const keys = list.flatMap((entry: unknown, index) =>
    parseEntry(entry, Array.isArray(json) ? `${path}.${index}` : path),
  )
  if (keys.length > KEYS_MAX) {
    throw new QueryError(
      'illegal_argument',
      `[${path}] has ${keys.length} keys; at most ${KEYS_MAX} are taken`,
    )
  }
  return keys
}

function parseEntry(entry: unknown, path: string): readonly HitSortKey[] {
  if (typeof entry === 'string') {
    const [field = '', order] = entry.split(':')
    if (order !== undefined && order !== 'asc' && order !== 'desc') {
      throw new QueryError('parse', `[${path}] has the order "${order}"; there are asc and desc`)
    }
    return [keyOf(field, order ?? null, 'last', null)]
  }
  if (typeof entry !== 'object') {
    throw new QueryError('parse', `[${path}] must be a field or an object, and is ${typeName(entry)}`)
  }
  const object = new JsonObject(entry, path)
  return object.keys.map((field) => {
    const value = object.raw(field)
    if (typeof value === 'string') return keyOf(field, object.choice(field, ['asc', 'desc']), 'last', null)
    const options = object.required(field, object.object(field))
    const order = options.choice('order', ['asc', 'desc'])
    const mode = options.choice('mode', ['min', 'max'])
    // How unmapped fields sort is of no matter: they are sorted as missing.
    options.text('unmapped_type')
    options.text('numeric_type')
    options.text('format')
    const missing = missingOf(options)
    options.end()
    return keyOf(field, order, missing, mode)
  })
}

function missingOf(options: JsonObject): HitSortKey['missing'] {
  const missing = options.raw('missing')
  if (missing === undefined || missing === '_last') return 'last'
  if (missing === '_first') return 'first'
  if (typeof missing === 'string' || typeof missing === 'number') return { value: missing }
  throw options.fail('missing', `must be _first, _last or a value, and is ${typeName(missing)}`)
}

function keyOf(
  field: string,
  order: 'asc' | 'desc' | null,
  missing: HitSortKey['missing'],
  mode: 'min' | 'max' | null,
): HitSortKey {
  const used = order ?? (field === '_score' ? 'desc' : 'asc')
  return { field, order: used, missing, mode: mode ?? (used === 'asc' ? 'min' : 'max') }
}
