/**
 * ListTransactions 0-2 (KIP-664). 1 filters by how long transactions have been open (KIP-994), 2 by a pattern that the whole
 * transactional id must match (KIP-1152).
 *
 * Divergence: the pattern is a JavaScript regular expression of at most 256 characters, where Kafka takes any Java one.
 */
import { KafkaError } from '../../protocol/errors.ts'
import type { ListTransactionsResponse } from '../../protocol/messages/66-list-transactions.ts'
import { defineHandler } from '../handler.ts'

const patternLengthMax = 256

export const listTransactionsHandler = defineHandler<'ListTransactions'>({
  api: 'ListTransactions',
  handle(request, { broker }) {
    return broker.transactions.listTransactions(request, patternOf(request.transactionalIdPattern))
  },
  failed: (code): ListTransactionsResponse => ({
    throttleTimeMs: 0,
    errorCode: code,
    unknownStateFilters: [],
    transactionStates: [],
  }),
})

function patternOf(pattern: string | null): RegExp | null {
  if (pattern === null || pattern === '') return null
  if (pattern.length > patternLengthMax) {
    throw invalid(pattern.slice(0, patternLengthMax), `it is longer than ${patternLengthMax} characters`)
  }
  try {
    return new RegExp(`^(?:${pattern})$`, 'u')
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw invalid(pattern, error.message)
  }
}

function invalid(pattern: string, reason: string): KafkaError {
  return new KafkaError(
    'INVALID_REGULAR_EXPRESSION',
    `Transaction ID pattern \`${pattern}\` is not a valid regular expression: ${reason}`,
  )
}
