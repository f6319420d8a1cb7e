import type { ResolvedConfig } from '../../config/resolved-config.ts'

/** Bounds of the HTTP API. Times are milliseconds. */
export interface HttpLimits {
  /** Largest body of one request, and largest line of a stream of records. */
  readonly bodyBytes: number
  /** A body that is no stream must be there after so long. */
  readonly bodyMs: number
  /** The head of a request must be there after so long. */
  readonly headersMs: number
  /** A connection on which nothing moves in either direction for so long is closed; waiting reads must be shorter. */
  readonly idleMs: number
  /** How long a connection without a request stays open. */
  readonly keepAliveMs: number
  readonly connections: number
  /** Requests in progress, waiting ones included. */
  readonly requests: number
}

export function httpLimitsOf(config: ResolvedConfig): HttpLimits {
  return {
    bodyBytes: config.get('http.max.body.bytes'),
    bodyMs: config.get('http.body.timeout.ms'),
    headersMs: config.get('http.head.timeout.ms'),
    idleMs: config.get('http.idle.timeout.ms'),
    keepAliveMs: config.get('http.keep.alive.ms'),
    connections: config.get('http.max.connections'),
    requests: config.get('http.max.requests'),
  }
}

/** Longest `waitMs` of a read; below `idleMs`, or waiting would look like a dead connection. */
export const WAIT_MS_MAX = 30_000
