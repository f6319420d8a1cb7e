import { KafkaError } from '../../protocol/errors.ts'

/** How the records of a batch are compressed, by the names that Kafka's `compression.type` uses. */
export type CompressionType = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'

/**
 * One compression type. Both directions are synchronous; they borrow the input, and the output is the caller's
 * (for `none` it is the input itself).
 */
export interface Codec {
  /** The number in the batch's attributes. */
  readonly id: number
  readonly name: CompressionType
  /** `level` is used by gzip and zstd (KIP-390); without it their library's default. */
  readonly compress: (bytes: Buffer, level?: number) => Buffer
  /**
   * At most `maxBytes` come out; what would be more is MESSAGE_TOO_LARGE, found before so much is allocated. Bytes that the codec
   * cannot read are UNKNOWN_SERVER_ERROR: Kafka's answer, and one that a producer does not retry, as it would CORRUPT_MESSAGE.
   */
  readonly decompress: (bytes: Buffer, maxBytes: number) => Buffer
}

/** The error for bytes that are not what the batch's attributes say that they are. */
export function undecodable(name: CompressionType, reason: string): KafkaError {
  return new KafkaError(
    'UNKNOWN_SERVER_ERROR',
    `the batch says that its records are compressed with ${name}, but they do not decompress: ${reason}`,
  )
}

/** The error for a payload that is larger, decompressed, than the caller takes. */
export function tooLarge(name: CompressionType, compressed: number, maxBytes: number): KafkaError {
  return new KafkaError(
    'MESSAGE_TOO_LARGE',
    `${compressed} bytes compressed with ${name} hold more than the ${maxBytes} bytes allowed; send smaller batches`,
  )
}

/** Output is collected in pieces of this many bytes: four times the input, within reason. */
export function chunkSizeFor(bytes: Buffer, maxBytes: number): number {
  return Math.max(64, Math.min(maxBytes, Math.max(4096, bytes.length * 4), 1 << 20))
}
