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
  'INVALID_PRODUCER_EPOCH',
  'INVALID_TXN_STATE',
  'TRANSACTION_COORDINATOR_FENCED',
])

/** Errors that the batch's own producer or marker has brought about: others, whose records were only queued behind it, may try again. */
export const OWN_FAULT: ReadonlySet<ErrorName> = new Set<ErrorName>([
  'INVALID_PRODUCER_EPOCH',
  'INVALID_TXN_STATE',
  'TRANSACTION_COORDINATOR_FENCED',
])

/** What a client is told instead (Kafka: CoordinatorOperationExceptionHelper). Errors not listed are told as they are. */
const clientErrors: { readonly [name in ErrorName]?: ErrorName } = {
  UNKNOWN_TOPIC_OR_PARTITION: 'COORDINATOR_NOT_AVAILABLE',
  NOT_ENOUGH_REPLICAS: 'COORDINATOR_NOT_AVAILABLE',
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 'COORDINATOR_NOT_AVAILABLE',
  REQUEST_TIMED_OUT: 'COORDINATOR_NOT_AVAILABLE',
  NOT_LEADER_OR_FOLLOWER: 'NOT_COORDINATOR',
  FENCED_LEADER_EPOCH: 'NOT_COORDINATOR',
  KAFKA_STORAGE_ERROR: 'NOT_COORDINATOR',
  MESSAGE_TOO_LARGE: 'UNKNOWN_SERVER_ERROR',
  RECORD_LIST_TOO_LARGE: 'UNKNOWN_SERVER_ERROR',
  INVALID_RECORD: 'UNKNOWN_SERVER_ERROR',
}

/** The error for clients whose records could not be appended. */
export function appendErrorForClient(error: KafkaError): KafkaError {
  const name = clientErrors[error.errorName]
  if (name === undefined) return error
  return new KafkaError(name, `the coordinator could not store its state: ${error.message}`, { cause: error })
}

/** Gives every failure of the log the form of a KafkaError; one that is not is taken for a failure of the storage. */
export function asKafkaError(error: unknown): KafkaError {
  if (error instanceof KafkaError) return error
  return new KafkaError('KAFKA_STORAGE_ERROR', error instanceof Error ? error.message : String(error))
}
