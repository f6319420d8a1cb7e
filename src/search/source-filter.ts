import { QueryError } from './budget.ts'
import { namePattern } from './name-pattern.ts'

/** Which parts of a document an answer shows. */
export interface SourceFilter {
  /** False leaves the document out. */
  readonly shown: boolean
  /** Paths and patterns; empty means all. A path means all below it. */
  readonly includes: readonly string[]
  readonly excludes: readonly string[]
}

export const wholeSource: SourceFilter = { shown: true, includes: [], excludes: [] }

/** Elasticsearch's `_source`: true, false, a path, paths, or `{includes, excludes}`. */
export function sourceFilterOf(json: unknown): SourceFilter {
  if (json === undefined || json === null || json === true || json === 'true') return wholeSource
  if (json === false || json === 'false') return { ...wholeSource, shown: false }
  if (typeof json === 'string') return { ...wholeSource, includes: json.split(',') }
  if (Array.isArray(json)) return { ...wholeSource, includes: pathsOf(json) }
  if (typeof json !== 'object')
    throw new QueryError('parse', `[_source] must be true, false, paths or an object`)
  const { includes, include, excludes, exclude, ...rest } = json as Record<string, unknown>
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined) throw new QueryError('parse', `[_source] has the unknown key [${unknown}]`)
  return { shown: true, includes: pathsOf(includes ?? include), excludes: pathsOf(excludes ?? exclude) }
}

function pathsOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value]
  return list.map((path) => {
    if (typeof path === 'string') return path
    throw new QueryError('parse', '[_source] must name paths')
  })
}

/** The document as the filter shows it, as JSON text; `text` is the JSON text of all of it. */
export function filteredSource(text: string, { includes, excludes }: SourceFilter): string {
  if (includes.length === 0 && excludes.length === 0) return text
  const included = namePattern(includes.flatMap((path) => [path, `${path}.*`]))
  const excluded = namePattern(excludes.flatMap((path) => [path, `${path}.*`]))
  const keep = (path: string): boolean => (includes.length === 0 || included(path)) && !excluded(path)
  return JSON.stringify(pruned(JSON.parse(text), '', keep) ?? {})
}

/** Undefined when nothing is left. */
function pruned(value: unknown, path: string, keep: (path: string) => boolean): unknown {
  if (Array.isArray(value)) {
    // Of objects in a list those go that have nothing left, as in Elasticsearch.
    const left = value
      .map((one) => pruned(one, path, keep))
      .filter((one) => one !== undefined && !isEmptyObject(one))
    return left.length > 0 || keep(path) ? left : undefined
  }
  if (typeof value !== 'object' || value === null) return keep(path) ? value : undefined
  const entries = Object.entries(value).flatMap(([key, member]) => {
    const left = pruned(member, path === '' ? key : `${path}.${key}`, keep)
    return left === undefined ? [] : [[key, left] as const]
  })
  return entries.length > 0 || (path !== '' && keep(path)) ? Object.fromEntries(entries) : undefined
}

function isEmptyObject(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
  )
}
