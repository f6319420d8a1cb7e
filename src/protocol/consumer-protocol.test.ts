import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messageJson } from '../../test/vectors/message-json.ts'
import { readVectors } from '../../test/vectors/read.ts'
import {
  consumerProtocolAssignment,
  consumerProtocolSubscription,
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from './consumer-protocol.ts'
import { ProtocolError } from './errors.ts'
import { decoderOf } from './message-codec.ts'

interface EmbeddedVector {
  readonly type: string
  readonly version: bigint
  readonly hex: string
  readonly json: unknown
}

const vectors = readVectors<EmbeddedVector>('consumer-protocol')

test('subscriptions decode to their JSON and encode to the same bytes', () => {
  const subscriptions = vectors.filter((vector) => vector.type === 'ConsumerProtocolSubscription')
  assert.equal(subscriptions.length, 28)
  for (const { hex, json, version: wide } of subscriptions) {
    const bytes = Buffer.from(hex, 'hex')
    const version = Number(wide)
    const exact = decoderOf(consumerProtocolSubscription, version, 'exact')(bytes, 2, bytes.length)
    assert.deepEqual(messageJson(consumerProtocolSubscription, version, exact).json, json)
    assert.equal(encodeSubscription(version, decodeSubscription(bytes)).toString('hex'), hex)
  }
})

test('assignments decode to their JSON and encode to the same bytes', () => {
  const assignments = vectors.filter((vector) => vector.type === 'ConsumerProtocolAssignment')
  assert.equal(assignments.length, 28)
  for (const { hex, json, version: wide } of assignments) {
    const bytes = Buffer.from(hex, 'hex')
    const version = Number(wide)
    const exact = decoderOf(consumerProtocolAssignment, version, 'exact')(bytes, 2, bytes.length)
    assert.deepEqual(messageJson(consumerProtocolAssignment, version, exact).json, json)
    assert.equal(encodeAssignment(version, decodeAssignment(bytes)).toString('hex'), hex)
  }
})

test('a later version is read as the last known one, a negative one is refused', () => {
  const bytes = encodeSubscription(3, { topics: ['orders'], generationId: 4, rackId: 'a' })
  const later = Buffer.concat([bytes, Buffer.from('0000000000', 'hex')])
  later.writeInt16BE(9, 0)
  assert.deepEqual(decodeSubscription(later), decodeSubscription(bytes))
  later.writeInt16BE(-1, 0)
  assert.throws(() => decodeSubscription(later), ProtocolError)
})

test('bytes that are no subscription are refused', () => {
  for (const hex of ['', '00', '0000', '0001ffffffff', '000000000001000a61']) {
    assert.throws(() => decodeSubscription(Buffer.from(hex, 'hex')), ProtocolError, hex)
  }
})
