import type { CompressionType } from '../records/compression/codec.ts'

export interface ProducerOptions {
  /** -1: all in-sync replicas, 1: the leader, 0: no answer at all. */
  readonly acks: -1 | 0 | 1
  readonly compression: CompressionType
  readonly compressionLevel?: number
  /** The broker recognises repetitions, so that a retry never writes a record twice. Needs acks -1. */
  readonly idempotent: boolean
  /** How long a batch waits for more records. */
  readonly lingerMs: number
  /** A batch is closed at about this size; a larger record goes alone. */
  readonly batchBytes: number
  readonly maxRequestBytes: number
  /** Requests under way to one broker. A partition never has more than one batch under way, which keeps its order. */
  readonly maxInFlight: number
  /** `send` waits while more than this is buffered. */
  readonly bufferBytes: number
  /** A record that is not acknowledged after so long fails. */
  readonly deliveryTimeoutMs: number
}

export const defaultProducerOptions: ProducerOptions = {
  acks: -1,
  compression: 'none',
  idempotent: true,
  lingerMs: 5,
  batchBytes: 256 * 1024,
  maxRequestBytes: 1024 * 1024,
  maxInFlight: 5,
  bufferBytes: 32 * 1024 * 1024,
  deliveryTimeoutMs: 60_000,
}
