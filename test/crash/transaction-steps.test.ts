import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeTransactionRecord } from '../../src/coordinator/transaction/transaction-record-codec.ts'
import {
  NO_PARTITIONS,
  type Transaction,
  type TransactionState,
} from '../../src/coordinator/transaction/transaction.ts'
import { buildBatch } from '../../src/records/build-batch.ts'
import { transactionMarker } from '../../src/records/control-record.ts'
import { transactionalId, transactionsGroup } from './transaction-names.ts'
import { commitsOffsets, entersState, hasMarker } from './transaction-steps.ts'

const states: readonly TransactionState[] = [
  'Empty',
  'Ongoing',
  'PrepareCommit',
  'PrepareAbort',
  'CompleteCommit',
  'CompleteAbort',
]

/** Bytes as they are written: a batch of the records, with others before and behind it. */
function written(...names: TransactionState[]): Buffer {
  const records = names.map((state) => {
    const value: Transaction = {
      transactionalId,
      producerId: 0x0102_0304_0506,
      previousProducerId: -1,
      nextProducerId: -1,
      producerEpoch: 3,
      lastProducerEpoch: -1,
      timeoutMs: 60_000,
      state,
      partitions: new Map([
        ['a-topic-with-a-name-that-makes-the-length-two-bytes'.repeat(2), new Set([0, 1, 2])],
      ]),
      startMs: 1,
      updateMs: 2,
      clientVersion: 2,
    }
    return {
      timestamp: 5,
      ...encodeTransactionRecord(
        { transactionalId, value: state === 'Empty' ? { ...value, partitions: NO_PARTITIONS } : value },
        1,
      ),
    }
  })
  return Buffer.concat([Buffer.alloc(17), buildBatch({}, records), Buffer.alloc(9)])
}

test('a record is told by the state that it brings', () => {
  for (const state of states) {
    for (const other of states)
      assert.equal(entersState(state)(written(other)), state === other, `${state} ${other}`)
    assert.ok(entersState(state)(written('CompleteAbort', state)))
  }
  assert.equal(entersState('Empty')(Buffer.from('crash-transactions')), false)
})

test('a marker is told by its outcome', () => {
  for (const outcome of ['commit', 'abort'] as const) {
    const marker = transactionMarker(outcome, {
      producerId: 7,
      producerEpoch: 3,
      coordinatorEpoch: 1,
      timestamp: 5,
    })
    assert.equal(hasMarker('commit')(marker), outcome === 'commit')
    assert.equal(hasMarker('abort')(marker), outcome === 'abort')
  }
  for (const state of states) assert.equal(hasMarker('commit')(written(state)), false)
})

test('offsets are told by their group, which is in no other name', () => {
  assert.ok(commitsOffsets(Buffer.from(`..${transactionsGroup}..`)))
  assert.equal(commitsOffsets(written(...states)), false)
})
