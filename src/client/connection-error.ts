import { KafkaError } from '../protocol/errors.ts'

/** What happened to the connection: it could not be made, it broke, or the broker did not answer in time. */
export type ConnectionFailure = 'refused' | 'unreachable' | 'lost' | 'timeout'

/** The broker at an address cannot be talked to. Retriable, because brokers restart. */
export class ConnectionError extends KafkaError {
  readonly failure: ConnectionFailure
  /** `host:port` */
  readonly address: string

  constructor(failure: ConnectionFailure, address: string, message: string, cause?: unknown) {
    const name = failure === 'timeout' ? 'REQUEST_TIMED_OUT' : 'NETWORK_EXCEPTION'
    super(name, message, cause === undefined ? undefined : { cause })
    this.name = 'ConnectionError'
    this.failure = failure
    this.address = address
  }
}

/** The error for an attempt to connect that failed with `cause`. */
export function connectFailed(address: string, cause: unknown): ConnectionError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
  if (code === 'ECONNREFUSED') {
    return new ConnectionError('refused', address, `nothing listens on ${address} (${code})`, cause)
  }
  return new ConnectionError('unreachable', address, `no connection to ${address} (${code})`, cause)
}
