import assert from 'node:assert/strict'
import test from 'node:test'
import { recordBatchVectors } from '../../test/vectors/record-batches.ts'
import { KafkaError } from '../protocol/errors.ts'
import { controlType, markerCoordinatorEpoch, transactionMarker } from './control-record.ts'
import { readRecords } from './read-records.ts'

test('transaction markers are the bytes that Kafka writes', () => {
  const common = { producerId: 12, producerEpoch: 3, timestamp: 1_700_000_000_000, partitionLeaderEpoch: 6 }
  const markers = {
    'control-commit': transactionMarker('commit', { ...common, baseOffset: 44, coordinatorEpoch: 8 }),
    'control-abort': transactionMarker('abort', { ...common, baseOffset: 45, coordinatorEpoch: 0 }),
  }
  for (const [name, marker] of Object.entries(markers)) {
    assert.equal(marker.toString('hex'), recordBatchVectors.find((vector) => vector.name === name)?.hex, name)
  }
  const [record] = readRecords(markers['control-commit'], 0, 100)
  assert.ok(record)
  assert.equal(controlType(record.key), 'commit')
  assert.equal(markerCoordinatorEpoch(record.value), 8)
})

function refused(error: unknown): boolean {
  return error instanceof KafkaError && error.errorName === 'INVALID_RECORD'
}

test('what cannot be a control record is refused, a type of the future is not', () => {
  assert.equal(controlType(Buffer.from('0000002a', 'hex')), 'unknown')
  assert.equal(controlType(Buffer.from('000100010000', 'hex')), 'commit')
  for (const key of [null, Buffer.alloc(3), Buffer.from('ffff0001', 'hex')])
    assert.throws(() => controlType(key), refused)
  for (const value of [null, Buffer.alloc(5), Buffer.from('ffff00000000', 'hex')]) {
    assert.throws(() => markerCoordinatorEpoch(value), refused)
  }
})
