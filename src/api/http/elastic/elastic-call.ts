import type { HttpDeps } from '../http-deps.ts'
import type { SearchEngine } from '../../../search/engine/search-engine.ts'
import { ElasticError } from './elastic-error.ts'
import type { ElasticParameters } from './elastic-parameters.ts'

/** One request at the Elasticsearch door. */
export interface ElasticCall {
  readonly deps: HttpDeps
  readonly method: string
  readonly path: string
  /** Of the path, such as `index` and `id`. */
  readonly params: Readonly<Record<string, string>>
  readonly parameters: ElasticParameters
  /** The same as they came. */
  readonly query: Readonly<Record<string, unknown>>
  readonly body: Buffer | null
  /** Aborted when the caller has gone. */
  readonly gone: AbortSignal
}

export interface ElasticReply {
  readonly status?: number
  /** A value to be written as JSON. */
  readonly json?: unknown
  /** JSON that is text already. */
  readonly text?: string
  /** Plain text, as the _cat APIs answer. */
  readonly plain?: string
  /** A sentence that clients show as a warning. */
  readonly warning?: string
}

export type ElasticHandler = (call: ElasticCall) => Promise<ElasticReply> | ElasticReply

/** @throws ElasticError when this server does not search */
export function engineOf({ search }: HttpDeps): SearchEngine {
  if (search !== null) return search
  throw new ElasticError(
    503,
    'no_shard_available_action_exception',
    'this server does not search: its setting search.enable is false',
  )
}

/**
 * The topics that a list of Elasticsearch means; null says that nothing is meant, as when all that is named is missing and may be.
 * An empty list is all.
 */
export function topicsOf(call: ElasticCall, list: string | undefined): readonly string[] | null {
  const ignoreMissing = call.parameters.flag('ignore_unavailable')
  const names = (list ?? '').split(',').filter((name) => name !== '')
  if (names.length === 0) return []
  const { topics } = call.deps.broker
  const known = names.filter(
    (name) => !ignoreMissing || /[*?]|^-|^_all$/.test(name) || topics.named(name) !== undefined,
  )
  return known.length === 0 ? null : known
}
