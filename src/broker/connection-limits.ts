import type { ResolvedConfig } from '../config/resolved-config.ts'

/** The limits of the Kafka listener, as one object that the request path reads. */
export interface ConnectionLimits {
  readonly connectionsMax: number
  readonly connectionsPerIpMax: number
  /** New connections per second, in all and from one address. */
  readonly connectionRateMax: number
  readonly connectionRatePerIpMax: number
  readonly banMs: number
  readonly idleMs: number
  readonly frameMs: number
  /** How long a Produce waits for durability before it is answered with REQUEST_TIMED_OUT. */
  readonly requestMs: number
  readonly requestBytesMax: number
  /** Before a connection has sent one valid request. */
  readonly firstRequestBytesMax: number
  readonly inFlightRequestsMax: number
  readonly pendingOutputBytesMax: number
  /** Of all connections: requests being received, waiting, or not durable yet. */
  readonly requestMemoryMax: number
}

export function connectionLimits(config: ResolvedConfig): ConnectionLimits {
  return {
    connectionsMax: config.get('max.connections'),
    connectionsPerIpMax: config.get('max.connections.per.ip'),
    connectionRateMax: config.get('max.connection.creation.rate'),
    connectionRatePerIpMax: config.get('connection.rate.per.ip'),
    banMs: config.get('connection.ban.ms'),
    idleMs: config.get('connections.max.idle.ms'),
    frameMs: config.get('socket.frame.timeout.ms'),
    requestMs: config.get('request.timeout.ms'),
    requestBytesMax: config.get('socket.request.max.bytes'),
    firstRequestBytesMax: config.get('socket.first.request.max.bytes'),
    inFlightRequestsMax: config.get('connection.max.in.flight.requests'),
    pendingOutputBytesMax: config.get('connection.max.pending.output.bytes'),
    requestMemoryMax: config.get('queued.max.request.bytes'),
  }
}
