import { SearchLimitError } from '../budget.ts'
import { SearchError } from './engine-request.ts'

/** What the engine counts. The server maps it to its metrics. */
export interface SearchMetrics {
  /** `outcome` is `ok`, `incomplete`, or why there is no answer. */
  readonly answered: (outcome: string, ms: number) => void
  readonly workerDied: () => void
}

/** How a failed search is counted; limits by their names. */
export function outcomeOf(error: unknown): string {
  if (error instanceof SearchLimitError || error instanceof SearchError) return error.code
  return error instanceof Error && error.name === 'QueryError' ? 'invalid_query' : 'error'
}
