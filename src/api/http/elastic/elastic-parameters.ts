import { illegalArgument } from './elastic-error.ts'

type Values = Readonly<Record<string, string | readonly string[] | undefined>>

/** Parameters that change nothing here: about shards, caches and nodes, which a log does not have, or the form of the text. */
const withoutEffect: ReadonlySet<string> = new Set([
  'allow_no_indices',
  'allow_partial_search_results',
  'batched_reduce_size',
  'ccs_minimize_roundtrips',
  'error_trace',
  'expand_wildcards',
  'human',
  'ignore_throttled',
  'include_named_queries_score',
  'local',
  'master_timeout',
  'max_concurrent_searches',
  'max_concurrent_shard_requests',
  'pre_filter_shard_size',
  'preference',
  'pretty',
  'realtime',
  'refresh',
  'request_cache',
  'require_alias',
  'search_type',
  'wait_for_active_shards',
])

/** The parameters of a request. Each is asked for by name; one that nobody asked for is an error, as with Elasticsearch. */
export class ElasticParameters {
  readonly #values: Values
  readonly #path: string
  readonly #asked = new Set<string>()

  constructor(query: unknown, path: string) {
    this.#values = query as Values
    this.#path = path
  }

  text(name: string): string | null {
    this.#asked.add(name)
    const value = Object.hasOwn(this.#values, name) ? this.#values[name] : undefined
    return value === undefined ? null : typeof value === 'string' ? value : (value.at(-1) ?? null)
  }

  number(name: string): number | null {
    const text = this.text(name)
    if (text === null) return null
    const value = Number(text)
    if (text.trim() !== '' && Number.isFinite(value)) return value
    throw illegalArgument(`Failed to parse value [${text}] of [${name}] as a number`)
  }

  flag(name: string): boolean {
    const text = this.text(name)
    if (text === null || text === 'false') return false
    if (text === 'true' || text === '') return true
    throw illegalArgument(
      `Failed to parse value [${text}] of [${name}] as only [true] or [false] are allowed.`,
    )
  }

  list(name: string): readonly string[] | null {
    const text = this.text(name)
    return text === null ? null : text.split(',').filter((part) => part !== '')
  }

  end(): void {
    const unknown = Object.keys(this.#values).filter(
      (name) => !this.#asked.has(name) && !withoutEffect.has(name),
    )
    if (unknown.length === 0) return
    throw illegalArgument(
      `request [${this.#path}] contains unrecognized parameter${unknown.length > 1 ? 's' : ''}: ${unknown.map((name) => `[${name}]`).join(', ')}`,
    )
  }
}
