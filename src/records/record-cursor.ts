import { KafkaError } from '../protocol/errors.ts'
import { VarintError, VarintReader, varintSize } from '../util/varint.ts'
import type { RecordHeader } from './record.ts'

const NO_HEADERS: readonly RecordHeader[] = []

/**
 * Walks the records of one batch without allocating anything: after `next()` the fields describe the current record, and `key()`,
 * `value()` and `headers()` make views of its bytes. The rules are those of Kafka's DefaultRecord: a size below -1 is null, too; a
 * header's key must not be null; the body must be exactly as long as stated; behind the last record there must be nothing.
 */
export class RecordCursor {
  readonly #reader: VarintReader
  readonly #count: number
  readonly #compressed: boolean
  #read = 0

  /** Bytes of the current record, with the size in front of it (as if that were written in the shortest way). */
  sizeInBytes = 0
  timestampDelta = 0
  offsetDelta = 0
  /** Position of the key's size: from here to `end` stands what neither depends on the batch's base offset nor on its base timestamp. */
  fieldsAt = 0
  /** Position behind the current record. */
  end = 0
  keyAt = 0
  /** Negative: the key is null. */
  keySize = 0
  valueAt = 0
  /** Negative: the value is null. */
  valueSize = 0
  headersAt = 0
  headerCount = 0

  /**
   * `buffer` from `start` to `end` are the records, decompressed; `count` is how many the batch states, `compressed` whether they
   * were compressed, which matters for one error code.
   */
  constructor(buffer: Buffer, start: number, end: number, count: number, compressed: boolean) {
    this.#reader = new VarintReader(buffer, start, end)
    this.#count = count
    this.#compressed = compressed
  }

  /** The bytes that the positions refer to. */
  get buffer(): Buffer {
    return this.#reader.buffer
  }

  /** How many records have been read. */
  get read(): number {
    return this.#read
  }

  /** Goes to the next record; false after the last one. Throws INVALID_RECORD (or, see below, UNKNOWN_SERVER_ERROR). */
  next(): boolean {
    if (this.#read === this.#count) return false
    const reader = this.#reader
    const bodySize = this.#readSize()
    const bodyAt = reader.position
    if (bodySize > reader.end - bodyAt) {
      throw this.#invalid(`it states ${bodySize} bytes, ${reader.end - bodyAt} are left`)
    }
    try {
      this.#readBody()
    } catch (error) {
      throw error instanceof VarintError ? this.#invalid(error.message) : error
    }
    if (reader.position - bodyAt !== bodySize) {
      throw this.#invalid(`it states ${bodySize} bytes, its fields have ${reader.position - bodyAt}`)
    }
    this.sizeInBytes = varintSize(bodySize) + bodySize
    this.end = reader.position
    this.#read++
    if (this.#read === this.#count && reader.position !== reader.end) {
      throw new KafkaError(
        'INVALID_RECORD',
        `the batch states ${this.#count} records, but ${reader.end - reader.position} bytes follow the last of them`,
      )
    }
    return true
  }

  key(): Buffer | null {
    return this.keySize < 0 ? null : this.buffer.subarray(this.keyAt, this.keyAt + this.keySize)
  }

  value(): Buffer | null {
    return this.valueSize < 0 ? null : this.buffer.subarray(this.valueAt, this.valueAt + this.valueSize)
  }

  /** Header keys that are not UTF-8 come with replacement characters. */
  headers(): readonly RecordHeader[] {
    if (this.headerCount === 0) return NO_HEADERS
    const reader = new VarintReader(this.buffer, this.headersAt)
    const headers: RecordHeader[] = []
    for (let index = 0; index < this.headerCount; index++) {
      const keySize = reader.signed()
      const key = reader.buffer.toString('utf8', reader.position, reader.position + keySize)
      reader.position += keySize
      const valueSize = reader.signed()
      const valueAt = reader.position
      if (valueSize > 0) reader.position += valueSize
      headers.push({ key, value: valueSize < 0 ? null : reader.buffer.subarray(valueAt, reader.position) })
    }
    return headers
  }

  #readSize(): number {
    try {
      return this.#reader.signed()
    } catch (error) {
      if (!(error instanceof VarintError)) throw error
      if (error.kind === 'too-long' && !this.#compressed) {
        // Kafka lets this one through as an IllegalArgumentException.
        throw new KafkaError(
          'UNKNOWN_SERVER_ERROR',
          `the size of record ${this.#read} is no number: ${error.message}`,
        )
      }
      throw new KafkaError(
        'INVALID_RECORD',
        `the batch states ${this.#count} records, but its bytes end after ${this.#read}`,
      )
    }
  }

  #readBody(): void {
    const reader = this.#reader
    // The attributes of a record are unused, and whatever stands there is accepted.
    reader.position++
    this.timestampDelta = reader.signedLong()
    this.offsetDelta = reader.signed()
    this.fieldsAt = reader.position
    this.keySize = reader.signed()
    this.keyAt = reader.position
    this.#skip(this.keySize, 'key')
    this.valueSize = reader.signed()
    this.valueAt = reader.position
    this.#skip(this.valueSize, 'value')
    this.headerCount = reader.signed()
    this.headersAt = reader.position
    if (this.headerCount < 0 || this.headerCount > reader.end - reader.position) {
      throw this.#invalid(
        `it states ${this.headerCount} headers in the ${reader.end - reader.position} bytes that are left`,
      )
    }
    for (let index = 0; index < this.headerCount; index++) {
      const keySize = reader.signed()
      if (keySize < 0) throw this.#invalid(`the key of header ${index} is null`)
      this.#skip(keySize, 'header key')
      this.#skip(reader.signed(), 'header value')
    }
  }

  #skip(size: number, field: string): void {
    if (size <= 0) return
    const reader = this.#reader
    if (size > reader.end - reader.position) {
      throw this.#invalid(`its ${field} states ${size} bytes, ${reader.end - reader.position} are left`)
    }
    reader.position += size
  }

  #invalid(reason: string): KafkaError {
    return new KafkaError('INVALID_RECORD', `record ${this.#read} of the batch cannot be read: ${reason}`)
  }
}
