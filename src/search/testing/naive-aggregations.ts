/**
 * Aggregations computed the obvious way, from the JSON of a request over plain documents: what the real ones are compared with. It
 * shares no code with them. Queries of filters are left to the caller.
 */
import type { NaiveDocument } from './naive-fields.ts'

type Json = Readonly<Record<string, unknown>>
type Answer = Record<string, unknown>
type Value = string | number | boolean

export type NaiveMatch = (document: NaiveDocument, query: unknown) => boolean

/** All values of a field in a document. */
export function naiveValues(document: NaiveDocument, field: string): readonly Value[] {
  if (field === '_timestamp') return [document.timestamp]
  if (field === '_offset') return [document.offset]
  const path = field.replace(/\.keyword$/, '').split('.')
  let found: unknown[] = [document.value]
  for (const name of path) {
    found = found.flatMap((one) => (Array.isArray(one) ? (one as unknown[]) : [one]))
    found = found.map((one) => (typeof one === 'object' && one !== null ? (one as Json)[name] : undefined))
  }
  const flat = found.flat(3).filter((one) => ['string', 'number', 'boolean'].includes(typeof one)) as Value[]
  return field.endsWith('.keyword') ? flat.filter((one) => typeof one === 'string') : flat
}

export function naiveAggregations(
  aggs: Json,
  documents: readonly NaiveDocument[],
  matches: NaiveMatch,
): Answer {
  return Object.fromEntries(
    Object.entries(aggs).map(([name, agg]) => [name, naiveOne(agg as Json, documents, matches)]),
  )
}

function naiveOne(agg: Json, documents: readonly NaiveDocument[], matches: NaiveMatch): Answer {
  const below = (agg['aggs'] ?? {}) as Json
  const [kind = ''] = Object.keys(agg).filter((key) => key !== 'aggs')
  const body = agg[kind] as Json
  const sub = (docs: readonly NaiveDocument[]): Answer => naiveAggregations(below, docs, matches)
  const bucket = (fields: Answer, docs: readonly NaiveDocument[]): Answer => ({
    ...fields,
    doc_count: docs.length,
    ...sub(docs),
  })
  const field = body['field'] as string
  switch (kind) {
    case 'terms':
      return naiveTerms(body, documents, bucket)
    case 'histogram':
    case 'date_histogram':
      return naiveHistogram(kind, body, documents, bucket)
    case 'range':
      return {
        buckets: (body['ranges'] as { from?: number; to?: number }[]).map(({ from, to }) =>
          bucket(
            {
              key: `${from === undefined ? '*' : from.toFixed(1)}-${to === undefined ? '*' : to.toFixed(1)}`,
              ...(from === undefined ? {} : { from }),
              ...(to === undefined ? {} : { to }),
            },
            documents.filter((document) =>
              numbersOf(document, field).some(
                (value) => value >= (from ?? -Infinity) && value < (to ?? Infinity),
              ),
            ),
          ),
        ),
      }
    case 'filter':
      return bucket(
        {},
        documents.filter((document) => matches(document, body)),
      )
    case 'filters':
      return {
        buckets: Object.fromEntries(
          Object.entries(body['filters'] as Json).map(([name, query]) => [
            name,
            bucket(
              {},
              documents.filter((document) => matches(document, query)),
            ),
          ]),
        ),
      }
    case 'missing':
      return bucket(
        {},
        documents.filter((document) => naiveValues(document, field).length === 0),
      )
    default:
      return naiveMetric(kind, body, documents)
  }
}

function numbersOf(document: NaiveDocument, field: string, missing?: unknown): readonly number[] {
  const values = naiveValues(document, field).filter((value) => typeof value === 'number')
  return values.length === 0 && typeof missing === 'number' ? [missing] : values
}

type MakeBucket = (fields: Answer, docs: readonly NaiveDocument[]) => Answer

function grouped<K>(
  documents: readonly NaiveDocument[],
  keysOf: (document: NaiveDocument) => readonly K[],
): Map<K, NaiveDocument[]> {
  const groups = new Map<K, NaiveDocument[]>()
  for (const document of documents) {
    for (const key of new Set(keysOf(document))) groups.set(key, [...(groups.get(key) ?? []), document])
  }
  return groups
}

