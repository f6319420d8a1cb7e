import type { TopicPartitions } from '../coordinator/transaction/transaction.ts'
import type { PartitionLog } from '../log/partition-log.ts'
import { type ErrorName, KafkaError } from '../protocol/errors.ts'
import type { Broker } from './broker.ts'

/** Who writes in which transaction. */
export interface TransactionalWriter {
  readonly transactionalId: string
  readonly producerId: number
  readonly producerEpoch: number
}

/**
 * What a request, by its version, knows of transactions. `add`: the partition becomes part of the transaction by being written to.
 * Else it must be already; `abortable` is that the client knows the error that ends the transaction only (both KIP-890).
 */
export type TransactionSupport = 'add' | 'verify-abortable' | 'verify'

/** A partition where the producer has no open transaction, and what its first records need to be appended. */
export interface Candidate {
  readonly log: PartitionLog
  readonly guard: object
}

/**
 * Asks the coordinator for partitions in which a producer begins to write: an error for each, NONE when it may. Errors are those that
 * clients of Produce and TxnOffsetCommit expect.
 */
export async function admit(
  broker: Broker,
  writer: TransactionalWriter,
  candidates: readonly Candidate[],
  support: TransactionSupport,
): Promise<Map<PartitionLog, ErrorName>> {
  const { transactionalId, producerId, producerEpoch } = writer
  const partitions = partitionsOf(candidates)
  if (support === 'add') {
    const request = { producerId, producerEpoch, partitions, clientVersion: 2 }
    const error = clientError(await broker.transactions.addPartitions(transactionalId, request), support)
    return new Map(candidates.map(({ log }) => [log, error]))
  }
  const request = { producerId, producerEpoch, partitions, clientVersion: 0 }
  const verified = await broker.transactions.verifyPartitions(transactionalId, request)
  const errors = new Map<string, ErrorName>()
  for (const { topic, partitions: found } of verified)
    for (const { partition, error } of found) errors.set(`${topic}:${partition}`, error)
  return new Map(
    candidates.map(({ log }) => {
      const error = errors.get(`${log.topic}:${log.partition}`) ?? 'INVALID_TXN_STATE'
      return [log, clientError(error, support)]
    }),
  )
}

/** The error with a text for people. */
export function admissionError(
  error: ErrorName,
  { transactionalId }: TransactionalWriter,
  log: PartitionLog,
): KafkaError {
  return new KafkaError(
    error,
    `the coordinator does not let transactional id "${transactionalId}" write to ${log.topic}-${log.partition} in its transaction: ${error}`,
  )
}

function clientError(error: ErrorName, support: TransactionSupport): ErrorName {
  if (error === 'PRODUCER_FENCED') return 'INVALID_PRODUCER_EPOCH'
  if (error === 'TRANSACTION_ABORTABLE' && support === 'verify') return 'INVALID_TXN_STATE'
  return error
}

function partitionsOf(candidates: readonly Candidate[]): TopicPartitions {
  const partitions = new Map<string, Set<number>>()
  for (const { log } of candidates)
    partitions.set(log.topic, (partitions.get(log.topic) ?? new Set()).add(log.partition))
  return partitions
}
