import type { ErrorName } from '../../protocol/errors.ts'
import { done, failed, type Outcome } from './outcome.ts'
import {
  changed,
  hasPartitions,
  isPreparing,
  type TopicPartitions,
  type Transaction,
  withPartitions,
} from './transaction.ts'

export interface AddPartitions {
  readonly producerId: number
  readonly producerEpoch: number
  readonly partitions: TopicPartitions
  /** 2 when a broker asks for a producer that does not ask itself (KIP-890), else 0. */
  readonly clientVersion: number
  readonly now: number
}

/** AddPartitionsToTxn and AddOffsetsToTxn: the first one begins the transaction. */
export function addPartitions(known: Transaction | undefined, request: AddPartitions): Outcome {
  const error = refusal(known, request)
  if (known === undefined || error !== null) return failed(error ?? 'INVALID_PRODUCER_ID_MAPPING')
  const { partitions, clientVersion, now } = request
  const begins = known.state !== 'Ongoing'
  if (!begins && hasPartitions(known.partitions, partitions)) return done(null)
  return done(
    changed(known, {
      state: 'Ongoing',
      partitions: withPartitions(known.partitions, partitions),
      startMs: begins ? now : known.startMs,
      updateMs: now,
      clientVersion,
    }),
  )
}

/** AddPartitionsToTxn with verifyOnly: NONE, or why records of the partition may not be written now. */
export function verifyPartition(
  known: Transaction | undefined,
  request: Pick<AddPartitions, 'producerId' | 'producerEpoch'>,
  topic: string,
  partition: number,
): ErrorName {
  const error = refusal(known, request)
  if (known === undefined || error !== null) return error ?? 'INVALID_PRODUCER_ID_MAPPING'
  return known.partitions.get(topic)?.has(partition) === true ? 'NONE' : 'TRANSACTION_ABORTABLE'
}

function refusal(
  known: Transaction | undefined,
  { producerId, producerEpoch }: Pick<AddPartitions, 'producerId' | 'producerEpoch'>,
): ErrorName | null {
  if (known === undefined || known.producerId !== producerId) return 'INVALID_PRODUCER_ID_MAPPING'
  if (known.producerEpoch !== producerEpoch) return 'PRODUCER_FENCED'
  return isPreparing(known) ? 'CONCURRENT_TRANSACTIONS' : null
}
