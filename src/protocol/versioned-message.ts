import { KafkaError, ProtocolError } from './errors.ts'
import { decoderOf, encoderOf } from './message-codec.ts'
import { short } from './reader.ts'
import type { MessageInput, MessageOf, MessageTable } from './schema.ts'
import { beginMessage, finishMessage, newWriter } from './writer.ts'

/** Messages that are stored or embedded rather than sent: an int16, mostly the version, then the body. */

const writer = newWriter()

/** Encodes `int16 prefix, body` into one buffer that belongs to the caller. */
export function encodePrefixed<T extends MessageTable>(
  table: T,
  version: number,
  value: MessageInput<T>,
  prefix?: number,
): Buffer
export function encodePrefixed(
  table: MessageTable,
  version: number,
  value: object,
  prefix = version,
): Buffer {
  beginMessage(writer)
  writer.buffer[writer.position] = prefix >> 8
  writer.buffer[writer.position + 1] = prefix
  writer.position += 2
  encoderOf(table, version)(writer, value)
  return Buffer.concat(finishMessage(writer))
}

/** The int16 in front of a stored message. */
export function prefixOf(buffer: Buffer): number {
  if (buffer.length < 2) short(0, buffer.length, 2)
  return buffer.readInt16BE(0)
}

/** Decodes the body behind the prefix, in the given version. */
export function decodePrefixed<T extends MessageTable>(
  table: T,
  version: number,
  buffer: Buffer,
): MessageOf<T>
export function decodePrefixed(table: MessageTable, version: number, buffer: Buffer): object {
  if (buffer.length < 2) short(0, buffer.length, 2)
  return decoderOf(table, version)(buffer, 2, buffer.length)
}

/**
 * Decodes a message whose version is its prefix. With `newer: 'as-last'` a version beyond the last known one is read
 * as that one, as Kafka does where versions only ever append fields; otherwise it is an error UNSUPPORTED_VERSION.
 */
export function decodeVersioned<T extends MessageTable>(
  table: T,
  buffer: Buffer,
  newer: 'refuse' | 'as-last' = 'refuse',
): MessageOf<T> {
  const version = prefixOf(buffer)
  const [first, last] = table.versions
  if (version < first) throw new ProtocolError(`${table.name}: version ${version} is not possible`)
  if (version <= last) return decodePrefixed(table, version, buffer)
  if (newer === 'as-last') return decodePrefixed(table, last, buffer)
  throw new KafkaError(
    'UNSUPPORTED_VERSION',
    `${table.name}: version ${version} is newer than ${last}, the last known`,
  )
}
