import { KafkaError } from '../protocol/errors.ts'
import { batchSize, computeCrc, crc, HEADER_SIZE, MAGIC_V2, magic } from './record-batch.ts'

/**
 * Throws unless the batch at `at`, whose bytes are all there, is of format v2, has a whole header and the CRC that it states:
 * UNSUPPORTED_FOR_MESSAGE_FORMAT for magic 0 and 1, else CORRUPT_MESSAGE (Kafka: DefaultRecordBatch.ensureValid).
 */
export function ensureValid(buffer: Buffer, at: number): void {
  if (magic(buffer, at) !== MAGIC_V2) {
    throw new KafkaError(
      'UNSUPPORTED_FOR_MESSAGE_FORMAT',
      `the batch at position ${at} has format version (magic) ${magic(buffer, at)}; only version 2, in use since Kafka 0.11, can be read`,
    )
  }
  const size = batchSize(buffer, at)
  if (size < HEADER_SIZE) {
    throw new KafkaError(
      'CORRUPT_MESSAGE',
      `the batch at position ${at} has ${size} bytes, less than its header (${HEADER_SIZE})`,
    )
  }
  const stored = crc(buffer, at)
  const computed = computeCrc(buffer, at)
  if (stored !== computed) {
    throw new KafkaError(
      'CORRUPT_MESSAGE',
      `the batch at position ${at} is corrupt: it states CRC-32C ${stored}, its bytes have ${computed}`,
    )
  }
}
