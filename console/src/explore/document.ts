import { ExactNumber } from '../api/exact-json.ts'
import type { Hit } from '../api/search.ts'

export interface Field {
  readonly name: string
  readonly text: string
}

const SUMMARY_FIELDS = 24
const SUMMARY_TEXT = 300
const DEPTH_MAX = 12

const summaries = new WeakMap<Hit, readonly Field[]>()

/** The fields of a record as a row shows them: JSON flattened to paths, the names that people look for first. */
export function summaryOf(hit: Hit): readonly Field[] {
  let summary = summaries.get(hit)
  if (summary === undefined) {
    summary = hit.value !== null && typeof hit.value === 'object' ? ordered(flatten(hit.value)) : []
    summaries.set(hit, summary)
  }
  return summary
}

export function flatten(value: unknown): Field[] {
  const fields: Field[] = []
  const walk = (item: unknown, path: string, depth: number): void => {
    if (fields.length >= SUMMARY_FIELDS) return
    if (item !== null && typeof item === 'object' && !(item instanceof ExactNumber) && depth < DEPTH_MAX) {
      if (Array.isArray(item)) {
        if (item.every((element) => element === null || typeof element !== 'object')) {
          fields.push({ name: path, text: `[${item.map(scalarText).join(', ')}]`.slice(0, SUMMARY_TEXT) })
        } else for (const element of item) walk(element, path, depth + 1)
      } else
        for (const [name, member] of Object.entries(item))
          walk(member, path === '' ? name : `${path}.${name}`, depth + 1)
      return
    }
    fields.push({ name: path, text: scalarText(item).slice(0, SUMMARY_TEXT) })
  }
  walk(value, '', 0)
  return fields
}

const first = ['level', 'severity', 'message', 'msg', 'event', 'type', 'status', 'error']

function ordered(fields: readonly Field[]): readonly Field[] {
  const rank = (name: string): number => {
    const at = first.indexOf(name)
    return at < 0 ? first.length : at
  }
  return fields.toSorted((a, b) => rank(a.name) - rank(b.name))
}

export function scalarText(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === null) return 'null'
  if (value instanceof ExactNumber || typeof value === 'number' || typeof value === 'boolean')
    return String(value)
  return JSON.stringify(value) ?? ''
}

/** What a column of that name shows for the record. */
export function columnText(hit: Hit, name: string): string {
  switch (name) {
    case '_topic':
      return hit.topic
    case '_partition':
      return String(hit.partition)
    case '_offset':
      return String(hit.offset)
    case '_key':
      return hit.key === null || hit.key === undefined ? '' : scalarText(hit.key)
    case '_value':
      return scalarText(hit.value)
    default:
      if (name.startsWith('_headers.')) {
        const wanted = name.slice('_headers.'.length)
        return hit.headers
          .filter(({ key }) => key === wanted)
          .map(({ value }) => value ?? '')
          .join(', ')
      }
      return valuesAt(hit.value, name.split('.')).map(scalarText).join(', ')
  }
}

/** Names may hold dots themselves, so every way to cut the path is tried. */
function valuesAt(value: unknown, path: readonly string[]): readonly unknown[] {
  if (path.length === 0) return [value]
  if (value === null || typeof value !== 'object' || value instanceof ExactNumber) return []
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path))
  const members = value as Readonly<Record<string, unknown>>
  for (let length = 1; length <= path.length; length += 1) {
    const name = path.slice(0, length).join('.')
    if (Object.hasOwn(members, name)) return valuesAt(members[name], path.slice(length))
  }
  return []
}

export type Level = 'error' | 'warn' | 'none'

/** What a log line says of its gravity, under the names that are common for it. */
export function levelOf(hit: Hit): Level {
  for (const name of ['level', 'severity', 'log.level', 'loglevel']) {
    const text = columnText(hit, name).toLowerCase()
    if (/^(?:err|fatal|crit|alert|emerg|panic)/.test(text)) return 'error'
    if (text.startsWith('warn')) return 'warn'
  }
  return 'none'
}
