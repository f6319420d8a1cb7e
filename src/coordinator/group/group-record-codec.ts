import {
  decodeRecordKey,
  decodeRecordValue,
  encodeRecordKey,
  encodeRecordValue,
  recordTypeOf,
} from '../../protocol/coordinator-records.ts'
import { classicGroupRecords } from '../../protocol/coordinator/classic-group-records.ts'
import { ZERO_UUID } from '../../protocol/schema.ts'
import type { CoordinatorRecord } from '../runtime/coordinator-log.ts'
import { decodeConsumerRecord, encodeConsumerRecord } from './consumer/consumer-record-codec.ts'
import type { CommittedOffset, GroupRecord, PersistedClassicGroup } from './group-record.ts'

const { GROUP_METADATA, LEGACY_OFFSET_COMMIT, OFFSET_COMMIT } = classicGroupRecords

/** Value versions as Kafka 4.4 writes them: the highest that older brokers read, except where a field needs more. */
const CLASSIC_GROUP_VERSION = 3
const OFFSET_VERSION = 4
const OFFSET_VERSION_WITH_EXPIRATION = 1

/** The buffers belong to the caller. Throws a KafkaError when a string is longer than the format allows. */
export function encodeGroupRecord(record: GroupRecord): CoordinatorRecord {
  if (record.kind === 'classic-group') {
    const { groupId: group, value } = record
    return {
      key: encodeRecordKey(GROUP_METADATA, { group }),
      value: value && encodeRecordValue(GROUP_METADATA, CLASSIC_GROUP_VERSION, value),
    }
  }
  if (record.kind !== 'offset') return encodeConsumerRecord(record)
  const { groupId: group, topic, partition, value } = record
  const version = value?.expireTimestamp === -1 ? OFFSET_VERSION : OFFSET_VERSION_WITH_EXPIRATION
  return {
    key: encodeRecordKey(OFFSET_COMMIT, { group, topic, partition }),
    value: value && encodeRecordValue(OFFSET_COMMIT, version, value),
  }
}

/** Null for a type of record that is not kept here. Throws a KafkaError when the bytes are not what they say. */
export function decodeGroupRecord(key: Buffer, value: Buffer | null): GroupRecord | null {
  const type = recordTypeOf(classicGroupRecords, key)
  if (type === null) return decodeConsumerRecord(key, value)
  if (type === 'GROUP_METADATA') {
    const { group: groupId } = decodeRecordKey(GROUP_METADATA, key)
    return { kind: 'classic-group', groupId, value: value && decodeClassicGroup(value) }
  }
  // Both types of key have the same fields.
  const { group: groupId, topic, partition } = decodeRecordKey(OFFSET_COMMIT, key)
  return { kind: 'offset', groupId, topic, partition, value: value && decodeOffset(type, value) }
}

function decodeOffset(type: 'OFFSET_COMMIT' | 'LEGACY_OFFSET_COMMIT', value: Buffer): CommittedOffset {
  if (type === 'OFFSET_COMMIT') return decodeRecordValue(OFFSET_COMMIT, value)
  const legacy = decodeRecordValue(LEGACY_OFFSET_COMMIT, value)
  return { ...legacy, leaderEpoch: -1, expireTimestamp: -1, topicId: ZERO_UUID }
}

/** The decoder gives views of the log's buffer, which would be kept alive for as long as the group. */
function decodeClassicGroup(value: Buffer): PersistedClassicGroup {
  const group = decodeRecordValue(GROUP_METADATA, value)
  const members = group.members.map((member) => ({
    ...member,
    subscription: Buffer.from(member.subscription),
    assignment: Buffer.from(member.assignment),
  }))
  return { ...group, members }
}
