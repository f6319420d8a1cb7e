import { ProtocolError } from '../../protocol/errors.ts'
import { decoderOf, encoderOf } from '../../protocol/message-codec.ts'
import type { MessageOf, MessageTable } from '../../protocol/schema.ts'
import { beginMessage, finishMessage, newWriter, reserve } from '../../protocol/writer.ts'
import type { CoordinatorRecord } from '../runtime/coordinator-log.ts'
import type { GroupRecord } from './group-record.ts'

const offsetCommitKey = {
  name: 'OffsetCommitKey',
  versions: [0, 1],
  fields: { group: { type: 'string' }, topic: { type: 'string' }, partition: { type: 'int32' } },
} as const satisfies MessageTable

const offsetCommitValue = {
  name: 'OffsetCommitValue',
  versions: [0, 4],
  flexibleFrom: 4,
  fields: {
    offset: { type: 'int64' },
    leaderEpoch: { type: 'int32', versions: '3+', default: -1, ignorable: true },
    metadata: { type: 'string' },
    commitTimestamp: { type: 'int64' },
    expireTimestamp: { type: 'int64', versions: '1', default: -1, ignorable: true },
    topicId: { type: 'uuid', versions: '4+', tag: 0, ignorable: true },
  },
} as const satisfies MessageTable

const groupMetadataKey = {
  name: 'GroupMetadataKey',
  versions: [2, 2],
  fields: { group: { type: 'string' } },
} as const satisfies MessageTable

const groupMetadataValue = {
  name: 'GroupMetadataValue',
  versions: [0, 4],
  flexibleFrom: 4,
  fields: {
    protocolType: { type: 'string' },
    generation: { type: 'int32' },
    protocol: { type: 'string', nullable: true },
    leader: { type: 'string', nullable: true },
    currentStateTimestamp: { type: 'int64', versions: '2+', default: -1, ignorable: true },
    members: {
      type: '[]struct',
      fields: {
        memberId: { type: 'string' },
        groupInstanceId: { type: 'string', versions: '3+', nullable: true, default: null, ignorable: true },
        clientId: { type: 'string' },
        clientHost: { type: 'string' },
        rebalanceTimeout: { type: 'int32', versions: '1+', default: -1, ignorable: true },
        sessionTimeout: { type: 'int32' },
        subscription: { type: 'bytes' },
        assignment: { type: 'bytes' },
      },
    },
  },
} as const satisfies MessageTable

/** Key versions, which double as record types. */
const OFFSET_KEY = 1
const CLASSIC_GROUP_KEY = 2
/** Value versions as Kafka 4.4 writes them. */
const CLASSIC_GROUP_VALUE = 3
const OFFSET_VALUE = 4
const OFFSET_VALUE_WITH_EXPIRATION = 1

const writer = newWriter()

/** Key and value each begin with an int16 version. The buffers belong to the caller. */
export function encodeGroupRecord(record: GroupRecord): CoordinatorRecord {
  if (record.kind === 'classic-group') {
    const key = encode(groupMetadataKey, CLASSIC_GROUP_KEY, { group: record.groupId })
    const value = record.value && encode(groupMetadataValue, CLASSIC_GROUP_VALUE, record.value)
    return { key, value }
  }
  const { groupId: group, topic, partition, value } = record
  const version = value?.expireTimestamp === -1 ? OFFSET_VALUE : OFFSET_VALUE_WITH_EXPIRATION
  return {
    key: encode(offsetCommitKey, OFFSET_KEY, { group, topic, partition }),
    value: value && encode(offsetCommitValue, version, value),
  }
}

/** Null for a key of a type not known here. Throws a KafkaError when the bytes are not what their version says. */
export function decodeGroupRecord(key: Buffer, value: Buffer | null): GroupRecord | null {
  switch (versionOf(key)) {
    case 0:
    case OFFSET_KEY: {
      const { group: groupId, topic, partition } = decode(offsetCommitKey, key)
      return { kind: 'offset', groupId, topic, partition, value: value && decode(offsetCommitValue, value) }
    }
    case CLASSIC_GROUP_KEY: {
      const { group: groupId } = decode(groupMetadataKey, key)
      if (value === null) return { kind: 'classic-group', groupId, value: null }
      const group = decode(groupMetadataValue, value)
      const members = group.members.map((member) => ({
        ...member,
        // The decoder gives views of the log's buffer, which would be kept alive for as long as the group.
        subscription: Buffer.from(member.subscription),
        assignment: Buffer.from(member.assignment),
      }))
      return { kind: 'classic-group', groupId, value: { ...group, members } }
    }
    default:
      return null
  }
}

function encode(table: MessageTable, version: number, value: object): Buffer {
  beginMessage(writer)
  reserve(writer, 2)
  writer.position = writer.buffer.writeInt16BE(version, writer.position)
  encoderOf(table, version)(writer, value)
  return Buffer.concat(finishMessage(writer))
}

function decode<T extends MessageTable>(table: T, bytes: Buffer): MessageOf<T> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the decoder was compiled from this table
  return decoderOf(table, versionOf(bytes))(bytes, 2, bytes.length) as MessageOf<T>
}

function versionOf(bytes: Buffer): number {
  if (bytes.length < 2)
    throw new ProtocolError(`a coordinator record of ${bytes.length} bytes has no version`)
  return bytes.readInt16BE(0)
}
