import type { PartitionLog } from '../log/partition-log.ts'
import type { RequestOf } from '../protocol/api-keys.ts'
import { type ErrorName, KafkaError } from '../protocol/errors.ts'
import * as header from '../records/record-batch.ts'
import type { RequestContext } from './handler.ts'
import type { TopicEntry } from './topic-table.ts'
import {
  admissionError,
  admit,
  type Candidate,
  type TransactionalWriter,
  type TransactionSupport,
} from './transaction-admission.ts'

const firstWithImplicitAdd = 12
const firstWithAbortableError = 11

/** What is known of the partitions of one request before their records are appended. */
export type Admission = ReadonlyMap<PartitionLog, Candidate | KafkaError>

const allOpen: Admission = new Map()

/**
 * Finds out whether the transactional batches of a Produce may begin a transaction in their partitions. Answers at once when the
 * transactions are open there already, which they are for all but the first batch of each.
 */
export function admission(
  request: RequestOf<'Produce'>,
  context: RequestContext,
  topicOf: (topic: RequestOf<'Produce'>['topicData'][number]) => TopicEntry | undefined,
): Admission | Promise<Admission> {
  const { transactionalId } = request
  if (transactionalId === null) return allOpen
  const found = new Map<PartitionLog, Candidate | KafkaError>()
  let writer: TransactionalWriter | null = null
  const { env } = context.broker
  for (const topic of request.topicData) {
    const entry = topicOf(topic)
    for (const { index, records } of topic.partitionData) {
      const log = entry?.logs[index]
      if (log === undefined || records === null || !isTransactional(records)) continue
      const batch = producerOf(records)
      if (writer !== null && writer.producerId !== batch.producerId) {
        throw new KafkaError('INVALID_PRODUCER_ID_MAPPING', 'the records come from more than one producer id')
      }
      writer = { transactionalId, producerId: batch.producerId, producerEpoch: batch.producerEpoch }
      try {
        const guard = log.startVerification(
          batch,
          context.apiVersion >= firstWithImplicitAdd,
          env.clock.now(),
        )
        if (guard !== null) found.set(log, { log, guard })
      } catch (error) {
        if (!(error instanceof KafkaError)) throw error
        found.set(log, error)
      }
    }
  }
  const candidates = [...found.values()].filter((entry): entry is Candidate => !(entry instanceof KafkaError))
  return writer === null || candidates.length === 0 ? found : admitted(found, writer, candidates, context)
}

async function admitted(
  found: Map<PartitionLog, Candidate | KafkaError>,
  writer: TransactionalWriter,
  candidates: readonly Candidate[],
  { broker, apiVersion }: RequestContext,
): Promise<Admission> {
  for (const [log, error] of await admit(broker, writer, candidates, supportOf(apiVersion))) {
    if (error !== 'NONE') found.set(log, admissionError(produceError(error, apiVersion), writer, log))
  }
  return found
}

/** The guard to append with; null when none is needed. Throws what the partition was refused with. */
export function guardFor(log: PartitionLog, admission: Admission): object | null {
  const found = admission.get(log)
  if (found instanceof KafkaError) throw found
  return found?.guard ?? null
}

function supportOf(apiVersion: number): TransactionSupport {
  if (apiVersion >= firstWithImplicitAdd) return 'add'
  return apiVersion >= firstWithAbortableError ? 'verify-abortable' : 'verify'
}

const coordinatorErrors: ReadonlySet<ErrorName> = new Set<ErrorName>([
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
])

/** Old clients do not retry these by themselves; NOT_ENOUGH_REPLICAS they retry without asking for metadata first, as in Kafka. */
function produceError(error: ErrorName, apiVersion: number): ErrorName {
  const unknownToOld = error === 'CONCURRENT_TRANSACTIONS' && apiVersion < firstWithImplicitAdd
  return unknownToOld || coordinatorErrors.has(error) ? 'NOT_ENOUGH_REPLICAS' : error
}

/** What is no batch at all is refused when it is to be appended. */
function isTransactional(records: Buffer): boolean {
  return (
    records.length >= header.HEADER_SIZE &&
    header.magic(records, 0) === header.MAGIC_V2 &&
    header.isTransactional(records, 0) &&
    header.producerId(records, 0) >= 0
  )
}

function producerOf(records: Buffer): { producerId: number; producerEpoch: number; baseSequence: number } {
  return {
    producerId: header.producerId(records, 0),
    producerEpoch: header.producerEpoch(records, 0),
    baseSequence: header.baseSequence(records, 0),
  }
}