function naiveTerms(body: Json, documents: readonly NaiveDocument[], bucket: MakeBucket): Answer {
  const field = body['field'] as string
  const missing = body['missing'] as Value | undefined
  const groups = grouped(documents, (document) => {
    const values = naiveValues(document, field)
    return values.length === 0 && missing !== undefined ? [missing] : values
  })
  const least = (body['min_doc_count'] as number | undefined) ?? 1
  const rows = [...groups]
    .filter(([key, docs]) => docs.length >= least && keyAllowed(key, body))
    .map(([key, docs]) => ({ key, docs, answer: bucket(keyFields(key), docs) }))
  const [[path, direction] = ['_count', 'desc']] = Object.entries((body['order'] ?? {}) as Json)
  const sign = direction === 'asc' ? 1 : -1
  const metric = ({ answer, docs }: (typeof rows)[number]): number =>
    path === '_count' ? docs.length : (((answer[path] as Answer)['value'] as number | null) ?? Number.NaN)
  rows.sort((a, b) => {
    if (path === '_key') return sign * compareKeys(a.key, b.key)
    const [x, y] = [metric(a), metric(b)]
    if (Number.isNaN(x) || Number.isNaN(y)) {
      if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1
    } else if (x !== y) return sign * (x - y)
    return compareKeys(a.key, b.key)
  })
  const size = (body['size'] as number | undefined) ?? 10
  return {
    doc_count_error_upper_bound: 0,
    sum_other_doc_count: rows.slice(size).reduce((sum, { docs }) => sum + docs.length, 0),
    buckets: rows.slice(0, size).map(({ answer }) => answer),
  }
}

function keyAllowed(key: Value, body: Json): boolean {
  const include = body['include'] as Value[] | undefined
  const exclude = body['exclude'] as Value[] | undefined
  return include?.includes(key) !== false && exclude?.includes(key) !== true
}

function keyFields(key: Value): Answer {
  return typeof key === 'boolean' ? { key: key ? 1 : 0, key_as_string: String(key) } : { key }
}

/** Numbers and booleans before texts, a number before the boolean that counts as much. */
function compareKeys(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  if (typeof a === 'string') return 1
  if (typeof b === 'string') return -1
  if (Number(a) !== Number(b)) return Number(a) - Number(b)
  return typeof a === typeof b ? 0 : typeof a === 'boolean' ? 1 : -1
}

function naiveHistogram(
  kind: string,
  body: Json,
  documents: readonly NaiveDocument[],
  bucket: MakeBucket,
): Answer {
  const field = body['field'] as string
  const dates = kind === 'date_histogram'
  const { floor, next } = dates ? dateBuckets(body) : numberBuckets(body)
  const groups = grouped(documents, (document) => numbersOf(document, field, body['missing']).map(floor))
  const least = (body['min_doc_count'] as number | undefined) ?? 0
  const keys = [...groups.keys()]
  const bounds = (body['extended_bounds'] ?? {}) as { min?: number; max?: number }
  if (bounds.min !== undefined) keys.push(floor(bounds.min))
  if (bounds.max !== undefined) keys.push(floor(bounds.max))
  const buckets: Answer[] = []
  const all =
    least > 0 ? [...groups.keys()].sort((a, b) => a - b) : keys.length === 0 ? [] : [Math.min(...keys)]
  if (least === 0 && all.length > 0) {
    while (next(all.at(-1)!) <= Math.max(...keys)) all.push(next(all.at(-1)!))
  }
  for (const key of all) {
    const docs = groups.get(key) ?? []
    if (docs.length < least) continue
    const text = dates ? { key_as_string: new Date(key).toISOString() } : {}
    buckets.push(bucket({ ...text, key }, docs))
  }
  return { buckets }
}

interface Buckets {
  readonly floor: (value: number) => number
  readonly next: (start: number) => number
}

function numberBuckets(body: Json): Buckets {
  const interval = body['interval'] as number
  const offset = (body['offset'] as number | undefined) ?? 0
  return {
    floor: (value) => Math.floor((value - offset) / interval) * interval + offset,
    next: (start) => start + interval,
  }
}

const fixedMs: Readonly<Record<string, number>> = { '15m': 900_000, '3h': 10_800_000, '2d': 172_800_000 }

