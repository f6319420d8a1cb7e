/** How the client behaves; every limit is here. */
export interface ClientOptions {
  /** What brokers show for our connections. */
  readonly clientId: string
  /** Reported to brokers with ApiVersions (KIP-511). */
  readonly softwareVersion: string
  readonly connectTimeoutMs: number
  /** A request without an answer for so long ends its connection. */
  readonly requestTimeoutMs: number
  /** A response that states more bytes ends its connection. */
  readonly maxResponseBytes: number
  /** How long a call is repeated after retriable errors, and how long it pauses in between. */
  readonly retryTimeoutMs: number
  readonly retryBackoffMs: number
  readonly retryBackoffMaxMs: number
  /** Age at which known leaders are asked for again. */
  readonly metadataMaxAgeMs: number
}

export const defaultClientOptions: ClientOptions = {
  clientId: 'chronik',
  softwareVersion: '0',
  connectTimeoutMs: 5_000,
  requestTimeoutMs: 30_000,
  maxResponseBytes: 128 * 1024 * 1024,
  retryTimeoutMs: 20_000,
  retryBackoffMs: 50,
  retryBackoffMaxMs: 1_000,
  metadataMaxAgeMs: 300_000,
}
