import type { KafkaError } from '../../../protocol/errors.ts'
import { QueryError, SearchLimitError } from '../../../search/budget.ts'
import { SearchError } from '../../../search/engine/engine-request.ts'
import { expectedProblem } from '../problem.ts'

/** A failure in Elasticsearch's words: `type` is one that its clients know. */
export class ElasticError extends Error {
  readonly status: number
  readonly type: string
  readonly fields: Readonly<Record<string, unknown>>

  constructor(status: number, type: string, reason: string, fields: Readonly<Record<string, unknown>> = {}) {
    super(reason)
    this.status = status
    this.type = type
    this.fields = fields
  }

  get body(): { readonly error: object; readonly status: number } {
    const cause = { type: this.type, reason: this.message, ...this.fields }
    return { error: { root_cause: [cause], ...cause }, status: this.status }
  }
}

export function noSuchIndex(index: string): ElasticError {
  return new ElasticError(404, 'index_not_found_exception', `no such index [${index}]`, {
    'resource.type': 'index_or_alias',
    'resource.id': index,
    index_uuid: '_na_',
    index,
  })
}

export function illegalArgument(reason: string): ElasticError {
  return new ElasticError(400, 'illegal_argument_exception', reason)
}

const limitTypes: Readonly<Record<SearchLimitError['code'], readonly [number, string]>> = {
  search_timeout: [408, 'search_timeout_exception'],
  too_many_clauses: [400, 'too_many_clauses'],
  too_many_buckets: [400, 'too_many_buckets_exception'],
  too_complex: [400, 'too_complex_to_determinize_exception'],
  memory_limit: [429, 'circuit_breaking_exception'],
  cancelled: [400, 'task_cancelled_exception'],
}

const searchTypes: Readonly<Record<SearchError['code'], readonly [number, string]>> = {
  unknown_topic: [404, 'index_not_found_exception'],
  not_searchable: [400, 'illegal_argument_exception'],
  unavailable: [503, 'no_shard_available_action_exception'],
  overloaded: [429, 'es_rejected_execution_exception'],
  too_many_hits: [400, 'illegal_argument_exception'],
}

/** What an expected failure is for clients of Elasticsearch; null for a bug or a broken disk. */
export function elasticError(error: unknown): ElasticError | null {
  if (error instanceof ElasticError) return error
  if (error instanceof QueryError) {
    const type = error.reason === 'illegal_argument' ? 'illegal_argument_exception' : 'parsing_exception'
    const place = error.position < 0 ? {} : { line: 1, col: error.position + 1 }
    return new ElasticError(400, type, error.message, place)
  }
  if (error instanceof SearchLimitError) return new ElasticError(...limitTypes[error.code], error.message)
  if (error instanceof SearchError) {
    const name = /"(.+)"/.exec(error.message)?.[1]
    if (error.code === 'unknown_topic' && name !== undefined) return noSuchIndex(name)
    return new ElasticError(...searchTypes[error.code], error.message)
  }
  const problem = expectedProblem(error)?.problem
  if (problem === undefined) return null
  return new ElasticError(problem.status, typeOfProblem(problem.code, problem.status), problem.detail)
}

function typeOfProblem(code: string, status: number): string {
  if (code === 'TOPIC_ALREADY_EXISTS') return 'resource_already_exists_exception'
  if (code === 'INVALID_TOPIC_EXCEPTION') return 'invalid_index_name_exception'
  if (status === 503 || status === 429) return 'es_rejected_execution_exception'
  return status === 404 ? 'index_not_found_exception' : 'illegal_argument_exception'
}

/** One of a batch that failed while the others go on. */
export function kafkaReason(error: KafkaError): ElasticError {
  return elasticError(error) ?? illegalArgument(error.message)
}
