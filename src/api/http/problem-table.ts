import { errorTable, type ErrorName } from '../../protocol/errors.ts'

/** Problems that Kafka has no error for. Codes are stable: programs compare them. */
export const httpProblems = {
  INVALID_PARAMETER: { status: 400, title: 'A parameter of the request is not valid.' },
  INVALID_BODY: { status: 400, title: 'The body of the request does not have the expected form.' },
  MALFORMED_JSON: { status: 400, title: 'The body is not valid JSON.' },
  MALFORMED_REQUEST: { status: 400, title: 'The request is not valid HTTP.' },
  HOST_NOT_ALLOWED: { status: 403, title: 'The Host header names another host.' },
  INVALID_QUERY: { status: 400, title: 'The query can not be understood.' },
  SEARCH_LIMIT_EXCEEDED: { status: 400, title: 'The search needs more than a limit of this server allows.' },
  TOPIC_NOT_SEARCHABLE: { status: 409, title: 'The topic is not indexed.' },
  SEARCH_DISABLED: { status: 409, title: 'Search is switched off on this server.' },
  SEARCH_TIMEOUT: { status: 504, title: 'The search took too long.' },
  SEARCH_UNAVAILABLE: { status: 503, title: 'Search is not available at the moment.' },
  ROUTE_NOT_FOUND: { status: 404, title: 'There is nothing at this path.' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'This path does not take this method.' },
  BODY_TOO_LARGE: { status: 413, title: 'The body of the request is too large.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The body has a content type that is not understood here.' },
  RECORDS_UNREADABLE: { status: 422, title: 'Stored records are not what their batch says that they are.' },
  INTERNAL_ERROR: {
    status: 500,
    title: 'The server failed in a way it did not foresee; its log has the cause.',
  },
  METADATA_BUSY: { status: 503, title: 'The metadata cannot be changed at the moment.' },
  NOT_READY: { status: 503, title: 'The server is not ready.' },
  OVERLOADED: { status: 503, title: 'The server has too much to do at the moment.' },
} as const

export type HttpProblemCode = keyof typeof httpProblems

/** Statuses of Kafka errors; the others are 503 when a retry may help, else 500. */
const kafkaStatuses: Partial<Record<ErrorName, number>> = {
  UNKNOWN_TOPIC_OR_PARTITION: 404,
  UNKNOWN_TOPIC_ID: 404,
  GROUP_ID_NOT_FOUND: 404,
  TOPIC_ALREADY_EXISTS: 409,
  OFFSET_OUT_OF_RANGE: 400,
  INVALID_TOPIC_EXCEPTION: 400,
  INVALID_PARTITIONS: 400,
  INVALID_REPLICATION_FACTOR: 400,
  INVALID_REPLICA_ASSIGNMENT: 400,
  INVALID_CONFIG: 400,
  INVALID_REQUEST: 400,
  INVALID_RECORD: 400,
  INVALID_TIMESTAMP: 400,
  INVALID_GROUP_ID: 400,
  MESSAGE_TOO_LARGE: 413,
  RECORD_LIST_TOO_LARGE: 413,
  POLICY_VIOLATION: 403,
  TOPIC_AUTHORIZATION_FAILED: 403,
  GROUP_AUTHORIZATION_FAILED: 403,
  CLUSTER_AUTHORIZATION_FAILED: 403,
  THROTTLING_QUOTA_EXCEEDED: 429,
  // Retriable for Kafka's clients, which try another replica; here the stored bytes are damaged.
  CORRUPT_MESSAGE: 500,
  KAFKA_STORAGE_ERROR: 503,
  REQUEST_TIMED_OUT: 504,
}

export function statusOfKafkaError(name: ErrorName): number {
  return kafkaStatuses[name] ?? (errorTable[name].retriable ? 503 : 500)
}
