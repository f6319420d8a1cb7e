import { classicGroupRecords } from './coordinator/classic-group-records.ts'
import { consumerGroupRecords } from './coordinator/consumer-group-records.ts'
import type { CoordinatorRecord, CoordinatorRecords } from './coordinator/coordinator-record.ts'
import { shareGroupRecords } from './coordinator/share-group-records.ts'
import { shareStateRecords } from './coordinator/share-state-records.ts'
import { streamsGroupRecords } from './coordinator/streams-group-records.ts'
import { transactionRecords } from './coordinator/transaction-records.ts'
import type { MessageInput, MessageOf } from './schema.ts'
import { decodePrefixed, decodeVersioned, encodePrefixed, prefixOf } from './versioned-message.ts'

/**
 * Records of the coordinators' logs, byte for byte those of Kafka. A key is the int16 record type, then the key's
 * fields; a value is the int16 version, then the fields of that version. A null value is a tombstone and never gets here.
 */

/** Record types of __consumer_offsets. */
export const groupRecords = {
  ...classicGroupRecords,
  ...consumerGroupRecords,
  ...shareGroupRecords,
  ...streamsGroupRecords,
} as const satisfies CoordinatorRecords

export { shareStateRecords, transactionRecords }
export type { CoordinatorRecord, CoordinatorRecords }

/**
 * Name of the record type that a key belongs to, or null when the log has no such type: Kafka skips those, because a
 * newer broker may have written them.
 */
export function recordTypeOf<R extends CoordinatorRecords>(
  records: R,
  key: Buffer,
): Extract<keyof R, string> | null {
  const id = prefixOf(key)
  for (const name in records) if (records[name]?.id === id) return name
  return null
}

export function encodeRecordKey<R extends CoordinatorRecord>(record: R, key: MessageInput<R['key']>): Buffer {
  return encodePrefixed<R['key']>(record.key, 0, key, record.id)
}

export function decodeRecordKey<R extends CoordinatorRecord>(record: R, key: Buffer): MessageOf<R['key']> {
  return decodePrefixed<R['key']>(record.key, 0, key)
}

export function encodeRecordValue<R extends CoordinatorRecord>(
  record: R,
  version: number,
  value: MessageInput<R['value']>,
): Buffer {
  return encodePrefixed<R['value']>(record.value, version, value)
}

/** Decodes a value of any version. One that is newer than this program knows is an error UNSUPPORTED_VERSION. */
export function decodeRecordValue<R extends CoordinatorRecord>(
  record: R,
  value: Buffer,
): MessageOf<R['value']> {
  return decodeVersioned<R['value']>(record.value, value)
}
