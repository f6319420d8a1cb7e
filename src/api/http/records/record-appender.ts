import {
  appendBatch,
  checkedBatch,
  whenCommitted,
  type CheckedBatch,
} from '../../../broker/append-records.ts'
import type { Broker } from '../../../broker/broker.ts'
import type { TopicEntry } from '../../../broker/topic-table.ts'
import { KafkaError } from '../../../protocol/errors.ts'
import { buildBatch } from '../../../records/build-batch.ts'
import { HEADER_SIZE } from '../../../records/record-batch.ts'
import { recordBodySize, type RecordInput } from '../../../records/record.ts'
import { RecordsRefusedError } from '../../../records/validate-batch.ts'
import { varintSize } from '../../../util/varint.ts'
import { murmur2, toPositive } from '../../../util/murmur2.ts'
import { kafkaProblem, type ProblemItem } from '../problem.ts'
import type { IncomingRecord } from './incoming-record.ts'

/** Batches are checked as those of this version of Produce, which may hold everything that exists. */
const PRODUCE_VERSION = 13

/** What became of one record. */
export type RecordResult =
  | { readonly kind: 'appended'; readonly partition: number; readonly offset: number }
  | { readonly kind: 'failed'; readonly partition: number; readonly error: KafkaError }

/** Records for one partition, with their places in the request. */
interface Bundle {
  readonly partition: number
  readonly records: RecordInput[]
  readonly places: number[]
  bytes: number
}

interface CheckedBundle extends Bundle {
  readonly batch: CheckedBatch
}

/** Where records without a key go next; they change partitions with every request, so that each makes large batches. */
let nextKeyless = 0

/**
 * Appends the records to their partitions and resolves when they are durable, with a result for each in the order given.
 *
 * All are checked before the first is appended: when the topic's rules refuse one, nothing is appended. What can still fail then
 * (a partition that is offline, no disk space) fails for all records of a partition and for no others.
 * @throws ProblemError for refused records, named by `place(index)`
 */
export async function appendAll(
  broker: Broker,
  entry: TopicEntry,
  records: readonly IncomingRecord[],
  place: (index: number) => string,
): Promise<RecordResult[]> {
  const now = broker.env.clock.now()
  const bundles = bundle(entry, records, now, place).map((one) => checked(broker, entry, one, now, place))
  const results: RecordResult[] = []
  let appended = false
  for (const { partition, places, batch } of bundles) {
    const outcome = append(broker, entry, partition, batch, now)
    if (typeof outcome === 'number') appended = true
    places.forEach((index, position) => {
      results[index] =
        typeof outcome === 'number'
          ? { kind: 'appended', partition, offset: outcome + position }
          : { kind: 'failed', partition, error: outcome }
    })
  }
  if (appended) await whenCommitted(broker)
  return results
}

/** The base offset, or why the batch could not be appended. */
function append(
  broker: Broker,
  entry: TopicEntry,
  partition: number,
  batch: CheckedBatch,
  now: number,
): number | KafkaError {
  try {
    return appendBatch(broker, entry, partition, batch, now).baseOffset
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    broker.brokerMetrics.rejectedBatch(entry.name, error.code)
    return error
  }
}

/** The records by partition, in batches that are not larger than the topic allows. */
function bundle(
  entry: TopicEntry,
  records: readonly IncomingRecord[],
  now: number,
  place: (index: number) => string,
): Bundle[] {
  const keyless = keylessPartition(entry)
  const open = new Map<number, Bundle>()
  const bundles: Bundle[] = []
  records.forEach((incoming, index) => {
    const partition = partitionFor(entry, incoming, keyless, place(index))
    const { key, value, headers } = incoming
    const record = { timestamp: incoming.timestamp ?? now, key, value, headers }
    let into = open.get(partition)
    const bytes = sizeOf(record, into)
    if (into === undefined || into.bytes + bytes > entry.appendRules.maxBatchBytes) {
      into = { partition, records: [], places: [], bytes: HEADER_SIZE }
      open.set(partition, into)
      bundles.push(into)
    }
    into.records.push(record)
    into.places.push(index)
    into.bytes += bytes
  })
  return bundles
}

/** Bytes that the record will take behind the others; a few more when it then starts a batch of its own. */
function sizeOf(record: RecordInput, into: Bundle | undefined): number {
  const first = into?.records[0]?.timestamp ?? record.timestamp
  const size = recordBodySize(record, record.timestamp - first, into?.records.length ?? 0)
  return varintSize(size) + size
}

function partitionFor(entry: TopicEntry, record: IncomingRecord, keyless: number, place: string): number {
  const count = entry.logs.length
  if (record.partition === null)
    return record.key === null ? keyless : toPositive(murmur2(record.key)) % count
  if (record.partition < count) return record.partition
  throw kafkaProblem(
    new KafkaError(
      'UNKNOWN_TOPIC_OR_PARTITION',
      `${place} names partition ${record.partition}, but topic "${entry.name}" has the partitions 0 to ${count - 1}`,
    ),
  )
}

function keylessPartition(entry: TopicEntry): number {
  const count = entry.logs.length
  for (let tried = 0; tried < count; tried++) {
    nextKeyless = (nextKeyless + 1) % 0x7fffffff
    const partition = nextKeyless % count
    if (entry.logs[partition]?.offline === null) return partition
  }
  return nextKeyless % count
}

function checked(
  broker: Broker,
  entry: TopicEntry,
  bundle: Bundle,
  now: number,
  place: (index: number) => string,
): CheckedBundle {
  const { places, records } = bundle
  try {
    return { ...bundle, batch: checkedBatch(entry, buildBatch({}, records), now, PRODUCE_VERSION) }
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    broker.brokerMetrics.rejectedBatch(entry.name, error.code)
    throw kafkaProblem(error, refusedRecords(error, places, place))
  }
}

function refusedRecords(
  error: KafkaError,
  places: readonly number[],
  place: (index: number) => string,
): ProblemItem[] {
  if (error instanceof RecordsRefusedError) {
    return error.recordErrors.map(({ batchIndex, batchIndexErrorMessage }) => ({
      at: place(places[batchIndex] ?? 0),
      detail: batchIndexErrorMessage,
    }))
  }
  // A batch that is too large although it was cut to size holds one record.
  return places.length === 1 ? [{ at: place(places[0] ?? 0), detail: error.message }] : []
}
