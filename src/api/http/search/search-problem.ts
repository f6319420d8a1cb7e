import { QueryError, SearchLimitError } from '../../../search/budget.ts'
import { SearchError } from '../../../search/engine/engine-request.ts'
import { KafkaError } from '../../../protocol/errors.ts'
import type { HttpProblemCode } from '../problem-table.ts'
import { httpProblem, kafkaProblem, type ProblemError } from '../problem.ts'

const limitCodes: Readonly<Record<SearchLimitError['code'], HttpProblemCode>> = {
  search_timeout: 'SEARCH_TIMEOUT',
  too_many_clauses: 'SEARCH_LIMIT_EXCEEDED',
  too_many_buckets: 'SEARCH_LIMIT_EXCEEDED',
  too_complex: 'SEARCH_LIMIT_EXCEEDED',
  memory_limit: 'SEARCH_LIMIT_EXCEEDED',
  cancelled: 'SEARCH_TIMEOUT',
}

/** What a failed search is over HTTP, or null for an error that is none of search. */
export function searchProblem(error: unknown): ProblemError | null {
  if (error instanceof QueryError) {
    return httpProblem('INVALID_QUERY', error.message, error.position < 0 ? {} : { position: error.position })
  }
  if (error instanceof SearchLimitError) return httpProblem(limitCodes[error.code], error.message)
  if (!(error instanceof SearchError)) return null
  switch (error.code) {
    case 'unknown_topic':
      return kafkaProblem(new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', error.message))
    case 'not_searchable':
      return httpProblem('TOPIC_NOT_SEARCHABLE', error.message)
    case 'too_many_hits':
      return httpProblem('SEARCH_LIMIT_EXCEEDED', error.message)
    case 'overloaded':
      return httpProblem('OVERLOADED', error.message)
    case 'unavailable':
      return httpProblem('SEARCH_UNAVAILABLE', error.message)
  }
}
