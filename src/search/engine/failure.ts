import { QueryError, SearchLimitError } from '../budget.ts'
import type { Failure } from './messages.ts'

/** An error as it travels between threads. */
export function failureOf(error: unknown): Failure {
  if (error instanceof SearchLimitError)
    return { name: 'limit', code: error.code, message: error.message, position: -1 }
  if (error instanceof QueryError)
    return { name: 'query', code: error.reason, message: error.message, position: error.position }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { name: 'other', code: '', message, position: -1 }
}

/** The error again, on the other side. */
export function errorOf(failure: Failure): Error {
  switch (failure.name) {
    case 'limit':
      // The code was one of them when it set out.
      return new SearchLimitError(failure.code as SearchLimitError['code'], failure.message)
    case 'query':
      return new QueryError(failure.code as QueryError['reason'], failure.message, failure.position)
    case 'other':
      return new Error(`a search worker failed: ${failure.message}`)
  }
}
