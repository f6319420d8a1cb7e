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

export const defaultHttpLimits: HttpLimits = {
  // A record of Kafka's default limit of 1 MiB fits in base64.
  bodyBytes: 2 << 20,
  bodyMs: 30_000,
  headersMs: 10_000,
  idleMs: 60_000,
  keepAliveMs: 65_000,
  connections: 1000,
  requests: 256,
}

/** Longest `waitMs` of a read; below `idleMs`, or waiting would look like a dead connection. */
export const WAIT_MS_MAX = 30_000
