import { KafkaError } from '../../protocol/errors.ts'
import type { ErrorName } from '../../protocol/errors.ts'

/** Errors of an append after which the batch surely is not in the log: undoing it in memory is enough. */
export const NEVER_APPENDED: ReadonlySet<ErrorName> = new Set<ErrorName>([
  'NOT_LEADER_OR_FOLLOWER',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'NOT_ENOUGH_REPLICAS',
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
])

/** What a client is told when an append failed (Kafka: CoordinatorOperationExceptionHelper). */
export function appendErrorForClient(error: KafkaError): KafkaError {
  switch (error.errorName) {
    case 'UNKNOWN_TOPIC_OR_PARTITION':
    case 'NOT_ENOUGH_REPLICAS':
    case 'NOT_ENOUGH_REPLICAS_AFTER_APPEND':
    case 'REQUEST_TIMED_OUT':
      return new KafkaError('COORDINATOR_NOT_AVAILABLE', `the coordinator could not store its state: ${error.message}`)
    case 'NOT_LEADER_OR_FOLLOWER':
    case 'FENCED_LEADER_EPOCH':
    case 'KAFKA_STORAGE_ERROR':
      return new KafkaError('NOT_COORDINATOR', `the coordinator has moved: ${error.message}`)
    case 'MESSAGE_TOO_LARGE':
    case 'RECORD_LIST_TOO_LARGE':
    case 'INVALID_RECORD':
      return new KafkaError('UNKNOWN_SERVER_ERROR', `the coordinator could not store its state: ${error.message}`)
    default:
      return error
  }
}

/** Gives every failure of the log the form of a KafkaError; one that is not is taken for a failure of the storage. */
export function asKafkaError(error: unknown): KafkaError {
  if (error instanceof KafkaError) return error
  return new KafkaError('KAFKA_STORAGE_ERROR', error instanceof Error ? error.message : String(error))
}
