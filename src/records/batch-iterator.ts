import { KafkaError } from '../protocol/errors.ts'
import { LENGTH_AT, LOG_OVERHEAD, MAGIC_AT, MAGIC_V2, magic } from './record-batch.ts'

/** What can be said of the bytes at a position without reading on; at 0 and above it is the size of the batch there. */
export const NO_WHOLE_BATCH = -1
export const LENGTH_TOO_SMALL = -2
export const LENGTH_TOO_LARGE = -3
export const MAGIC_UNKNOWN = -4

/** The smallest length field that any format ever had: Kafka's LegacyRecord.RECORD_OVERHEAD_V0. */
const SMALLEST_LENGTH = 14
/** From here on the size of the batch is no int32 any more. */
const LARGEST_LENGTH = 0x7fff_ffff - LOG_OVERHEAD

/**
 * Size of the batch at `at`, or one of the codes above. `NO_WHOLE_BATCH` is no error: a fetch response and the file of an active
 * segment may end within a batch. A batch is found as Kafka's ByteBufferLogInputStream finds it: neither the CRC nor the header's
 * size is looked at, and magic 0 and 1 are known although nothing here reads them (`ensureValid` refuses both).
 */
export function findBatch(buffer: Buffer, at: number, end: number): number {
  const available = end - at
  if (available < LOG_OVERHEAD) return NO_WHOLE_BATCH
  const length = buffer.readInt32BE(at + LENGTH_AT)
  if (length < SMALLEST_LENGTH) return LENGTH_TOO_SMALL
  if (available <= MAGIC_AT) return NO_WHOLE_BATCH
  const version = magic(buffer, at)
  if (version < 0 || version > MAGIC_V2) return MAGIC_UNKNOWN
  if (length > LARGEST_LENGTH) return LENGTH_TOO_LARGE
  const size = length + LOG_OVERHEAD
  return size > available ? NO_WHOLE_BATCH : size
}

/** The error for a code of `findBatch`. */
export function batchNotFound(code: number, buffer: Buffer, at: number): KafkaError {
  switch (code) {
    case LENGTH_TOO_SMALL:
      return new KafkaError(
        'CORRUPT_MESSAGE',
        `the batch at position ${at} states a length of ${buffer.readInt32BE(at + LENGTH_AT)} bytes, less than any batch has (${SMALLEST_LENGTH})`,
      )
    case MAGIC_UNKNOWN:
      return new KafkaError(
        'CORRUPT_MESSAGE',
        `the batch at position ${at} states format version (magic) ${magic(buffer, at)}, which does not exist; send version 2`,
      )
    case LENGTH_TOO_LARGE:
      return new KafkaError(
        'UNKNOWN_SERVER_ERROR',
        `the batch at position ${at} states a length of ${buffer.readInt32BE(at + LENGTH_AT)} bytes, more than ${LARGEST_LENGTH}`,
      )
    default:
      return new KafkaError('CORRUPT_MESSAGE', `there is no whole batch at position ${at}`)
  }
}

/**
 * Walks the batches between `position` and `end`, and stops before a last one that is not whole. Nothing is copied: it yields the
 * positions of the batches. Throws CORRUPT_MESSAGE where no batch can be. The batches themselves are not checked: before anything
 * but the offset and the size is read from one that did not pass `checkBatch` when it was appended, call `ensureValid`.
 */
export function* batchPositions(
  buffer: Buffer,
  start = 0,
  end: number = buffer.length,
): Generator<number, void> {
  let at = start
  while (true) {
    const size = findBatch(buffer, at, end)
    if (size === NO_WHOLE_BATCH) return
    if (size < 0) throw batchNotFound(size, buffer, at)
    yield at
    at += size
  }
}
