import assert from 'node:assert/strict'
import test from 'node:test'
import { ZERO_UUID } from '../../protocol/schema.ts'
import type { GroupRecord } from './group-record.ts'
import { decodeGroupRecord, encodeGroupRecord } from './group-record-codec.ts'

const TOPIC_ID = 'AQIDBAUGBwgJCgsMDQ4PEA'

function offset(value: Partial<Extract<GroupRecord, { kind: 'offset' }>['value']>): GroupRecord {
  return {
    kind: 'offset',
    groupId: 'g',
    topic: 't',
    partition: 2,
    value: {
      offset: 5,
      leaderEpoch: 3,
      metadata: 'm',
      commitTimestamp: 1,
      expireTimestamp: -1,
      topicId: ZERO_UUID,
      ...value,
    },
  }
}

/** Byte by byte from the field tables of Kafka's coordinator records. */
const golden: readonly {
  readonly name: string
  readonly record: GroupRecord
  readonly key: string
  readonly value: string | null
}[] = [
  {
    name: 'an offset, value version 4 with the topic id as tag 0',
    record: offset({ topicId: TOPIC_ID }),
    key: '0001 0001 67 0001 74 00000002',
    value: '0004 0000000000000005 00000003 02 6d 0000000000000001 01 00 10 0102030405060708090a0b0c0d0e0f10',
  },
  {
    name: 'an offset without topic id',
    record: offset({}),
    key: '0001 0001 67 0001 74 00000002',
    value: '0004 0000000000000005 00000003 02 6d 0000000000000001 00',
  },
  {
    name: 'an offset with its own retention, value version 1',
    record: offset({ expireTimestamp: 9, leaderEpoch: -1 }),
    key: '0001 0001 67 0001 74 00000002',
    value: '0001 0000000000000005 0001 6d 0000000000000001 0000000000000009',
  },
  {
    name: 'an offset tombstone',
    record: { kind: 'offset', groupId: 'g', topic: 't', partition: 2, value: null },
    key: '0001 0001 67 0001 74 00000002',
    value: null,
  },
  {
    name: 'a classic group, value version 3',
    record: {
      kind: 'classic-group',
      groupId: 'g',
      value: {
        protocolType: 'c',
        generation: 4,
        protocol: 'r',
        leader: 'l',
        currentStateTimestamp: 1,
        members: [
          {
            memberId: 'l',
            groupInstanceId: null,
            clientId: 'i',
            clientHost: 'h',
            rebalanceTimeout: 7,
            sessionTimeout: 8,
            subscription: Buffer.from('s'),
            assignment: Buffer.from('a'),
          },
        ],
      },
    },
    key: '0002 0001 67',
    value:
      '0003 0001 63 00000004 0001 72 0001 6c 0000000000000001 00000001 ' +
      '0001 6c ffff 0001 69 0001 68 00000007 00000008 00000001 73 00000001 61',
  },
  {
    name: 'a group tombstone',
    record: { kind: 'classic-group', groupId: 'g', value: null },
    key: '0002 0001 67',
    value: null,
  },
]

for (const { name, record, key, value } of golden) {
  test(`bytes of ${name}`, () => {
    const encoded = encodeGroupRecord(record)
    assert.equal(encoded.key.toString('hex'), key.replaceAll(' ', ''))
    assert.equal(encoded.value?.toString('hex') ?? null, value?.replaceAll(' ', '') ?? null)
    assert.deepEqual(decodeGroupRecord(encoded.key, encoded.value), record)
  })
}

test('older values are read: what they lack has its default', () => {
  const offsetV0 = decodeGroupRecord(
    hex('0000 0001 67 0001 74 00000002'),
    hex('0000 0000000000000005 0000 0000000000000001'),
  )
  assert.deepEqual(offsetV0, offset({ metadata: '', leaderEpoch: -1 }))
  const groupV0 = decodeGroupRecord(
    hex('0002 0001 67'),
    hex('0000 0000 00000000 ffff ffff 00000001 0001 6c 0000 0000 00000008 00000000 00000000'),
  )
  assert.ok(groupV0?.kind === 'classic-group')
  assert.equal(groupV0.value?.currentStateTimestamp, -1)
  assert.equal(groupV0.value?.members[0]?.sessionTimeout, 8)
})

test('records of other types are skipped, corrupt ones are not', () => {
  assert.equal(decodeGroupRecord(hex('0009 0001 67'), null), null)
  assert.throws(() => decodeGroupRecord(hex('00'), null), { errorName: 'INVALID_REQUEST' })
  assert.throws(() => decodeGroupRecord(hex('0002 0009 67'), null), { errorName: 'INVALID_REQUEST' })
  assert.throws(() => decodeGroupRecord(hex('0002 0001 67'), hex('0009')), {
    errorName: 'UNSUPPORTED_VERSION',
  })
})

function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(' ', ''), 'hex')
}
