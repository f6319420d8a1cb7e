import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messageJson } from '../../test/vectors/message-json.ts'
import type { ExpectedTag } from '../../test/vectors/message-json.ts'
import { readVectors } from '../../test/vectors/read.ts'
import {
  decodeRecordKey,
  decodeRecordValue,
  encodeRecordKey,
  encodeRecordValue,
  groupRecords,
  recordTypeOf,
  shareStateRecords,
  transactionRecords,
} from './coordinator-records.ts'
import type { CoordinatorRecord, CoordinatorRecords } from './coordinator-records.ts'
import { KafkaError, ProtocolError } from './errors.ts'
import { decoderOf, encoderOf } from './message-codec.ts'
import { beginMessage, finishMessage, newWriter } from './writer.ts'

interface RecordVector {
  readonly coordinator: 'group' | 'transaction' | 'share'
  readonly recordType: string
  readonly id: bigint
  readonly part: 'key' | 'value'
  readonly type: string
  readonly version: bigint
  readonly hex: string
  readonly json: unknown
  readonly unknownTags?: readonly ExpectedTag[]
}

const logs: Readonly<Record<RecordVector['coordinator'], CoordinatorRecords>> = {
  group: groupRecords,
  transaction: transactionRecords,
  share: shareStateRecords,
}
const vectors = readVectors<RecordVector>('coordinator-records')
const writer = newWriter()

function recordOf(vector: RecordVector): CoordinatorRecord {
  const record = logs[vector.coordinator][vector.recordType]
  assert.ok(record, vector.recordType)
  return record
}

function byPath(a: ExpectedTag, b: ExpectedTag): number {
  return a.path === b.path ? Number(a.tag - b.tag) : a.path < b.path ? -1 : 1
}

test('there are vectors for every record type and version', () => {
  assert.equal(vectors.length, 422)
  const found = new Set(vectors.map((v) => `${v.coordinator} ${v.id} ${v.type} ${v.version}`))
  const expected = new Set<string>()
  for (const [coordinator, records] of Object.entries(logs)) {
    for (const { id, key, value } of Object.values(records)) {
      expected.add(`${coordinator} ${id} ${key.name} 0`)
      const [first, last] = value.versions
      for (let version = first; version <= last; version++) {
        expected.add(`${coordinator} ${id} ${value.name} ${version}`)
      }
    }
  }
  assert.deepEqual([...found].sort(), [...expected].sort())
})

test('every vector decodes to its JSON and encodes to the same bytes', () => {
  for (const vector of vectors) {
    const record = recordOf(vector)
    const table = record[vector.part]
    const version = Number(vector.version)
    const bytes = Buffer.from(vector.hex, 'hex')
    assert.equal(bytes.readInt16BE(0), vector.part === 'key' ? record.id : version)
    const message = decoderOf(table, version, 'exact')(bytes, 2, bytes.length)
    const actual = messageJson(table, version, message)
    assert.deepEqual(actual.json, vector.json, table.name)
    assert.deepEqual(
      [...actual.unknownTags].sort(byPath),
      [...(vector.unknownTags ?? [])].sort(byPath),
      table.name,
    )
    beginMessage(writer)
    encoderOf(table, version, 'exact')(writer, message)
    assert.equal(Buffer.concat(finishMessage(writer)).toString('hex'), vector.hex.slice(4), table.name)
  }
})

test('a committed offset goes through keys and values as a coordinator writes them', () => {
  const { OFFSET_COMMIT } = groupRecords
  const key = encodeRecordKey(OFFSET_COMMIT, { group: 'g', topic: 'orders', partition: 3 })
  assert.equal(
    key.toString('hex'),
    '0001000167' + Buffer.from('\0\x06orders\0\0\0\x03', 'latin1').toString('hex'),
  )
  assert.equal(recordTypeOf(groupRecords, key), 'OFFSET_COMMIT')
  assert.deepEqual(decodeRecordKey(OFFSET_COMMIT, key), { group: 'g', topic: 'orders', partition: 3 })
  for (const version of [0, 1, 2, 3, 4]) {
    const value = encodeRecordValue(OFFSET_COMMIT, version, {
      offset: 42,
      leaderEpoch: 7,
      metadata: 'm',
      commitTimestamp: 1_700_000_000_000,
    })
    const decoded = decodeRecordValue(OFFSET_COMMIT, value)
    assert.equal(decoded.offset, 42)
    assert.equal(decoded.leaderEpoch, version >= 3 ? 7 : -1)
    assert.equal(decoded.commitTimestamp, 1_700_000_000_000)
  }
})

test('a classic member may be absent from consumer group metadata only by saying null', () => {
  const record = groupRecords.CONSUMER_GROUP_MEMBER_METADATA
  const member = {
    instanceId: null,
    rackId: null,
    clientId: 'c',
    clientHost: '/127.0.0.1',
    subscribedTopicNames: ['orders'],
    subscribedTopicRegex: null,
    serverAssignor: null,
  }
  const none = encodeRecordValue(record, 0, { ...member, classicMemberMetadata: null })
  assert.equal(decodeRecordValue(record, none).classicMemberMetadata, null)
  const left = encodeRecordValue(record, 0, member)
  assert.deepEqual(decodeRecordValue(record, left).classicMemberMetadata, {
    sessionTimeoutMs: 0,
    supportedProtocols: [],
  })
})

test('what a newer or broken writer left is told apart', () => {
  assert.equal(recordTypeOf(groupRecords, Buffer.from('7fff', 'hex')), null)
  assert.throws(() => recordTypeOf(groupRecords, Buffer.from('00', 'hex')), ProtocolError)
  const record = groupRecords.OFFSET_COMMIT
  assert.throws(
    () => decodeRecordValue(record, Buffer.from('0005000000', 'hex')),
    (error: unknown) => error instanceof KafkaError && error.errorName === 'UNSUPPORTED_VERSION',
  )
  assert.throws(() => decodeRecordValue(record, Buffer.from('ffff000000', 'hex')), ProtocolError)
  assert.throws(() => decodeRecordValue(record, Buffer.from('0003000000', 'hex')), ProtocolError)
  assert.throws(() => decodeRecordKey(record, Buffer.alloc(1)), ProtocolError)
})