/** In UTC; time zones have tests of their own. */
function dateBuckets(body: Json): Buckets {
  const ms = fixedMs[body['fixed_interval'] as string]
  if (ms !== undefined)
    return { floor: (value) => value - (((value % ms) + ms) % ms), next: (start) => start + ms }
  const unit = body['calendar_interval'] as string
  const start = (value: number, more: number): number => {
    const date = new Date(value)
    const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
    if (unit === 'year') return Date.UTC(year + more, 0)
    if (unit === 'quarter') return Date.UTC(year, Math.floor(month / 3) * 3 + 3 * more)
    if (unit === 'month') return Date.UTC(year, month + more)
    if (unit === 'week') return Date.UTC(year, month, day - ((date.getUTCDay() + 6) % 7) + 7 * more)
    return Date.UTC(year, month, day + more)
  }
  return { floor: (value) => start(value, 0), next: (value) => start(value, 1) }
}

function naiveMetric(kind: string, body: Json, documents: readonly NaiveDocument[]): Answer {
  // weighted_avg and top_hits have none, and the empty name has no values.
  const field = (body['field'] ?? '') as string
  const numbers = documents.flatMap((document) => numbersOf(document, field, body['missing']))
  const sorted = [...numbers].sort((a, b) => a - b)
  const sum = numbers.reduce((total, value) => total + value, 0)
  const some = numbers.length > 0
  switch (kind) {
    case 'avg':
      return { value: some ? sum / numbers.length : null }
    case 'sum':
      return { value: sum }
    case 'min':
      return { value: sorted[0] ?? null }
    case 'max':
      return { value: sorted.at(-1) ?? null }
    case 'stats':
      return {
        count: numbers.length,
        min: sorted[0] ?? null,
        max: sorted.at(-1) ?? null,
        avg: some ? sum / numbers.length : null,
        sum,
      }
    case 'value_count':
      return {
        value: documents.reduce((count, document) => count + countOf(naiveValues(document, field)), 0),
      }
    case 'cardinality':
      return { value: new Set(documents.flatMap((document) => naiveValues(document, field))).size }
    case 'percentiles': {
      const percents = body['percents'] as number[]
      return {
        values: Object.fromEntries(percents.map((percent) => [`${percent}.0`, ranked(sorted, percent)])),
      }
    }
    case 'weighted_avg': {
      const [value, weight] = [body['value'] as Json, body['weight'] as Json]
      const pairs = documents.flatMap((document) => {
        const [b] = numbersOf(document, weight['field'] as string, weight['missing'])
        if (b === undefined) return []
        return numbersOf(document, value['field'] as string).map((a) => [a, b] as const)
      })
      const total = pairs.reduce((all, [, b]) => all + b, 0)
      return { value: total === 0 ? null : pairs.reduce((all, [a, b]) => all + a * b, 0) / total }
    }
    case 'top_hits': {
      const [name, order] = Object.entries((body['sort'] as Json[])[0] ?? {})[0] ?? ['', 'asc']
      const sign = order === 'asc' ? 1 : -1
      const rows = documents.map((document) => {
        const values = numbersOf(document, name)
        return {
          document,
          value: values.length === 0 ? null : sign * Math.min(...values.map((value) => sign * value)),
        }
      })
      rows.sort((a, b) => {
        if (a.value === null || b.value === null) {
          if (a.value !== b.value) return a.value === null ? 1 : -1
        } else if (a.value !== b.value) return sign * (a.value - b.value)
        return b.document.offset - a.document.offset
      })
      return {
        hits: {
          total: { value: documents.length, relation: 'eq' },
          max_score: null,
          hits: rows.slice(0, body['size'] as number).map(({ document }) => document.offset),
        },
      }
    }
    default:
      throw new TypeError(`no naive ${kind}`)
  }
}

/** A text that a document has twice is kept once, as in Elasticsearch; numbers are kept as often as they come. */
function countOf(values: readonly Value[]): number {
  const texts = values.filter((value) => typeof value === 'string')
  return values.length - texts.length + new Set(texts).size
}

function ranked(sorted: readonly number[], percent: number): number | null {
  if (sorted.length === 0) return null
  const rank = (percent / 100) * (sorted.length - 1)
  const low = sorted[Math.floor(rank)]!
  const high = sorted[Math.ceil(rank)]!
  return low + (high - low) * (rank - Math.floor(rank))
}
