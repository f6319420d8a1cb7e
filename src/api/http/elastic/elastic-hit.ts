import { isUtf8 } from 'node:buffer'
import type { EngineHit } from '../../../search/engine/engine-request.ts'
import { hitId } from '../../../search/query/hit-id.ts'
import { namePattern } from '../../../search/name-pattern.ts'
import { filteredSource, type SourceFilter } from '../../../search/source-filter.ts'

/** What a hit is to show. */
export interface HitForm {
  readonly source: SourceFilter
  readonly fields: readonly string[]
  /** The field that hits are collapsed by, whose value each of them shows. */
  readonly collapse: string | null
  readonly sorted: boolean
  readonly version: boolean
  readonly sequence: boolean
  /** Whether sort values end with the hit's id, so that the next page begins exactly behind it. */
  readonly place: boolean
  /** The score of hits of a search that matches everything, and so does not score. */
  readonly score: number | null
}

/**
 * A hit as Elasticsearch writes it. `_id` is where the record is (`topic:partition:offset`), which no other record has; the record's
 * key, which several may have and which decides the partition, is `_routing`. Its value is passed on as it is, so that numbers keep
 * their digits.
 */
export function elasticHit(hit: EngineHit, form: HitForm): string {
  const source = sourceText(hit)
  const head = {
    _index: hit.topic,
    _id: hitId(hit),
    ...(form.version ? { _version: 1 } : {}),
    ...(form.sequence ? { _seq_no: hit.offset, _primary_term: 1 } : {}),
    _score: hit.score ?? form.score,
    ...(hit.key === null ? {} : { _routing: textOf(hit.key) }),
  }
  const fields = {
    ...(form.collapse === null || hit.group === null ? {} : { [form.collapse]: [hit.group] }),
    ...(form.fields.length === 0 ? {} : fieldValues(hit, source, form.fields)),
  }
  const shown = form.source.shown ? `,"_source":${filteredSource(source, form.source)}` : ''
  const tail = {
    ...(Object.keys(fields).length === 0 ? {} : { fields }),
    ...(form.sorted || form.place ? { sort: form.place ? [...hit.sort, hitId(hit)] : hit.sort } : {}),
    ...(hit.highlight === null || Object.keys(hit.highlight).length === 0
      ? {}
      : { highlight: hit.highlight }),
    ...(hit.explanation === null ? {} : { _explanation: hit.explanation }),
  }
  const rest = JSON.stringify(tail)
  return `${JSON.stringify(head).slice(0, -1)}${shown}${rest === '{}' ? '}' : `,${rest.slice(1)}`}`
}

/** The value as a JSON object, which is what documents are: other values stand in the field `_value`. */
export function sourceText({ value, valueIsJson }: EngineHit): string {
  if (value === null) return '{"_value":null}'
  if (!valueIsJson) return `{"_value":${JSON.stringify(textOf(value))}}`
  // A line feed in JSON can only stand between tokens, and would end a line of _msearch.
  const text = value
    .toString()
    .replaceAll(/[\r\n]+[ \t]*/g, '')
    .trim()
  return text.startsWith('{') ? text : `{"_value":${text}}`
}

function textOf(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString() : bytes.toString('hex')
}

/** Values of the fields that the patterns name, each as a list. */
function fieldValues(
  hit: EngineHit,
  source: string,
  patterns: readonly string[],
): Readonly<Record<string, readonly unknown[]>> {
  const wanted = namePattern(patterns.map((pattern) => pattern.replace(/\.keyword$/, '')))
  const found = new Map<string, unknown[]>()
  const add = (name: string, value: unknown): void => {
    if (wanted(name)) found.set(name, [...(found.get(name) ?? []), value])
  }
  add('_timestamp', new Date(hit.timestamp).toISOString())
  add('_partition', hit.partition)
  add('_offset', hit.offset)
  if (hit.key !== null) add('_key', textOf(hit.key))
  for (const { key, value } of hit.headers) if (value !== null) add(`_headers.${key}`, textOf(value))
  const walk = (name: string, value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) walk(name, one)
    else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) walk(name === '' ? key : `${name}.${key}`, member)
    } else if (value !== null) add(name, value)
  }
  walk('', JSON.parse(source))
  return Object.fromEntries(found)
}
