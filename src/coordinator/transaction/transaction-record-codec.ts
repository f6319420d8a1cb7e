import {
  decodeRecordKey,
  decodeRecordValue,
  encodeRecordKey,
  encodeRecordValue,
  recordTypeOf,
} from '../../protocol/coordinator-records.ts'
import { transactionRecords } from '../../protocol/coordinator/transaction-records.ts'
import { KafkaError } from '../../protocol/errors.ts'
import type { CoordinatorRecord } from '../runtime/coordinator-log.ts'
import { NO_EPOCH, type Transaction, type TransactionState, transactionStates } from './transaction.ts'
import type { TransactionRecord } from './transaction-turn.ts'

const { TRANSACTION_LOG } = transactionRecords

/** `valueVersion` is 1 since transaction.version 1. Throws a KafkaError when a string is longer than the format allows. */
export function encodeTransactionRecord(
  { transactionalId, value }: TransactionRecord,
  valueVersion: number,
): CoordinatorRecord {
  const key = encodeRecordKey(TRANSACTION_LOG, { transactionalId })
  return { key, value: value && encodeValue(value, valueVersion) }
}

/** Null for a type of record that is not kept here. Throws a KafkaError when the bytes are not what they say. */
export function decodeTransactionRecord(key: Buffer, value: Buffer | null): TransactionRecord | null {
  if (recordTypeOf(transactionRecords, key) === null) return null
  const { transactionalId } = decodeRecordKey(TRANSACTION_LOG, key)
  return { transactionalId, value: value && decodeValue(transactionalId, value) }
}

function encodeValue(transaction: Transaction, version: number): Buffer {
  const partitions = [...transaction.partitions].map(([topic, ids]) => ({ topic, partitionIds: [...ids] }))
  return encodeRecordValue(TRANSACTION_LOG, version, {
    producerId: transaction.producerId,
    previousProducerId: transaction.previousProducerId,
    nextProducerId: transaction.nextProducerId,
    producerEpoch: transaction.producerEpoch,
    transactionTimeoutMs: transaction.timeoutMs,
    transactionStatus: transactionStates.indexOf(transaction.state),
    transactionPartitions: transaction.state === 'Empty' ? null : partitions,
    transactionLastUpdateTimestampMs: transaction.updateMs,
    transactionStartTimestampMs: transaction.startMs,
    clientTransactionVersion: transaction.clientVersion,
  })
}

function decodeValue(transactionalId: string, bytes: Buffer): Transaction {
  const value = decodeRecordValue(TRANSACTION_LOG, bytes)
  return {
    transactionalId,
    producerId: value.producerId,
    previousProducerId: value.previousProducerId,
    nextProducerId: value.nextProducerId,
    producerEpoch: value.producerEpoch,
    lastProducerEpoch: NO_EPOCH,
    timeoutMs: value.transactionTimeoutMs,
    state: stateOf(transactionalId, value.transactionStatus),
    partitions: new Map(
      (value.transactionPartitions ?? []).map(({ topic, partitionIds }) => [topic, new Set(partitionIds)]),
    ),
    startMs: value.transactionStartTimestampMs,
    updateMs: value.transactionLastUpdateTimestampMs,
    clientVersion: value.clientTransactionVersion,
  }
}

function stateOf(transactionalId: string, status: number): TransactionState {
  const name = transactionStates[status]
  if (name !== undefined && name !== 'Dead' && name !== 'PrepareEpochFence') return name
  throw new KafkaError(
    'CORRUPT_MESSAGE',
    `the record of transactional id "${transactionalId}" has status ${status}, which no record can have`,
  )
}
